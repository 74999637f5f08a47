/** What the address of the table asks for; anybody may have written it, so what does not fit counts as not given. Pure. */
import { z } from "zod";

export const STATES = ["dead", "unclear", "waiting", "claimed", "settled", "leftOut"] as const;
export const SINCE = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const;

const text = (most: number) => z.string().trim().max(most).catch("").default("");
const querySchema = z.object({
  state: z.enum(STATES).catch("settled").default("settled"),
  q: text(400),
  folder: text(1000),
  since: z.enum(["", "hour", "day", "week"]).catch("").default(""),
  link: text(100),
  after: text(1000),
  /** Files that the pages before this one have looked through. */
  looked: z.coerce.number().int().min(0).max(1e9).catch(0).default(0),
});
export type FilesQuery = z.infer<typeof querySchema>;

export const filesQuery = (given: Record<string, string | string[] | undefined>): FilesQuery =>
  querySchema.parse(given);

/** As the search wants it. */
export const filterOf = ({ q, folder, since }: FilesQuery, now: number) => ({
  words: q,
  folder,
  since: since === "" ? null : now - SINCE[since],
});
