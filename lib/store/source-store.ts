/** Lease, cursor and known files of one instance's source, and the commit that moves them with the outbox. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import type { Delivery, Priority } from "../core/delivery.ts";
import { type KnownFile, knownFileSchema } from "../core/known-file.ts";
import type { Phase } from "../core/plan.ts";
import { encodePlanned } from "./delivery-rows.ts";
import { accountKey, bulkKeys, outboxKeys, sourceKeys } from "./keys.ts";
import { step } from "./redis.ts";
import { BEGIN_SYNC } from "./scripts/begin-sync.ts";
import { COMMIT_LISTING } from "./scripts/commit-listing.ts";
import { RELEASE_SYNC } from "./scripts/release-sync.ts";

/** Longest a holder may be silent; each commit renews it. Longer than one listing call (20 s). */
export const LEASE_MS = 30_000;

/** Index into the commit script's KEYS of each due set of the first outbox. */
const DUE_KEY = { live: "10", replay: "11", backfill: "12" } as const satisfies Record<Priority, string>;

const phaseSchema = z.enum(["", "baseline", "following", "rebuilding"]);

/** `beside`: the rows of the stored instances of the account that was named. */
export type Begun = { beside: string[] } & (
  | { kind: "held"; leftMs: number }
  | { kind: "taken"; cursor: string; phase: Phase | null; since: number | null; account: string | null }
);

export interface Commit {
  token: string;
  cursorBefore: string;
  /** Fields of the source hash to set; `cursor` among them moves it. */
  source: Record<string, string>;
  files: ReadonlyMap<string, KnownFile>;
  paths: ReadonlyMap<string, string>;
  pathsGone: readonly string[];
  deliveries: readonly Delivery[];
  /** What the plan believed; the commit refuses to write on a wrong belief. */
  believedFiles: ReadonlyMap<string, string>;
  believedPaths: ReadonlyMap<string, string>;
  now: number;
}

export type Committed =
  | { kind: "committed" }
  | { kind: "lost" }
  | { kind: "stale"; files: Map<string, string>; paths: Map<string, string> };

export type Released = { kind: "released" } | { kind: "lost" } | { kind: "again"; mark: string };

export type SourceStore = ReturnType<typeof createSourceStore>;

/** `former`: outboxes that what waits goes on from, as of a Page that another took the place of. */
export type Outboxes = readonly (string | { name: string; follows: boolean; former?: readonly string[] })[];

/** `outboxes`: where the deliveries go, one or more. All get each, but those of gone files only where they are followed. */
export const createSourceStore = (redis: Redis, instance: string, ...outboxes: Outboxes) =>
  storeAt(redis, sourceKeys(instance), outboxes);

/** The same for a bulk act: it commits to the same files and outboxes, under a lease and from a cursor of its own. */
export function createBulkSource(redis: Redis, instance: string, bulk: string, outboxes: Outboxes) {
  const { bulk: source, lease, again } = bulkKeys(bulk);
  return storeAt(redis, { ...sourceKeys(instance), source, lease, again }, outboxes);
}

function storeAt(redis: Redis, keys: ReturnType<typeof sourceKeys>, outboxes: Outboxes) {
  const begin = redis.createScript(BEGIN_SYNC);
  const commit = redis.createScript(COMMIT_LISTING);
  const release = redis.createScript(RELEASE_SYNC);

  return {
    /**
     * Takes the lease under `token`, or leaves the again mark when another holds it. In the same request it reads the
     * stored instances of the account named `beside`, which is how an account that may be the environment's costs none.
     */
    async begin(token: string, beside: string | null = null): Promise<Begun> {
      const named = [keys.lease, keys.again, keys.source, ...(beside === null ? [] : [accountKey(beside)])];
      const raw = await step("begin sync", () => begin.exec(named, [token, `${LEASE_MS}`]));
      const answer = z.array(z.string()).parse(raw);
      const rows = answer.slice(5);
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
    async commit(input: Commit): Promise<Committed> {
      const fileIds = [...input.believedFiles.keys()];
      const pathNames = [...input.believedPaths.keys()];
      const pairs = (map: Iterable<[string, string]>) => [...map].flat();
      const list = (values: readonly string[]) => [`${values.length}`, ...values];
      const raw = await step("commit listing", () =>
        commit.exec(
          [
            keys.lease,
            keys.source,
            keys.files,
            keys.paths,
            ...outboxes
              .map(nameOf)
              .map(outboxKeys)
              .flatMap((outbox) => [
                outbox.deliveries,
                outbox.claimed,
                outbox.next,
                outbox.dead,
                outbox.settled,
                outbox.due.live,
                outbox.due.replay,
                outbox.due.backfill,
                outbox.unclear,
              ]),
          ],
          [
            input.token,
            input.cursorBefore,
            `${LEASE_MS}`,
            ...list(fileIds),
            ...list([...input.believedFiles.values()]),
            ...list(pathNames),
            ...list([...input.believedPaths.values()]),
            ...list(pairs(Object.entries(input.source))),
            ...list(pairs([...input.files].map(([id, file]) => [id, JSON.stringify(file)]))),
            ...list(pairs(input.paths)),
            ...list(input.pathsGone),
            `${input.now}`,
            ...list(input.deliveries.map((delivery) => delivery.id)),
            ...list(input.deliveries.map((delivery) => encodePlanned(delivery, input.now))),
            ...list(input.deliveries.map((delivery) => DUE_KEY[delivery.priority])),
            ...list(outboxes.map((one) => (typeof one === "string" || one.follows ? "1" : "0"))),
          ],
        ),
      );
      const answer = z.array(z.string()).parse(raw);
      if (answer[0] === "committed" || answer[0] === "lost") return { kind: answer[0] };
      const truths = answer.slice(1);
      return {
        kind: "stale",
        files: new Map(fileIds.map((id, n) => [id, truths[n] ?? ""])),
        paths: new Map(pathNames.map((path, n) => [path, truths[fileIds.length + n] ?? ""])),
      };
    },

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

    /** The paths below these folders, as many at a time as one bounded step of a scan finds: often none. */
    async *pathsBelow(foldersLower: readonly string[]): AsyncGenerator<string[]> {
      const prefixes = foldersLower.map((folder) => `${folder}/`);
      let cursor = "0";
      do {
        const raw = await step("scan paths", () => redis.hscan(keys.paths, cursor, { count: 1000 }));
        const [next, found] = z.tuple([z.coerce.string(), z.array(z.string())]).parse(raw);
        yield found.filter((path, n) => n % 2 === 0 && prefixes.some((prefix) => path.startsWith(prefix)));
        cursor = next;
      } while (cursor !== "0");
    },

    /**
     * Takes the paths below deleted folders out of the path table, but for `kept`. One pass in bounded steps for any
     * number of folders; a pass that dies leaves names behind which the next file of that path replaces.
     */
    async forgetBelow(foldersLower: readonly string[], kept: ReadonlySet<string>): Promise<void> {
      for await (const below of this.pathsBelow(foldersLower)) {
        const gone = below.filter((path) => !kept.has(path));
        if (gone.length > 0) await step("forget paths", () => redis.hdel(keys.paths, ...gone));
      }
    },
  };
}

export const nameOf = (box: string | { name: string }): string => (typeof box === "string" ? box : box.name);

/** A stored known-file value; undefined for "" (a file never seen). Throws on a value we did not write. */
export function parseKnownFile(value: string): KnownFile | undefined {
  return value === "" ? undefined : knownFileSchema.parse(JSON.parse(value));
}
