/** Instances as one of the doors of the relay holds them: whatever is done to one through it is written down. */
import type { RecordDeed, Who } from "../core/audit.ts";
import type { Instances } from "./manage.ts";

/** Each method by what it is: a new one is one of these, or does not compile. */
export const METHODS = {
  create: "act",
  change: "act",
  setStatus: "act",
  wake: "act",
  reconnect: "act",
  remove: "act",
  get: "reads",
  ofAccount: "reads",
  page: "reads",
  count: "reads",
  secretsOf: "reads",
  // What the relay finds out by itself.
  markUnauthorized: "relay",
  markAuthorized: "relay",
} as const satisfies Record<keyof Instances, "act" | "reads" | "relay">;

type Acts = { [Name in keyof typeof METHODS as (typeof METHODS)[Name] extends "act" ? Name : never]: Instances[Name] };

/** What `who` does through these is recorded, also when it throws. */
export function audited(instances: Instances, record: RecordDeed, who: Who): Instances {
  async function kept<T>(
    act: "create" | "change" | "status" | "connect" | "remove",
    on: string,
    work: Promise<T>,
    endOf: (result: T) => string,
  ): Promise<T> {
    const write = (ended: string) => record({ who, act: `instance.${act}`, on, ended });
    const result = await work.catch(async (cause: unknown) => {
      await write("failed");
      throw cause;
    });
    await write(endOf(result));
    return result;
  }
  const kindOf = ({ kind }: { kind: string }) => kind;
  const acts: Acts = {
    create: (draft, secrets) => kept("create", `“${draft.name}”`, instances.create(draft, secrets), kindOf),
    change: (id, change) => kept("change", `instance ${id}`, instances.change(id, change), kindOf),
    setStatus: (id, status) => kept("status", `instance ${id}, ${status}`, instances.setStatus(id, status), kindOf),
    wake: (id) => kept("status", `instance ${id}, its endpoints enabled`, instances.wake(id), kindOf),
    reconnect: (id, side, ...more) =>
      kept("connect", `instance ${id}, ${side}`, instances.reconnect(id, side, ...more), kindOf),
    remove: (id, version) =>
      kept("remove", `instance ${id}`, instances.remove(id, version), (isGone) => (isGone ? "removed" : "stale")),
  };
  return { ...instances, ...acts };
}
