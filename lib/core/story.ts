/**
 * What happened to a file, and what comes next: from what the stores say, as data. Pure. The schema is also what whoever
 * asks over HTTP reads the answer with.
 */
import { z } from "zod";
import { attemptSchema, type Delivery, type Held, PRIORITIES, SEEN_BY } from "./delivery.ts";
import { type Hold, holdSchema } from "./hold.ts";
import type { KnownFile } from "./known-file.ts";

/** `size`: bytes, where they are known. */
const fileSchema = z.object({ id: z.string(), path: z.string(), rev: z.string(), size: z.number().optional() });
const deliverySchema = z.object({
  file: fileSchema,
  seenAt: z.number(),
  seenBy: z.enum(SEEN_BY),
  /** The file is gone, and this is about what was there of it. */
  gone: z.enum(["deleted", "movedOut"]).nullable(),
  /** The last ones; one whose outcome is a person's act is such an act. */
  attempts: z.array(attemptSchema),
  /** What the destination holds of the file, of this revision or of a former one. */
  held: z
    .object({ rev: z.string(), at: z.number(), remoteId: z.string(), link: z.string().nullable(), hidden: z.boolean() })
    .nullable(),
});

export const storySchema = z.discriminatedUnion("state", [
  z.object({ state: z.literal("notSeen"), lastListedAt: z.number().nullable() }),
  z.object({ state: z.literal("folder") }),
  z.object({ state: z.literal("old"), file: fileSchema }),
  z.object({
    state: z.literal("notSelected"),
    file: fileSchema,
    reason: z.string(),
    /** The rule by its name and value at that time; null where no rule of the instance decided. */
    rule: z.object({ name: z.string(), value: z.string() }).nullable(),
  }),
  deliverySchema.extend({
    state: z.literal("waiting"),
    priority: z.enum(PRIORITIES),
    /** How many attempts count against it. */
    attempted: z.number(),
    dueAt: z.number(),
    /** `pace`: the destination asked for the time, as for a Page's posts a day. `landing`: a write may still take effect. */
    because: z.enum(["turn", "hold", "backoff", "pace", "landing"]),
    hold: holdSchema.nullable(),
  }),
  deliverySchema.extend({
    state: z.literal("claimed"),
    attempted: z.number(),
    /** After that another worker takes it over. */
    until: z.number(),
    newerRev: z.string().nullable(),
  }),
  deliverySchema.extend({ state: z.literal("delivered"), at: z.number() }),
  /** Its file went, and so did what was there of it; or it is shown to nobody. */
  deliverySchema.extend({ state: z.literal("withdrawn"), at: z.number(), how: z.enum(["removed", "hidden"]) }),
  deliverySchema.extend({ state: z.literal("skipped"), at: z.number(), reason: z.string() }),
  deliverySchema.extend({ state: z.literal("dead"), at: z.number(), attempted: z.number(), reason: z.string() }),
  deliverySchema.extend({ state: z.literal("unclear"), at: z.number(), reason: z.string() }),
  /** It is over, and its story has left the store; what is held is still known. */
  z.object({ state: z.literal("forgotten"), file: fileSchema, held: deliverySchema.shape.held }),
]);
export type Story = z.infer<typeof storySchema>;

/** Where a delivery lies. */
export type Place = "live" | "replay" | "backfill" | "claimed" | "dead" | "unclear" | "settled";

/** A delivery as it is stored, and its place; `score` is that place's time (ms). */
export interface Stored {
  delivery: Delivery;
  attempted: number;
  /** Until then (ms) an unanswered write may still land. */
  clearAt: number | null;
  place: Place;
  score: number;
}

/** What the stores say of one file. */
export interface Facts {
  lastListedAt: number | null;
  isFolder: boolean;
  fileId: string | null;
  known: KnownFile | null;
  stored: Stored | null;
  held: Held | null;
  /** What an attempt wrote down before an effect. */
  note: string | null;
  newerRev: string | null;
  hold: Hold | null;
}

/** `linkTo` makes a remote id the address a person can open, where there is one. */
export function storyOf(facts: Facts, linkTo: (remoteId: string) => string | null, now: number): Story {
  const { known, stored, fileId } = facts;
  const held = facts.held === null ? null : heldOf(facts.held, linkTo);
  if (stored !== null && !isPassedOver(stored, known)) return ofDelivery(stored, facts, held, now);
  if (facts.isFolder) return { state: "folder" };
  if (known === null || fileId === null) return { state: "notSeen", lastListedAt: facts.lastListedAt };
  const file = {
    id: fileId,
    path: known.path,
    rev: known.rev,
    ...(known.size === undefined ? {} : { size: known.size }),
  };
  if (known.old) return { state: "old", file };
  if (known.skipped !== undefined) {
    return { state: "notSelected", file, reason: known.skipped, rule: known.skippedBy ?? null };
  }
  return { state: "forgotten", file, held };
}

type Shown = z.infer<typeof deliverySchema>["held"];
const heldOf = ({ rev, at, remoteId, hidden = false }: Held, linkTo: (remoteId: string) => string | null): Shown => ({
  rev,
  at,
  remoteId,
  hidden,
  link: linkTo(remoteId),
});

/** What is known is a later revision that the rules leave out: the delivery tells of the former one, and is over. */
const isPassedOver = ({ delivery, place }: Stored, known: KnownFile | null): boolean =>
  place === "settled" && known?.skipped !== undefined && known.rev !== delivery.rev;

function ofDelivery(stored: Stored, facts: Facts, held: Shown, now: number): Story {
  const { delivery, attempted, place, score } = stored;
  const { id, path, rev, size, seenAt, seenBy, attempts } = delivery;
  const file = { id, path, rev, ...(delivery.gone === undefined ? { size } : {}) };
  const common = { file, seenAt, seenBy, gone: delivery.gone ?? null, attempts, held };
  const reason = attempts.at(-1)?.message ?? "no reason was kept";
  switch (place) {
    case "live":
    case "replay":
    case "backfill": {
      const hold = facts.hold !== null && facts.hold.until > now ? facts.hold : null;
      const waiting = { ...common, state: "waiting", priority: place, attempted, hold } as const;
      return { ...waiting, dueAt: Math.max(score, hold?.until ?? 0), because: whyWaiting(stored, hold, now) };
    }
    case "claimed":
      return { ...common, state: "claimed", attempted, until: score, newerRev: facts.newerRev };
    case "dead":
      return { ...common, state: "dead", at: score, attempted, reason };
    case "unclear":
      return { ...common, state: "unclear", at: score, reason };
    case "settled": {
      const over = { ...common, at: score };
      const how = attempts.at(-1)?.outcome;
      if (how === "removed" || how === "hidden") return { ...over, state: "withdrawn", how };
      return how === "skipped" ? { ...over, state: "skipped", reason } : { ...over, state: "delivered" };
    }
  }
}

function whyWaiting({ score, clearAt, delivery }: Stored, hold: Hold | null, now: number) {
  if (hold !== null && hold.until >= score) return "hold";
  if (score <= now) return "turn";
  if (clearAt !== null && clearAt >= score) return "landing";
  const last = delivery.attempts.at(-1)?.outcome;
  return last === "retryAt" || last === "unclear" ? "backoff" : "pace";
}
