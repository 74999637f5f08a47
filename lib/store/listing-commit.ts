/** The commit that moves a listing's cursor, its known files and its deliveries together. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import type { Delivery, Priority } from "../core/delivery.ts";
import type { KnownFile } from "../core/known-file.ts";
import { encodePlanned } from "./delivery-rows.ts";
import { instanceKey, outboxKeys, type sourceKeys } from "./keys.ts";
import { step } from "./redis.ts";
import { COMMIT_LISTING } from "./scripts/commit-listing.ts";

/** Longest a holder may be silent; each commit renews it. Longer than one listing call (20 s). */
export const LEASE_MS = 30_000;

/** Index into the commit script's KEYS of each due set of the first outbox. */
const DUE_KEY = { live: "10", replay: "11", backfill: "12" } as const satisfies Record<Priority, string>;

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

/** `former`: outboxes that what waits goes on from, as of a Page that another took the place of. */
export type Outboxes = readonly (string | { name: string; follows: boolean; former?: readonly string[] })[];

export const nameOf = (box: string | { name: string }): string => (typeof box === "string" ? box : box.name);

/** The version of a stored instance that a store was made by. With another one, or none, the store does nothing. */
export interface MadeBy {
  instance: string;
  version: number;
}

export const rowOf = (madeBy: MadeBy | undefined): string[] =>
  madeBy === undefined ? [] : [instanceKey(madeBy.instance)];
export const versionOf = (madeBy: MadeBy | undefined): string[] => (madeBy === undefined ? [] : [`${madeBy.version}`]);

/** `madeBy`: compared in each commit. */
export function createListingCommit(
  redis: Redis,
  keys: ReturnType<typeof sourceKeys>,
  outboxes: Outboxes,
  madeBy: MadeBy | undefined,
) {
  const commit = redis.createScript(COMMIT_LISTING);
  return async (input: Commit): Promise<Committed> => {
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
          ...rowOf(madeBy),
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
          ...versionOf(madeBy),
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
  };
}
