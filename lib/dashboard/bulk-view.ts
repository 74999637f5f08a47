/** A bulk act as its page shows it: the plan, then how far it is. Pure. */

import { askWords, CHANGED, costWords, timeWords, titleOf } from "../core/bulk-words.ts";
import { counted, duration } from "../core/times.ts";
import type { BulkFacts } from "../relay/read-bulk.ts";
import { filesHref, storyHref } from "./addresses.ts";
import type { Headline } from "./headline.ts";
import { nameOf } from "./paths.ts";
import { sentence } from "./sentence.ts";
import type { Tone } from "./tone.ts";

export interface BulkView {
  title: string;
  about: string;
  headline: Headline;
  /** How far; null before it runs. */
  bar: { value: number; max: number; words: string } | null;
  numbers: { label: string; value: number; tone: Tone }[];
  skipped: { why: string; files: number }[];
  lines: { label: string; text: string }[];
  examples: { id: string; name: string; href: string; reason: string | null }[];
  start: { button: string; does: string } | null;
  cancel: { button: string; does: string } | null;
  isMoving: boolean;
}

export function bulkView(facts: BulkFacts): BulkView {
  const { bulk, time, cost } = facts;
  const { found, state, ask } = bulk;
  const isPlan = state === "counting" || state === "ready";
  const isReplay = ask.kind === "replay";
  return {
    title: titleOf(ask),
    about: askWords(ask),
    headline: headlineOf(facts),
    bar: isPlan ? null : barOf(facts),
    numbers: isPlan ? planned(facts) : progress(facts),
    skipped: Object.entries(found.skipped)
      .map(([why, files]) => ({ why, files }))
      .sort((one, other) => other.files - one.files),
    lines: [
      ...(time === null || found.meant === 0 || !isPlan ? [] : [{ label: "Time", text: timeWords(time) }]),
      ...(cost === null || found.meant === 0 ? [] : [{ label: "Cost", text: costWords(cost) }]),
    ],
    examples: isPlan
      ? found.examples.map(({ id, path, reason }) => ({
          id,
          name: nameOf(path),
          href: storyHref(id, bulk.link),
          reason: reason === null ? null : sentence(reason),
        }))
      : [],
    start:
      state === "ready" && found.meant > 0 && facts.runs && facts.asPlanned
        ? {
            button: `${isReplay ? "Try" : "Publish"} ${counted(found.meant, "file")}${isReplay ? " again" : ""}`,
            does: "Behind whatever is new, each once, however often this is repeated. It can be called off.",
          }
        : null,
    cancel: cancelOf(state),
    isMoving: state === "counting" || state === "running" || state === "cancelling",
  };
}

function cancelOf(state: BulkFacts["bulk"]["state"]): BulkView["cancel"] {
  if (state === "counting" || state === "ready")
    return { button: "Discard the plan", does: "Nothing was sent, and nothing will be." };
  if (state !== "running") return null;
  return {
    button: "Call it off",
    does: "What has not begun is taken out again; what was delivered stays, and what has begun goes on to its end.",
  };
}

/** All that is over, for the better or not. */
const overOf = ({ bulk, replaced }: BulkFacts): number =>
  bulk.done + bulk.failed + bulk.unclear + bulk.left + bulk.takenOut + replaced;

/** Deliveries there will be, as far as that is known. */
const expectedOf = ({ bulk, width }: BulkFacts): number =>
  bulk.isListed || bulk.state !== "running" ? bulk.put : Math.max(bulk.put, bulk.found.meant * width);

const howFar = (facts: BulkFacts): string =>
  `${overOf(facts).toLocaleString("en-US")} of ${counted(expectedOf(facts), "file")} through.`;

function barOf(facts: BulkFacts): BulkView["bar"] {
  const expected = expectedOf(facts);
  const value = overOf(facts);
  const max = Math.max(expected, value, 1);
  const part = expected === 0 ? 100 : Math.floor((value / max) * 100);
  return { value: expected === 0 ? 1 : value, max, words: `${part} %` };
}

function headlineOf(facts: BulkFacts): Headline {
  const { bulk, time, runs } = facts;
  const { found, ask } = bulk;
  const say = (tone: Tone, text: string, why: string | null, action: Headline["action"] = null): Headline => ({
    tone,
    sentence: text,
    why: bulk.trouble === "" ? why : `It cannot go on now: ${sentence(bulk.trouble)}`,
    action,
  });
  const again = ask.kind === "replay" ? "tried again" : "published";
  switch (bulk.state) {
    case "counting":
      return say(
        "wait",
        `Counting: ${counted(found.looked, "file")} looked at so far.`,
        "Nothing is sent before you confirm it.",
      );
    case "ready": {
      if (!facts.asPlanned) return say("warn", "It cannot be started any more.", sentence(CHANGED));
      if (!runs) return say("warn", "Its instance does not run now.", "Let it go on first.");
      if (found.meant === 0) return say("idle", `None of ${counted(found.looked, "file")} would be ${again}.`, null);
      const former = `${counted(found.byRules, "file was", "files were")} skipped by the former rules and match now.`;
      return say("wait", `${counted(found.meant, "file")} would be ${again}.`, found.byRules === 0 ? null : former);
    }
    case "running": {
      const left = time === null ? null : `About ${duration(Math.max(time.ms, 1_000))} to go.`;
      // What has been put in whole goes out, whatever became of the rules; only where nothing takes it, it is taken out.
      if (!facts.asPlanned && (!runs || !bulk.isListed))
        return say("wait", "It is about to be called off.", sentence(CHANGED));
      return say("wait", howFar(facts), runs ? left : "Its instance is paused: it goes on with it.");
    }
    case "cancelling":
      return say("wait", "It is being called off.", because(bulk.reason) ?? "What has not begun is taken out again.");
    case "cancelled":
      return bulk.confirmedAt === null
        ? say("idle", "The plan was discarded.", because(bulk.reason) ?? "Nothing was sent.")
        : say(
            "idle",
            `Called off: ${counted(bulk.done, "file")} done, ${bulk.takenOut.toLocaleString("en-US")} taken out.`,
            because(bulk.reason),
          );
    case "done": {
      const failed = bulk.failed + bulk.unclear;
      if (failed === 0) return say("ok", `It is through: ${counted(bulk.done, "file")} done.`, null);
      const state = bulk.failed > 0 ? "dead" : "unclear";
      const action = { text: "See which", href: filesHref({ state, link: bulk.link }) };
      return say("warn", `It is through: ${counted(failed, "file")} failed or unclear.`, null, action);
    }
  }
}

const because = (reason: string): string | null => (reason === "" ? null : sentence(reason));

function planned({ bulk: { found, ask } }: BulkFacts): BulkView["numbers"] {
  const skipped = Object.values(found.skipped).reduce((sum, files) => sum + files, 0);
  const all: BulkView["numbers"] = [
    { label: "looked at", value: found.looked, tone: "idle" },
    { label: ask.kind === "replay" ? "would be tried again" : "would be published", value: found.meant, tone: "wait" },
    { label: "skipped", value: skipped, tone: "idle" },
  ];
  if (ask.kind === "replay") return all;
  return [
    ...all,
    { label: "published already", value: found.already, tone: "ok" },
    { label: "come by themselves", value: found.fresh, tone: "idle" },
  ];
}

function progress({ bulk, waiting, replaced }: BulkFacts): BulkView["numbers"] {
  const all: BulkView["numbers"] = [
    { label: "done", value: bulk.done, tone: "ok" },
    { label: "waiting", value: waiting, tone: "wait" },
    { label: "failed", value: bulk.failed + bulk.unclear, tone: bulk.failed + bulk.unclear > 0 ? "bad" : "idle" },
  ];
  const more: BulkView["numbers"] = [
    { label: "nothing to send", value: bulk.left, tone: "idle" },
    { label: "replaced by a newer change", value: replaced, tone: "idle" },
    { label: "taken out", value: bulk.takenOut, tone: "idle" },
  ];
  return [...all, ...more.filter(({ value }) => value > 0)];
}
