/** What pages show of an instance besides its deliveries: when it listed, and the files that were left out. Reads only. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { FOLDER, type KnownFile } from "../core/known-file.ts";
import { HOUR_MS, HOURS_KEPT, tallyField } from "../core/tally.ts";
import { holdKey, outboxKeys, sourceKeys } from "./keys.ts";
import { step } from "./redis.ts";
import { parseKnownFile } from "./source-store.ts";

const time = z.coerce.number().nullable();
export interface LeftOut {
  id: string;
  file: KnownFile;
}

export type BoardStore = ReturnType<typeof createBoardStore>;

export function createBoardStore(redis: Redis) {
  return {
    /** When (ms) a notification last led to a listing, and when anything did; null: never. One command. */
    async heard(instance: string): Promise<{ notifiedAt: number | null; listedAt: number | null }> {
      const raw = await step("read the last listings", () =>
        redis.hmget(sourceKeys(instance).source, "notifiedAt", "listedAt"),
      );
      const [notifiedAt, listedAt] = z.tuple([time, time]).parse(raw);
      return { notifiedAt, listedAt };
    },

    /**
     * A few values of each outbox that are other ones as soon as something moves there: what waits, what ended in this hour,
     * and the hold of its credential. One request, three commands an outbox.
     */
    async pulse(lanes: readonly { outbox: string; credential: string }[], now: number): Promise<unknown> {
      if (lanes.length === 0) return [];
      const hour = tallyField(Math.floor(now / HOUR_MS) % HOURS_KEPT);
      const pipeline = redis.pipeline();
      for (const { outbox, credential } of lanes) {
        const { due, deliveries } = outboxKeys(outbox);
        pipeline.zcard(due.live).hget(deliveries, hour).hget(holdKey(credential), "until");
      }
      return step("look whether anything has moved", () => pipeline.exec());
    },

    /**
     * Files that were seen and not selected, in no order, from a cursor on ("0": from the start). One command looks at
     * about `count` known files; `next` null: that was all of them.
     */
    async leftOut(
      instance: string,
      cursor: string,
      count: number,
    ): Promise<{ files: LeftOut[]; looked: number; next: string | null }> {
      const raw = await step("scan files", () => redis.hscan(sourceKeys(instance).files, cursor, { count }));
      const [next, flat] = z.tuple([z.coerce.string(), z.array(z.string())]).parse(raw);
      const files: LeftOut[] = [];
      for (let n = 0; n + 1 < flat.length; n += 2) {
        const file = parseKnownFile(flat[n + 1] ?? "");
        if (file !== undefined && (file.skipped !== undefined || file.old === true)) {
          files.push({ id: flat[n] ?? "", file });
        }
      }
      return { files, looked: flat.length / 2, next: next === "0" ? null : next };
    },

    /** What is known of these files, in their order; null where nothing is. One command. */
    async known(instance: string, ids: readonly string[]): Promise<(KnownFile | null)[]> {
      if (ids.length === 0) return [];
      const raw = await step("read files", () =>
        redis
          .pipeline()
          .hmget(sourceKeys(instance).files, ...ids)
          .exec(),
      );
      const [values] = z.tuple([z.array(z.string().nullable())]).parse(raw);
      return values.map((value) => (value === null ? null : (parseKnownFile(value) ?? null)));
    },

    /** The file at exactly this path, in any case; null: none was listed there, or it is a folder. One command. */
    async fileAt(instance: string, path: string): Promise<string | null> {
      const owner = await step("find a path", () =>
        redis.hget(sourceKeys(instance).paths, path.normalize("NFC").toLowerCase()),
      );
      return typeof owner === "string" && owner !== FOLDER ? owner : null;
    },
  };
}
