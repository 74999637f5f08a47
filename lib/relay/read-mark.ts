/** A short text that is another one as soon as what a page shows is: what a page asks for to keep itself up to date. */
import type { Context } from "./context.ts";
import { findLink } from "./find-link.ts";
import { markOf } from "./mark-of.ts";
import { readBulk } from "./read-bulk.ts";
import { SHOWN_MAX } from "./read-overview.ts";
import { readSetupMark } from "./read-setup-mark.ts";
import { lanesOf } from "./services.ts";
import { tellStory } from "./tell-story.ts";

/** Of one file's story, of a bulk act, of the checklist (and of a test sent at a time), or of the overview after an instance. */
export type Watched =
  | { file: string; link: string }
  | { bulk: string }
  | { test: number | null }
  | { after: string | null };

export async function readMark(context: Context, watched: Watched): Promise<string> {
  if ("after" in watched) return markOf(await pulseOf(context, watched.after));
  if ("test" in watched) return readSetupMark(context, watched.test);
  if ("bulk" in watched) return markOf(await readBulk(context.services, watched.bulk));
  const at = await findLink(context, watched.link);
  return markOf(at === null ? null : await tellStory([at.link], watched.file, context.now()));
}

/** Of the part of the overview behind `after`: cheap enough to be asked all day, which the numbers themselves are not. */
async function pulseOf({ services, board, now }: Context, after: string | null): Promise<unknown> {
  const own = after === null ? services.links : [];
  const stored = await services.stored?.page(after ?? "0", SHOWN_MAX);
  const lanes = [...own, ...(stored?.links ?? [])].flatMap(lanesOf);
  const outboxes = lanes.map(({ desk, destination: { credential } }) => ({ outbox: desk.outbox, credential }));
  return [stored?.instances, await board.pulse(outboxes, now())];
}
