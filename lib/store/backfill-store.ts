/** What a bulk act reads and changes of one instance: known files, what it put into outboxes, and how much waits there. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import type { KnownFile } from "../core/known-file.ts";
import { createActStore } from "./act-store.ts";
import { createInspectionStore } from "./inspection-store.ts";
import { bulkKeys, outboxKeys, sourceKeys } from "./keys.ts";
import { type MadeBy, nameOf, type Outboxes } from "./listing-commit.ts";
import { step } from "./redis.ts";
import { TAKE_OUT } from "./scripts/take-out.ts";
import { createBulkSource } from "./source-store.ts";

const texts = z.array(z.string().nullable());
/** Files in one step. */
const PART = 500;

/** Where a destination's deliveries lie: its outbox, and before it those that what waits is brought along from. */
export interface Place {
  outboxes: readonly string[];
  /** Something is delivered there; else its destination was removed. */
  isPresent: boolean;
}

/** A file to take out: what must be known of it, what is known then, and its delivery in each outbox; "": in none of ours. */
export interface Waiting {
  id: string;
  known: string;
  former: KnownFile;
  values: readonly string[];
}

export type BackfillStore = ReturnType<typeof createBackfillStore>;

export const createBackfillStore = (redis: Redis, instance: string, ...outboxes: Outboxes) =>
  storeAt(redis, instance, outboxes);

/** Of a stored instance: commits nothing once that is another one. */
export const createStoredBackfill = (redis: Redis, madeBy: MadeBy, outboxes: Outboxes) =>
  storeAt(redis, madeBy.instance, outboxes, madeBy);

function storeAt(redis: Redis, instance: string, outboxes: Outboxes, madeBy?: MadeBy) {
  const { files } = sourceKeys(instance);
  const names = outboxes.map(nameOf);
  const boxes = names.map(outboxKeys);
  const takeOut = redis.createScript(TAKE_OUT);
  const list = (values: readonly string[]) => [`${values.length}`, ...values];

  return {
    /** The outboxes that each file goes into, and how many these are. */
    outboxes: names,
    width: boxes.length,

    /** Where by now the deliveries are that went into these outboxes, of an instance that may have been changed since. */
    placesOf: (former: readonly string[]): Place[] =>
      former.map((name) => {
        const there = outboxes.find((one) => nameOf(one) === name || formerOf(one).includes(name));
        return there === undefined
          ? { outboxes: [name], isPresent: false }
          : { outboxes: [...formerOf(there), nameOf(there)], isPresent: true };
      }),

    /** Of one outbox. */
    inspection: (outbox: string) => createInspectionStore(redis, instance, outbox),
    acts: (outbox: string) => createActStore(redis, outbox),

    /** Commits for a bulk act, as a listing does. */
    source: (bulk: string) => createBulkSource(redis, instance, bulk, outboxes, madeBy),

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

    /** The deliveries of these files in each of these outboxes, as they are stored. */
    async values(within: readonly string[], ids: readonly string[]): Promise<string[][]> {
      if (ids.length === 0) return within.map(() => []);
      const pipeline = redis.pipeline();
      for (const name of within) pipeline.hmget(outboxKeys(name).deliveries, ...ids);
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

    /** Those of which nothing has begun are out of these outboxes, and known again as before. How many they were. */
    async takeOut(bulk: string, within: readonly string[], waiting: readonly Waiting[]): Promise<number> {
      if (waiting.length === 0) return 0;
      const keys = within.map(outboxKeys).flatMap((box) => [box.deliveries, box.due.backfill, box.notes]);
      const raw = await step("take out", () =>
        takeOut.exec(
          [bulkKeys(bulk).bulk, files, ...keys],
          [
            ...list(waiting.map(({ id }) => id)),
            ...list(waiting.map(({ known }) => known)),
            ...list(waiting.map(({ former }) => JSON.stringify(former))),
            ...within.flatMap((_, box) => list(waiting.map(({ values }) => values[box] ?? ""))),
          ],
        ),
      );
      return z.coerce.number().parse(raw);
    },
  };
}

const formerOf = (outbox: Outboxes[number]): readonly string[] =>
  typeof outbox === "string" ? [] : (outbox.former ?? []);
