/** What the forms of bulk acts ask for; what does not fit counts as not given. Pure. */
import { z } from "zod";
import type { BulkAsk } from "../core/bulk.ts";
import { SINCE } from "./files-query.ts";

const text = (most: number) => z.string().trim().max(most).catch("").default("");
const formSchema = z.object({
  kind: z.enum(["backfill", "replay"]),
  link: text(100),
  folder: text(1000),
  which: z.enum(["all", "rules"]).catch("all").default("all"),
  state: z.enum(["dead", "unclear"]).catch("dead").default("dead"),
  path: text(400),
  reason: text(200),
  since: z.enum(["", "hour", "day", "week"]).catch("").default(""),
});

/** Null: it is none of these forms. */
export function bulkForm(given: Record<string, string>, now: number): { ask: BulkAsk; link: string } | null {
  const parsed = formSchema.safeParse(given);
  if (!parsed.success) return null;
  const { kind, link, folder, which, state, path, reason, since } = parsed.data;
  if (kind === "backfill") return { ask: { kind, which, folder }, link };
  const narrowed = { ...(path === "" ? {} : { path }), ...(reason === "" ? {} : { reason }) };
  return { ask: { kind, state, folder, ...narrowed, since: since === "" ? null : now - SINCE[since] }, link };
}

const querySchema = z.object({ link: text(100), state: formSchema.shape.state, which: formSchema.shape.which });
/** Which link, of a replay which state, and of a backfill which files, a page begins with. */
export const bulkQuery = (given: Record<string, string | string[] | undefined>) => querySchema.parse(given);
