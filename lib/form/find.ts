/** An instance with its secrets opened: only to be laid over and stored again, never shown. */
import { SOURCE } from "../core/instance.ts";
import type { SecretsBySide } from "../elements/to-instance.ts";
import type { StoredInstance } from "../store/instance-store.ts";
import type { FormDeps } from "./deps.ts";

export async function openAll(
  instances: Pick<FormDeps["instances"], "secretsOf">,
  stored: StoredInstance,
): Promise<SecretsBySide> {
  const sides = [SOURCE, ...stored.instance.destinations.map(({ id }) => id)];
  const opened = await Promise.all(sides.map(async (side) => [side, await instances.secretsOf(stored, side)] as const));
  return Object.fromEntries(opened.flatMap(([side, secrets]) => (secrets === null ? [] : [[side, secrets]])));
}
