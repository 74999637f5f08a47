/** A short text that is another one as soon as what a page shows is: what a page asks for to keep itself up to date. */
import type { Context } from "./context.ts";
import { fingerprintOf } from "./credential.ts";
import { findLink } from "./find-link.ts";
import { readBulk } from "./read-bulk.ts";
import { readOverview } from "./read-overview.ts";
import { tellStory } from "./tell-story.ts";

/** Of one file's story, of a bulk act, or of the overview's part after an instance. */
export type Watched = { file: string; link: string } | { bulk: string } | { after: string | null };

export async function readMark(context: Context, watched: Watched): Promise<string> {
  if ("after" in watched) return markOf((await readOverview(context, watched.after)).links);
  if ("bulk" in watched) return markOf(await readBulk(context.services, watched.bulk));
  const at = await findLink(context, watched.link);
  return markOf(at === null ? null : await tellStory([at.link], watched.file, context.now()));
}

/** What grows or shrinks by itself says nothing new. */
export const markOf = (facts: unknown): string =>
  fingerprintOf(
    "page",
    JSON.stringify(facts, (name, value: unknown) =>
      name === "oldestWaitingMs" || name === "time" ? undefined : value,
    ),
  );
