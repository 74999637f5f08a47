/** How the relay is, in numbers: bounded however much waits. */
import { z } from "zod";
import { daysLeft, endsAt } from "../core/credential-ending.ts";
import { givenUpOn } from "../core/endpoint-state.ts";
import { holdSchema } from "../core/hold.ts";
import type { Link } from "./services.ts";

export const linkHealthSchema = z.object({
  link: z.string(),
  waiting: z.number(),
  claimed: z.number(),
  dead: z.number(),
  unclear: z.number(),
  settled: z.number(),
  /** Since the one that comes next was seen (ms); null when none waits. */
  oldestWaitingMs: z.number().nullable(),
  hold: holdSchema.nullable(),
  lastListedAt: z.number().nullable(),
  /** Since when a callback is no longer called; null while it is. */
  givenUp: z.object({ status: z.enum(["paused", "disabled"]), since: z.number() }).nullable(),
  /** Null where it cannot be asked for, or was not yet. */
  credential: z
    .object({
      isValid: z.boolean(),
      endsAt: z.number().nullable(),
      daysLeft: z.number().nullable(),
      missing: z.array(z.string()),
      askedAt: z.number(),
    })
    .nullable(),
});
export type LinkHealth = z.infer<typeof linkHealthSchema>;

/** At most four requests to Redis, and 15 commands. */
export async function readHealth(link: Link, now: number): Promise<LinkHealth> {
  const { inspection, endpoint } = link.desk;
  const [counts, credential, givenUp] = await Promise.all([
    inspection.counts(link.destination.credential),
    credentialOf(link, now),
    endpoint === null ? null : endpoint.load().then(givenUpOn),
  ]);
  const { places, oldestSeenAt, hold, lastListedAt } = counts;
  const { claimed, dead, unclear, settled } = places;
  return {
    link: link.id,
    waiting: places.live + places.replay + places.backfill,
    claimed,
    dead,
    unclear,
    settled,
    oldestWaitingMs: oldestSeenAt === null ? null : Math.max(0, now - oldestSeenAt),
    hold: hold !== null && hold.until > now ? hold : null,
    lastListedAt,
    givenUp,
    credential,
  };
}

async function credentialOf({ desk }: Link, now: number): Promise<LinkHealth["credential"]> {
  const stored = desk.credential === null ? null : await desk.credential.ending.load();
  if (stored === null) return null;
  const end = endsAt(stored.facts);
  return {
    isValid: stored.facts.isValid,
    endsAt: end,
    daysLeft: end === null ? null : daysLeft(end, now),
    missing: stored.facts.missing,
    askedAt: stored.askedAt,
  };
}
