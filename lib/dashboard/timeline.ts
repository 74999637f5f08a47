/** What happened to a file, oldest first, and what comes next at its end. Pure. */
import type { Story } from "../core/story.ts";
import { duration } from "../core/times.ts";
import { OUTCOME } from "./outcome-words.ts";
import type { Tone } from "./tone.ts";

export interface TimelineEntry {
  tone: Tone;
  title: string;
  detail: string | null;
  at: number | null;
  /** It has not happened yet. */
  isNext: boolean;
}

const SEEN = {
  notification: "Seen, after Dropbox told of a change",
  poll: "Seen, when the folder was looked at",
  sweep: "Seen by the sweep",
  backfill: "Asked for by a person, in a backfill",
} as const;

const HELD = {
  unauthorized: ["the key was refused", "Everything with the same key waits."],
  rateLimited: ["a pause was asked for", "Everything with the same key waits."],
  givenUp: ["the endpoint is not called any more", "Until its owner has it called again. Everything for it waits."],
} as const;

const GONE = { deleted: "The file was deleted", movedOut: "The file left the folder" } as const;

export function timelineOf(story: Story, now: number): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  const add = (tone: Tone, title: string, at: number | null, detail: string | null = null, isNext = false) =>
    entries.push({ tone, title, at, detail, isNext });

  if ("seenAt" in story) {
    if (story.gone === null)
      add("idle", SEEN[story.seenBy], story.seenAt, `Revision ${story.file.rev}. No rule leaves it out.`);
    else add("idle", GONE[story.gone], story.seenAt, `${SEEN[story.seenBy]}.`);
    const first = story.attempts.find(({ number }) => number > 0)?.number ?? 1;
    if (first > 1) add("idle", `${first - 1} earlier attempts`, null, "Only the last ten are kept.");
    for (const { number, at, ms, outcome, message } of story.attempts) {
      const { word, tone } = OUTCOME[outcome] ?? { word: outcome, tone: "idle" };
      if (number === 0) add(tone, word, at);
      else
        add(
          tone,
          `Attempt ${number}: ${word.toLowerCase()}`,
          at,
          [`took ${duration(ms)}`, message].filter(Boolean).join(" · "),
        );
    }
  }
  switch (story.state) {
    case "waiting":
      if (story.hold !== null) {
        const [why, what] = HELD[story.hold.reason];
        add("wait", `On hold: ${why}`, null, what);
      }
      add(
        "wait",
        story.dueAt <= now ? "Next attempt: due now" : "Next attempt",
        story.dueAt <= now ? null : story.dueAt,
        null,
        true,
      );
      break;
    case "claimed":
      add("wait", "Being delivered", null, "Another worker takes over if this one should die.", true);
      break;
    case "dead":
      add("bad", "Given up: a person decides", story.at);
      break;
    case "unclear":
      add("warn", "Set aside: a person decides", story.at);
      break;
    case "notSelected":
      add(
        "idle",
        "Seen, and left out",
        null,
        story.rule === null ? story.reason : `${story.rule.name} = ${story.rule.value}`,
      );
      break;
    case "old":
      add("idle", "There at the first listing", null, "Files from before the relay stay unpublished.");
      break;
    case "forgotten":
      if (story.held !== null) add("ok", "Delivered", story.held.at, `Revision ${story.held.rev}`);
      break;
    case "delivered":
    case "withdrawn":
    case "skipped":
    case "folder":
    case "notSeen":
      break;
  }
  return entries;
}
