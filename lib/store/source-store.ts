/** Lease, cursor and known files of one instance's source, and the commit that moves them with the outbox. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { type KnownFile, knownFileSchema } from "../core/known-file.ts";
import type { Phase } from "../core/plan.ts";
import { accountKey, bulkKeys, sourceKeys } from "./keys.ts";
import { createListingCommit, LEASE_MS, type MadeBy, type Outboxes, rowOf, versionOf } from "./listing-commit.ts";
import { createPathTable } from "./path-table.ts";
import { step } from "./redis.ts";
import { BEGIN_SYNC } from "./scripts/begin-sync.ts";
import { RELEASE_SYNC } from "./scripts/release-sync.ts";

const phaseSchema = z.enum(["", "baseline", "following", "rebuilding"]);

/** `beside`: the rows of the stored instances of the account that was named. */
export type Begun = { beside: string[] } & (
  | { kind: "held"; leftMs: number }
  /** Its instance was changed or removed since it was read: whoever read it has nothing more to do here. */
  | { kind: "left" }
  | { kind: "taken"; cursor: string; phase: Phase | null; since: number | null; account: string | null }
);

export type Released = { kind: "released" } | { kind: "lost" } | { kind: "again"; mark: string };

export type SourceStore = ReturnType<typeof createSourceStore>;

/** `outboxes`: where the deliveries go, one or more. All get each, but those of gone files only where they are followed. */
export const createSourceStore = (redis: Redis, instance: string, ...outboxes: Outboxes) =>
  storeAt(redis, sourceKeys(instance), outboxes);

/** Of a stored instance. A change of it takes the lease away, so that it is enough to compare when one is taken. */
export const createStoredSource = (redis: Redis, madeBy: MadeBy, outboxes: Outboxes) =>
  storeAt(redis, sourceKeys(madeBy.instance), outboxes, { begin: madeBy });

/**
 * The same for a bulk act: it commits to the same files and outboxes, under a lease and from a cursor of its own. That lease
 * outlives a change of the instance, so each commit compares.
 */
export function createBulkSource(redis: Redis, instance: string, bulk: string, outboxes: Outboxes, madeBy?: MadeBy) {
  const { bulk: source, lease, again } = bulkKeys(bulk);
  const keys = { ...sourceKeys(instance), source, lease, again };
  return storeAt(redis, keys, outboxes, madeBy === undefined ? {} : { commit: madeBy });
}

/** `by`: the version of its instance that this step compares. */
function storeAt(
  redis: Redis,
  keys: ReturnType<typeof sourceKeys>,
  outboxes: Outboxes,
  by: { begin?: MadeBy; commit?: MadeBy } = {},
) {
  const begin = redis.createScript(BEGIN_SYNC);
  const release = redis.createScript(RELEASE_SYNC);

  return {
    /**
     * Takes the lease under `token`, or leaves the again mark when another holds it. In the same request it reads the
     * stored instances of the account named `beside`, which is how an account that may be the environment's costs none.
     */
    async begin(token: string, beside: string | null = null): Promise<Begun> {
      const named = [
        keys.lease,
        keys.again,
        keys.source,
        ...(beside === null ? rowOf(by.begin) : [accountKey(beside)]),
      ];
      const given = [token, `${LEASE_MS}`, ...(beside === null ? versionOf(by.begin) : [])];
      const raw = await step("begin sync", () => begin.exec(named, given));
      const answer = z.array(z.string()).parse(raw);
      const rows = answer.slice(5);
      if (answer[0] === "left") return { kind: "left", beside: [] };
      if (answer[0] === "held") return { kind: "held", leftMs: Math.max(0, Number(answer[1])), beside: rows };
      const phase = phaseSchema.parse(answer[2]);
      return {
        kind: "taken",
        cursor: answer[1] ?? "",
        phase: phase === "" ? null : phase,
        since: answer[3] ? Number(answer[3]) : null,
        account: answer[4] || null,
        beside: rows,
      };
    },

    /** Stores a listing's plan with its cursor, or nothing. */
    commit: createListingCommit(redis, keys, outboxes, by.commit),

    /** When the folder was last listed to its end (ms); null: never. */
    async listedAt(): Promise<number | null> {
      const at = z
        .string()
        .nullable()
        .parse(await step("listed at", () => redis.hget(keys.source, "listedAt")));
      return at === null ? null : Number(at);
    },

    /** Gives the lease back unless somebody asked to list again since `markSeen` ("" at first; "*": whatever was asked). */
    async release(token: string, markSeen: string): Promise<Released> {
      const keysOf = [keys.lease, keys.again];
      const raw = await step("release sync", () => release.exec(keysOf, [token, `${LEASE_MS}`, markSeen]));
      const [kind, mark = ""] = z
        .tuple([z.enum(["released", "again", "lost"])])
        .rest(z.string())
        .parse(raw);
      return kind === "again" ? { kind, mark } : { kind };
    },

    ...createPathTable(redis, keys.paths),
  };
}

/** A stored known-file value; undefined for "" (a file never seen). Throws on a value we did not write. */
export function parseKnownFile(value: string): KnownFile | undefined {
  return value === "" ? undefined : knownFileSchema.parse(JSON.parse(value));
}
