/** A store with very many deliveries in it, written as the relay writes them, without anything having been delivered. */
import type { Delivery } from "@/lib/core/delivery.ts";
import { encodeWaiting } from "@/lib/store/delivery-rows.ts";
import { outboxKeys, sourceKeys } from "@/lib/store/keys.ts";

export interface Many {
  instance: string;
  outbox: string;
  /** When the last of them happened (ms). */
  now: number;
  /** When all that wait are due (ms), at one time, as after an outage: the hardest case for who lists them in parts. */
  dueAt: number;
  /** Of every ten deliveries six wait, two are dead, one is unclear, and one is done. */
  deliveries: number;
  /** Known files that were left out, besides. */
  leftOut: number;
}

const PLACES = ["live", "live", "live", "live", "live", "live", "dead", "dead", "unclear", "settled"] as const;
const PART = 500;
const OUTCOME = { live: "retryAt", dead: "rejected", unclear: "untellable", settled: "delivered" } as const;

/** As long as those of Dropbox. */
export const idOf = (n: number): string => `id:${`${n}`.padStart(22, "A")}`;
export const pathOf = (n: number): string => `/Photos/${2000 + (n % 26)}/picture ${n}.jpg`;
export const REV = "016f1e5c0000000000000002f1a2b3c4";

export async function seedMany(command: (line: readonly string[]) => Promise<unknown>, many: Many): Promise<void> {
  const { instance, outbox, now, dueAt, deliveries, leftOut } = many;
  const source = sourceKeys(instance);
  const keys = outboxKeys(outbox);
  for (let from = 0; from < deliveries; from += PART) {
    const numbers = Array.from({ length: Math.min(PART, deliveries - from) }, (_, n) => from + n);
    await command([
      "HSET",
      keys.deliveries,
      ...numbers.flatMap((n) => [idOf(n), encodeWaiting(deliveryOf(n, many), 3, null)]),
    ]);
    for (const place of new Set(PLACES)) {
      const here = numbers.filter((n) => PLACES[n % PLACES.length] === place);
      const key = place === "live" ? keys.due.live : keys[place];
      const score = (n: number) => `${place === "live" ? dueAt : now - deliveries + n}`;
      await command(["ZADD", key, ...here.flatMap((n) => [score(n), idOf(n)])]);
    }
    await command(["HSET", source.files, ...numbers.flatMap((n) => [idOf(n), known(n, {})])]);
    await command(["HSET", source.paths, ...numbers.flatMap((n) => [pathOf(n).toLowerCase(), idOf(n)])]);
  }
  for (let from = deliveries; from < deliveries + leftOut; from += PART) {
    const numbers = Array.from({ length: Math.min(PART, deliveries + leftOut - from) }, (_, n) => from + n);
    await command(["HSET", source.files, ...numbers.flatMap((n) => [idOf(n), known(n, { old: true })])]);
  }
}

const known = (n: number, more: object): string => JSON.stringify({ rev: REV, path: pathOf(n), ...more });

function deliveryOf(n: number, { instance, now, deliveries }: Many): Delivery {
  const path = pathOf(n);
  const place = PLACES[n % PLACES.length] ?? "live";
  const at = now - deliveries + n;
  const attempt = { at, ms: 120, outcome: OUTCOME[place], message: "the endpoint answered 503: try later" };
  return {
    id: idOf(n),
    instance,
    rev: REV,
    name: path.slice(path.lastIndexOf("/") + 1),
    path,
    size: 48_211,
    serverModified: at,
    priority: "live",
    seenAt: at,
    seenBy: "notification",
    attempts: [1, 2, 3].map((number) => ({ number, ...attempt })),
  };
}
