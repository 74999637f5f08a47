/** The events of one callback as they are kept for whoever looks them up or fetches them: data, and its port. */
import { z } from "zod";

/** How long (ms) an event is kept after it was first sent or queued. */
export const EVENTS_KEPT_MS = 7 * 86_400_000;

export const loggedEventSchema = z.object({
  id: z.string(),
  kind: z.string(),
  fileId: z.string(),
  rev: z.string(),
  name: z.string(),
  path: z.string(),
  size: z.number(),
  formerPath: z.string().nullable(),
  movedOut: z.boolean(),
  /** When it happened, and when the listing showed it (ms). */
  at: z.number(),
  seenAt: z.number(),
});
export type LoggedEvent = z.infer<typeof loggedEventSchema>;

export const sentSchema = z.object({
  number: z.number(),
  at: z.number(),
  ms: z.number(),
  /** What the endpoint answered; null: nothing, or it was not asked. */
  status: z.number().nullable(),
  /** As of a delivery, or `queued`: kept to be fetched. */
  outcome: z.string(),
  message: z.string().optional(),
});
export type Sent = z.infer<typeof sentSchema>;

export interface Logged {
  /** Grows with each event of its callback: where whoever fetches goes on. */
  sequence: number;
  event: LoggedEvent;
  attempts: Sent[];
}

export interface EventLog {
  /** Done twice, nothing is there twice; an event keeps the place it got first. */
  add(messageId: string, now: number, events: readonly { event: LoggedEvent; sent: Sent }[]): Promise<void>;
}
