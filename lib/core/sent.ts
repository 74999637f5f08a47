/** What is sent of a file, for people to look at: a record, a post or an event. Never a secret, and never where it goes. */
import { z } from "zod";

export const sentSchema = z.object({
  /** "A record", "A photo", "Nothing" */
  what: z.string(),
  /** The words of a post; null where there are none. */
  text: z.string().nullable(),
  fields: z.array(z.object({ label: z.string(), value: z.string() })),
  /** A record or an event as it goes out; null: it is none. */
  payload: z.unknown(),
  /** What is to be known of it. */
  note: z.string().nullable(),
});
export type Sent = z.infer<typeof sentSchema>;

export const sent = (what: string, more: Partial<Omit<Sent, "what">> = {}): Sent => ({
  ...{ what, text: null, fields: [], payload: null, note: null },
  ...more,
});
export const nothingSent = (why: string): Sent => sent("Nothing", { note: why });
