/**
 * Making, changing and removing connector instances. Every change reads, decides and stores under the version it read,
 * and starts over when somebody else was quicker. What waits is started again here, by a job.
 */
import { type Instance, type InstanceDraft, instanceSchema, SOURCE, withOutboxes } from "../core/instance.ts";
import type { Log } from "../log.ts";
import type { Queue } from "../queue/client.ts";
import type { InstanceStore, StoredInstance } from "../store/instance-store.ts";
import type { Secrets } from "../store/vault.ts";
import { createEndpointKeeper, type EndpointKeeperDeps } from "./endpoints.ts";
import { faultsOf } from "./faults.ts";
import { createSecretKeeper, type SecretKeeperDeps, type SecretsBySide } from "./secret-keeper.ts";
import { startWhatWaits } from "./start-what-waits.ts";

/** A change is tried again so often when others change the same instance at the same time. */
const TRIES_MAX = 5;

export type Changed =
  | { kind: "stored"; stored: StoredInstance }
  | { kind: "unknown" }
  /** Somebody changed it after the version that was named, or keeps changing it. */
  | { kind: "stale" }
  /** Each fault in words, with the name of the setting. */
  | { kind: "invalid"; faults: string[] }
  /** The account has as many instances as it can have. */
  | { kind: "full" };

export interface Change {
  /** The instance with what is to be different; throws nothing, may answer null to leave it as it is. */
  edit?: (instance: Instance) => Instance | null;
  /** New secrets of some sides; the others keep theirs. */
  secrets?: SecretsBySide;
  /** Refuse unless this is still the version. */
  version?: number;
  /** Its callback is to be called from now on, whatever it answered before. New secrets or another address mean that too. */
  wakes?: boolean;
}

export interface InstanceDeps extends SecretKeeperDeps, EndpointKeeperDeps {
  store: InstanceStore;
  queue: Pick<Queue, "enqueue">;
  now: () => number;
  randomId: () => string;
  log: Log;
}

export type Instances = ReturnType<typeof createInstances>;

export function createInstances(deps: InstanceDeps) {
  const { store, vault, nameOf, now, randomId, log } = deps;
  const keeper = createSecretKeeper({ store, vault, nameOf });
  const endpoints = createEndpointKeeper(deps, keeper);
  const noKey: Changed = { kind: "invalid", faults: ["ENCRYPTION_KEY: needed to seal the credentials of an instance"] };

  async function change(
    id: string,
    { edit = (one) => one, secrets = {}, version, wakes = false }: Change,
  ): Promise<Changed> {
    if (vault === null) return noKey;
    for (let tried = 0; tried < TRIES_MAX; tried += 1) {
      const before = await store.get(id);
      if (before === null) return { kind: "unknown" };
      if (version !== undefined && before.version !== version) return { kind: "stale" };
      const edited = edit(before.instance);
      if (edited === null) return { kind: "stored", stored: before };
      const parsed = instanceSchema.safeParse({
        ...edited,
        id,
        createdAt: before.instance.createdAt,
        updatedAt: now(),
        calledSince: before.instance.calledSince,
        // Its cursor is of the former folder, and goes: what lies in this one by now is as old as in a new instance's.
        ...(edited.folder === before.instance.folder ? {} : { since: now() }),
      });
      if (!parsed.success) return { kind: "invalid", faults: faultsOf(parsed.error) };
      const isWoken = wakes || (await endpoints.changes(before, parsed.data, secrets));
      const instance = isWoken ? await endpoints.woken(withOutboxes(parsed.data)) : withOutboxes(parsed.data);
      const sealed = await keeper.sealAll(vault, before, instance, secrets);
      const put = await store.put({ instance, sealed }, before, randomId());
      if (put.kind === "stale") continue;
      if (put.kind === "stored") {
        await keeper.forgetTokens(before, put.stored);
        await endpoints.forget(before.instance, instance);
        await startWhatWaits(deps, put.stored.instance);
      }
      return put;
    }
    return { kind: "stale" };
  }

  return {
    /** Active at once, unless the draft of its status says otherwise. Files that are in its folder now are old. */
    async create(
      draft: InstanceDraft & { status?: "active" | "paused" | "disabled" },
      secrets: SecretsBySide,
    ): Promise<Changed> {
      if (vault === null) return noKey;
      const at = now();
      const made = { status: "active", trouble: null, since: at, createdAt: at, updatedAt: at, ...draft };
      // Before an id is spent on it.
      const checked = instanceSchema.safeParse({ ...made, id: "1" });
      if (!checked.success) return { kind: "invalid", faults: faultsOf(checked.error) };
      const instance = withOutboxes({ ...checked.data, id: await store.nextId() });
      const sealed = await keeper.sealAll(vault, null, instance, secrets);
      const put = await store.put({ instance, sealed }, null, randomId());
      if (put.kind === "stored") await startWhatWaits(deps, instance);
      log.info({ instance: instance.id, kind: put.kind }, "instance.created");
      return put;
    },

    get: store.get,
    ofAccount: store.ofAccount,
    /** The next `limit` by id after this one; "0": from the first. */
    page: store.page,
    count: store.count,

    /** Any change of settings, secrets, or both, as one step. */
    change,

    /** `active` ends a pause, and asks again where a side had refused; what waited goes on. */
    setStatus: (id: string, status: "active" | "paused" | "disabled"): Promise<Changed> =>
      change(id, {
        edit: (one) => (one.status === status ? null : { ...one, status, trouble: null }),
        wakes: status === "active",
      }),

    /** Its owner says that its callback is well again: what waits for it goes out at once. */
    async wake(id: string): Promise<Changed> {
      const found = await store.get(id);
      if (found === null) return { kind: "unknown" };
      if (!(await endpoints.isKnown(found.instance))) return { kind: "stored", stored: found };
      return change(id, { wakes: true });
    },

    /** New credentials of one side. What had to wait for them goes on at once; a pause stays one. */
    reconnect: (
      id: string,
      side: string,
      secrets: Secrets,
      edit: (one: Instance) => Instance = (one) => one,
    ): Promise<Changed> =>
      change(id, {
        secrets: { [side]: secrets },
        edit: (one) => {
          const isMended = one.status === "unauthorized" && one.trouble?.side === side;
          return { ...edit(one), ...(isMended ? { status: "active" as const, trouble: null } : {}) };
        },
      }),

    /** A side refuses its credentials for good. Not when a person has given others meanwhile: `sealed` is what was used. */
    async markUnauthorized(id: string, side: string, sealed: string, message: string): Promise<void> {
      const before = await store.get(id);
      if (before === null || before.sealed[side] !== sealed) return;
      // Without its source nothing goes on at all: that takes the place of a destination's refusal.
      const { status, trouble } = before.instance;
      const isWorse = status === "unauthorized" && side === SOURCE && trouble?.side !== SOURCE;
      if (status !== "active" && !isWorse) return;
      const instance: Instance = {
        ...before.instance,
        status: "unauthorized",
        trouble: { side, message: message.slice(0, 500), at: now() },
        updatedAt: now(),
      };
      // Somebody else was quicker: at the next refusal it is looked at again.
      const put = await store.put({ instance, sealed: before.sealed }, before, randomId());
      if (put.kind !== "stored") return;
      log.error({ instance: id, side, message }, "instance.unauthorized");
      await startWhatWaits(deps, instance);
    },

    /** A side that had refused takes its credentials again. */
    markAuthorized: (id: string, side: string): Promise<Changed> =>
      change(id, {
        edit: (one) => (one.trouble?.side === side ? { ...one, status: "active", trouble: null } : null),
      }),

    /** With its cursor, its known files and all that waited for it. True also when it was gone already. */
    async remove(id: string, version?: number): Promise<boolean> {
      for (let tried = 0; tried < TRIES_MAX; tried += 1) {
        const stored = await store.get(id);
        if (stored === null) return true;
        if (version !== undefined && stored.version !== version) return false;
        if ((await store.remove(stored, deps.endpointsOf(stored.instance))) === "stale") continue;
        await keeper.forgetTokens(stored, null);
        log.info({ instance: id }, "instance.removed");
        return true;
      }
      return false;
    },

    /** What one side of an instance is to send: only for the use case that sends it. */
    secretsOf: keeper.secretsOf,
  };
}
