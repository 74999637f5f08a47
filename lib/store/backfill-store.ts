/** What a bulk act reads and changes of one instance: known files, what it put into outboxes, and how much waits there. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import type { KnownFile } from "../core/known-file.ts";
import { bulkKeys, outboxKeys, sourceKeys } from "./keys.ts";
import { step } from "./redis.ts";
import { TAKE_OUT } from "./scripts/take-out.ts";
import { createBulkSource, type Outboxes } from "./source-store.ts";

const texts = z.array(z.string().nullable());
/** Files in one step. */
const PART = 500;

/** A file to take out: what must be known of it, what is known then, and its delivery in each outbox. */
export interface Waiting {
  id: string;
  known: string;
  former: KnownFile;
  values: readonly string[];
}

export type BackfillStore = ReturnType<typeof createBackfillStore>;

export function createBackfillStore(redis: Redis, instance: string, ...outboxes: Outboxes) {
  const { files } = sourceKeys(instance);
  const boxes = outboxes.map((one) => outboxKeys(typeof one === "string" ? one : one.name));
  const takeOut = redis.createScript(TAKE_OUT);
  const list = (values: readonly string[]) => [`${values.length}`, ...values];

  return {
    /** How many outboxes each file goes into. */
    width: boxes.length,

    /** Commits for a bulk act, as a listing does. */
    source: (bulk: string) => createBulkSource(redis, instance, bulk, outboxes),

    /** What is known of these files, as it is stored; "" for one never listed. One command for 500. */
    async known(ids: readonly string[]): Promise<Map<string, string>> {
      const found = new Map<string, string>();
      for (let from = 0; from < ids.length; from += PART) {
        const part = ids.slice(from, from + PART);
        const values = texts.parse(await step("read known files", () => redis.hmget(files, ...part)));
        for (const [n, id] of part.entries()) found.set(id, values[n] ?? "");
      }
      return found;
    },

    /** The deliveries of these files in each outbox, as they are stored. */
    async values(ids: readonly string[]): Promise<string[][]> {
      if (ids.length === 0) return boxes.map(() => []);
      const pipeline = redis.pipeline();
      for (const box of boxes) pipeline.hmget(box.deliveries, ...ids);
      const raw = z.array(texts).parse(await step("read deliveries", () => pipeline.exec()));
      return raw.map((values) => values.map((value) => value ?? ""));
    },

    /** How many wait with this priority, or are claimed, in all outboxes; two commands for each. */
    async underway(priority: "replay" | "backfill"): Promise<number> {
      const pipeline = redis.pipeline();
      for (const box of boxes) pipeline.zcard(box.due[priority]).zcard(box.claimed);
      const raw = await step("count what waits", () => pipeline.exec());
      return z
        .array(z.coerce.number())
        .parse(raw)
        .reduce((sum, many) => sum + many, 0);
    },

    /** Those of which nothing has begun are out, and known again as before. How many they were. */
    async takeOut(bulk: string, waiting: readonly Waiting[]): Promise<number> {
      if (waiting.length === 0) return 0;
      const keys = boxes.flatMap((box) => [box.deliveries, box.due.backfill, box.notes]);
      const raw = await step("take out", () =>
        takeOut.exec(
          [bulkKeys(bulk).bulk, files, ...keys],
          [
            ...list(waiting.map(({ id }) => id)),
            ...list(waiting.map(({ known }) => known)),
            ...list(waiting.map(({ former }) => JSON.stringify(former))),
            ...boxes.flatMap((_, box) => list(waiting.map(({ values }) => values[box] ?? ""))),
          ],
        ),
      );
      return z.coerce.number().parse(raw);
    },
  };
}
