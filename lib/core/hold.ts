/** Nothing more goes out with a credential, or to an endpoint, for a time. Pure. */
import { z } from "zod";

/** A hold to put on the credential until the given time (ms). */
export const holdSchema = z.object({
  until: z.number(),
  /** `givenUp`: an endpoint is not called any more. Its owner may have it called again before the time is over. */
  reason: z.enum(["rateLimited", "unauthorized", "givenUp"]),
});
export type Hold = z.infer<typeof holdSchema>;

/** As Redis holds it. */
export const holdOf = (until: number, reason: string | null | undefined): Hold => ({
  until,
  reason: holdSchema.shape.reason.safeParse(reason).data ?? "rateLimited",
});
