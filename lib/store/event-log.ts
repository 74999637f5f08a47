/** The events of one callback in Redis, for seven days: what was told or is to be fetched, and how each attempt ended. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import {
  EVENTS_KEPT_MS,
  type EventLog,
  type Logged,
  loggedEventSchema,
  type Sent,
  sentSchema,
} from "../core/event-log.ts";
import { outboxKeys } from "./keys.ts";
import { step } from "./redis.ts";
import { LOG_EVENTS } from "./scripts/log-events.ts";

/** Events of one callback that are kept at most. */
const EVENTS_MAX = 50_000;
/** Of a message's id, what its events name it by. */
const MESSAGE = /^(?:msg_)?([0-9a-f]{20})(?:[0-9a-f]{12})?$/;

const text = z.string().nullable();
const scores = z.array(z.union([z.string(), z.number()]).nullable());

export type EventLogStore = ReturnType<typeof createEventLog>;

export function createEventLog(redis: Redis, outbox: string) {
  const { events, eventOrder, deliveries } = outboxKeys(outbox);
  const script = redis.createScript(LOG_EVENTS);
  const list = (values: readonly string[]) => [`${values.length}`, ...values];

  async function read(ids: readonly string[], places: z.infer<typeof scores>): Promise<Logged[]> {
    if (ids.length === 0) return [];
    const fields = ids.flatMap((id) => [`e:${id}`, `a:${id}`]);
    const raw = z.array(text).parse(await step("read events", () => redis.hmget(events, ...fields)));
    return ids.flatMap((_, n) => {
      const place = places[n] ?? null;
      const logged = place === null ? null : parse(raw[2 * n] ?? null, raw[2 * n + 1] ?? null, Number(place));
      return logged === null ? [] : [logged];
    });
  }

  return {
    add: async (messageId, now, all) => {
      const message = MESSAGE.exec(messageId)?.[1] ?? "";
      await step("log events", () =>
        script.exec(
          [events, eventOrder, deliveries],
          [
            `${now}`,
            `${now - EVENTS_KEPT_MS}`,
            `${EVENTS_MAX}`,
            message,
            ...list(all.map(({ event }) => event.id)),
            ...list(all.map(({ event }) => JSON.stringify(event))),
            ...list(all.map(({ sent }) => `${message} ${JSON.stringify(sent)}`)),
          ],
        ),
      );
    },

    /** Those behind a place, in their order. */
    async after(sequence: number, now: number, limit: number): Promise<Logged[]> {
      const from = Math.max(sequence, (now - EVENTS_KEPT_MS) * 1000);
      const options = { byScore: true, withScores: true, offset: 0, count: limit } as const;
      const raw = await step("list events", () => redis.zrange(eventOrder, `(${from}`, "+inf", options));
      const flat = scores.parse(raw);
      const isId = (_: unknown, n: number) => n % 2 === 0;
      return read(
        flat.filter(isId).map(String),
        flat.filter((_, n) => n % 2 === 1),
      );
    },

    /** One by its id, or all of a message by the message's. */
    async find(id: string, now: number): Promise<Logged[]> {
      const message = MESSAGE.exec(id)?.[1];
      const found =
        message === undefined ? id : text.parse(await step("find a message", () => redis.hget(events, `m:${message}`)));
      const ids = (found ?? "").split(" ").filter((one) => one !== "");
      if (ids.length === 0) return [];
      const places = scores.parse((await step("find events", () => redis.zmscore(eventOrder, ids))) ?? []);
      const kept = places.map((place) => (Number(place) > (now - EVENTS_KEPT_MS) * 1000 ? place : null));
      return read(ids, kept);
    },
  } satisfies EventLog & Record<string, unknown>;
}

/** Null: gone meanwhile, or not what we write. */
function parse(event: string | null, attempts: string | null, sequence: number): Logged | null {
  if (event === null) return null;
  try {
    const lines = (attempts ?? "").split("\n").filter((line) => line !== "");
    return {
      sequence,
      event: loggedEventSchema.parse(JSON.parse(event)),
      attempts: lines.map((line): Sent => sentSchema.parse(JSON.parse(line.slice(line.indexOf(" ") + 1)))),
    };
  } catch {
    return null;
  }
}
