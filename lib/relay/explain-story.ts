/** What a story leaves open, for pages, `GET /api/why` and the terminal: names, rules and what is sent. */
import { type Explained, rulesOf, sourceOf } from "../core/explained.ts";
import { nothingSent, type Sent, sent } from "../core/sent.ts";
import type { Context } from "./context.ts";
import { OWN_NAME } from "./link-names.ts";
import type { Link } from "./services.ts";
import type { Told } from "./tell-story.ts";

/** The source is asked for a caption or a file of fields: a page waits no longer for it (ms). */
const WAIT_MS = 3_000;
const UNREAD = "What is sent cannot be told now: Dropbox does not answer in time.";

export async function explainStory(
  { setup, log }: Pick<Context, "setup" | "log">,
  link: Link,
  { story, kept }: Told,
): Promise<Explained> {
  return {
    instance: link.name ?? OWN_NAME,
    destination: link.to ?? setup.facebook.name,
    ...rulesOf(story, link),
    sent: kept === null ? null : await sentOf(link, kept, log),
    source: sourceOf(story),
  };
}

async function sentOf(link: Link, { stored, held, note }: NonNullable<Told["kept"]>, log: Context["log"]) {
  const { delivery, place, attempted } = stored;
  // What is over is shown as it would be sent again: that is what was sent, as far as the file is still the same.
  const one = place === "settled" ? { ...delivery, priority: "replay" as const } : delivery;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Sent>((resolve) => {
    timer = setTimeout(() => resolve(sent("Not known now", { note: UNREAD })), WAIT_MS);
  });
  try {
    const shown = link.destination.shows({ delivery: one, attempt: attempted, takenOver: false, before: held, note });
    return await Promise.race([shown, late]);
  } catch (cause) {
    log.warn({ link: link.id, reason: cause instanceof Error ? cause.message : `${cause}` }, "story.not_shown");
    return nothingSent("what would be sent cannot be made now");
  } finally {
    clearTimeout(timer);
  }
}
