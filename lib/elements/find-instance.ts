/** The instance a call is about, with its secrets opened; and what a change of one is answered with. */
import { SOURCE } from "../core/instance.ts";
import type { Changed } from "../instances/manage.ts";
import type { StoredInstance } from "../store/instance-store.ts";
import type { Access } from "./access.ts";
import { type Answer, ok, refuse } from "./answer.ts";
import type { ElementsDeps, InstancesPort } from "./deps.ts";
import { SIGNING_SECRET } from "./destination-keys.ts";
import { shownInstance } from "./from-instance.ts";
import type { SecretsBySide } from "./to-instance.ts";

export type Caller = Exclude<Access, { kind: "refused" }>;

export interface Found {
  stored: StoredInstance;
  secrets: SecretsBySide;
}

/** `id` of the path; without one it is the instance of the Element token. */
export function idOf(caller: Caller, id: string | undefined): string {
  return id ?? caller.element ?? refuse(400, "Name an instance in the path, or send its Element token");
}

export async function findInstance(id: string, caller: Caller, deps: Pick<ElementsDeps, "instances">): Promise<Found> {
  const stored = await deps.instances.get(id);
  if (stored === null) {
    // Its own token names nothing any more.
    if (caller.kind === "instance") return refuse(401, "Invalid Element token");
    return refuse(404, `No instance found with id ${id}`);
  }
  return { stored, secrets: await openAll(deps.instances, stored) };
}

/** Every side's secrets; a side that has none, or none that can be read, is left out. */
export async function openAll(
  instances: Pick<InstancesPort, "secretsOf">,
  stored: StoredInstance,
): Promise<SecretsBySide> {
  const sides = [SOURCE, ...stored.instance.destinations.map(({ id }) => id)];
  const opened = await Promise.all(sides.map(async (side) => [side, await instances.secretsOf(stored, side)] as const));
  return Object.fromEntries(opened.flatMap(([side, secrets]) => (secrets === null ? [] : [[side, secrets]])));
}

/** The stored instance, or a refusal in words. */
export function storedOf(changed: Changed): StoredInstance {
  switch (changed.kind) {
    case "stored":
      return changed.stored;
    case "unknown":
      return refuse(404, "No such instance");
    case "stale":
      return refuse(409, "The instance was changed by others at the same time: read it and try again");
    case "full":
      return refuse(409, "This Dropbox account has as many instances as it can have");
    case "invalid":
      return refuse(400, `Invalid: ${changed.faults.join("; ")}`);
  }
}

/** `once`: what no later answer shows. */
export const shown = (
  { stored, secrets }: Found,
  once: { token?: string; signingSecret?: string | null } = {},
): Answer => {
  const instance = shownInstance(stored.instance, secrets, once.token ?? null);
  const { signingSecret = null } = once;
  const configuration =
    signingSecret === null ? instance.configuration : { ...instance.configuration, [SIGNING_SECRET]: signingSecret };
  return ok({ ...instance, configuration }, { "elements-element-instance-id": stored.instance.id });
};
