/** The replay of many failed files: what it would do first, then how far it is. Pure. */
import { z } from "zod";
import { counted } from "../core/times.ts";
import type { ReplayStep } from "../relay/replay-dead.ts";
import { storyHref } from "./addresses.ts";
import { nameOf } from "./paths.ts";
import { sentence } from "./sentence.ts";

const text = (most: number) => z.string().trim().max(most).catch("").default("");
const querySchema = z.object({
  link: text(100),
  path: text(400),
  reason: text(200),
  after: text(1000),
  /** Of the steps before. */
  replayed: z.coerce.number().int().min(0).max(1e9).catch(0).default(0),
});
export type ReplayQuery = z.infer<typeof querySchema>;

export const replayQuery = (given: Record<string, string | string[] | undefined>): ReplayQuery =>
  querySchema.parse(given);

/** What is not given does not narrow anything. */
export const replayFilter = ({ path, reason }: Pick<ReplayQuery, "path" | "reason">) => ({
  ...(path === "" ? {} : { path }),
  ...(reason === "" ? {} : { reason }),
});

export interface ReplayView {
  sentence: string;
  does: string | null;
  button: string | null;
  examples: { id: string; name: string; href: string; reason: string | null }[];
}

export function replayView(query: ReplayQuery, step: ReplayStep, link: string): ReplayView {
  const { meant, looked, after } = step;
  const among = after === null ? "" : ` among the first ${counted(looked, "failed file")} looked at`;
  const before = query.replayed === 0 ? "" : `${counted(query.replayed, "file")} sent again so far. `;
  return {
    sentence: `${before}${meant === 0 ? `None fits${among}.` : `${counted(meant, "file")} would be tried again${among}.`}`,
    does:
      meant === 0
        ? null
        : "Each gets fresh attempts, behind what is new, and is looked for before it is sent: nothing is doubled. It cannot be called back.",
    button: meant === 0 ? (after === null ? null : "Look further") : `Try ${counted(meant, "file")} again`,
    examples: step.examples.map(({ id, path, reason }) => ({
      id,
      name: nameOf(path),
      href: storyHref(id, link),
      reason: reason === null ? null : sentence(reason),
    })),
  };
}
