/** One sentence for each state of a file, with why it is so. Pure. */
import type { Story } from "../core/story.ts";
import { counted, duration, relativeTime } from "../core/times.ts";
import { callingPlace } from "./given-up.ts";
import type { Headline } from "./headline.ts";
import { mendingPlace } from "./refused-key.ts";
import { sentence } from "./sentence.ts";

/** `link`: of the destination it is told of, where somebody may be led to what mends it. */
export function storyHeadline(story: Story, now: number, link = ""): Headline {
  const headline = ofState(story, now, link);
  const isUnderWay = story.state === "waiting" || story.state === "claimed";
  if (!isUnderWay || story.gone === null || headline.tone === "bad") return headline;
  return { ...headline, why: "The file is gone from the folder: what was made of it is being taken back." };
}

function ofState(story: Story, now: number, link: string): Headline {
  const says = (tone: Headline["tone"], sentence: string, why: string | null): Headline => ({
    tone,
    sentence,
    why,
    action: null,
  });
  switch (story.state) {
    case "delivered": {
      const took = story.attempts.findLast(({ outcome }) => outcome === "delivered" || outcome === "updated");
      const word = took?.outcome === "updated" ? "Updated" : "Delivered";
      const after =
        took === undefined ? "" : `, ${duration(Math.max(0, took.at + took.ms - story.seenAt))} after it was seen`;
      return says("ok", `${word} ${relativeTime(story.at, now)}${after}.`, null);
    }
    case "withdrawn":
      return says(
        "idle",
        story.how === "hidden"
          ? "The file is gone, and its post is hidden."
          : "The file is gone, and its post with it.",
        story.how === "hidden" ? "Nobody but the people who run the Page sees it." : null,
      );
    case "skipped":
      return says("idle", "Seen, and nothing was made of it.", sentence(story.reason));
    case "dead":
      return says(
        "bad",
        `Not delivered: ${plainly(story)}`,
        `${counted(Math.max(1, story.attempted), "attempt")}, the last ${relativeTime(story.at, now)}. It is not tried again by itself. If the file itself is at fault, mend it and save it: that sends it again.`,
      );
    case "unclear":
      return says(
        "warn",
        "It may have been posted, or not: please look.",
        `${sentence(story.reason)} Look at the destination, then say here which it is.`,
      );
    case "claimed":
      return says(
        "wait",
        "It is being delivered right now.",
        story.newerRev === null ? null : "A newer revision follows it.",
      );
    case "waiting":
      return waiting(story, now, says, link);
    case "notSelected":
      return says("idle", `Left out: ${sentence(story.reason)}`, ruleOf(story.rule));
    case "old":
      return says(
        "idle",
        "Left out: it was in the folder before the relay.",
        "A backfill publishes it (Files, Left out). So does a copy put into the folder, which is a new file.",
      );
    case "forgotten":
      return says("idle", "Dealt with long ago.", "Its story is no longer kept; what the destination holds still is.");
    case "folder":
      return says("idle", "This is a folder.", "Look for a file in it.");
    case "notSeen":
      return says(
        "idle",
        "No listing has shown this file.",
        story.lastListedAt === null
          ? "The folder has not been listed yet."
          : `The folder was last listed ${relativeTime(story.lastListedAt, now)}. Check the spelling, and the watched folder.`,
      );
  }
}

type Says = (tone: Headline["tone"], sentence: string, why: string | null) => Headline;

function waiting(story: Extract<Story, { state: "waiting" }>, now: number, says: Says, link: string): Headline {
  const when = story.dueAt <= now ? "now" : relativeTime(story.dueAt, now);
  if (story.hold?.reason === "unauthorized") {
    return {
      ...says(
        "bad",
        "Waiting: the destination refuses the key.",
        `Asked again ${when}. With a new key it goes out at once; it is not lost.`,
      ),
      action: mendingPlace(link),
    };
  }
  if (story.hold?.reason === "givenUp") {
    return {
      ...says(
        "bad",
        "Waiting: the endpoint is not called any more.",
        "It had failed for five days, or said that it is gone. Once it is called again this goes out; it is not lost.",
      ),
      action: callingPlace(link),
    };
  }
  const last = story.attempts.at(-1)?.message;
  const why = last === undefined ? null : `Last answer: ${sentence(last)}`;
  switch (story.because) {
    case "turn":
      return says("wait", "It is due now, and goes out with the next claim.", why);
    case "hold":
      return says("wait", `The destination asked for a pause: it goes out ${when}.`, "Nothing needs to be done.");
    case "backoff":
      return says("wait", `It did not work yet, and is tried again ${when}.`, why);
    case "pace":
      return says(
        "wait",
        `It goes out ${when}: the destination takes only so many at a time.`,
        "Nothing needs to be done.",
      );
    case "landing":
      return says("wait", `An answer was lost; it is looked for ${when}, before anything is sent again.`, why);
  }
}

/** The reason without the words around it that only a log needs. */
function plainly({ reason, attempts }: Extract<Story, { state: "dead" }>): string {
  const last = attempts.at(-1)?.outcome;
  if (last === "rejected" || last === undefined) return sentence(reason);
  return `it failed every time. Last answer: ${sentence(reason)}`;
}

const ruleOf = (rule: { name: string; value: string } | null): string =>
  rule === null
    ? "No rule can change that: rename or move the file."
    : `The rule is ${rule.name} = ${rule.value}. Rename, move or edit the file so that it fits; after a changed rule, edit it once more.`;
