/** One link on the overview: how it stands, its numbers, its last file and its next. Pure. */
import type { Listed } from "../core/listed.ts";
import { relativeTime } from "../core/times.ts";
import type { LinkFacts, LinkNumbers } from "../relay/read-overview.ts";
import { filesHref, instanceHref, storyHref } from "./addresses.ts";
import { type DayChart, dayChart } from "./day-chart.ts";
import { type GivenUp, givenUp } from "./given-up.ts";
import { OUTCOME } from "./outcome-words.ts";
import { nameOf } from "./paths.ts";
import { sentence } from "./sentence.ts";
import type { Tone } from "./tone.ts";

export interface CardLine {
  label: string;
  /** A file and its story; null: `text` alone. */
  file: { name: string; path: string; href: string } | null;
  text: string;
  at: number | null;
}

export interface LinkCard {
  id: string;
  name: string;
  /** Its own page; null: it is the environment's. */
  href: string | null;
  from: string;
  to: string;
  tone: Tone;
  word: string;
  trouble: string | null;
  /** Its endpoint is not called any more. */
  givenUp: GivenUp | null;
  numbers: { label: string; value: number; tone: Tone; href: string }[];
  lines: CardLine[];
  /** Null while it does not run. */
  day: DayChart | null;
}

export function linkCard(link: LinkFacts, now: number): LinkCard {
  const { id, name, from, to, trouble, numbers } = link;
  const { tone, word } = standingOf(link);
  return {
    id,
    name,
    href: instanceHref(id),
    from,
    to,
    tone,
    word,
    trouble,
    givenUp: givenUp(link),
    numbers: numbers === null ? [] : numbersOf(id, numbers),
    lines: numbers === null ? [] : linesOf(link, numbers, now),
    day: numbers === null ? null : dayChart(numbers.hours),
  };
}

function standingOf({ status, isSetUp, numbers }: LinkFacts): { tone: Tone; word: string } {
  if (!isSetUp) return { tone: "warn", word: "Not set up yet" };
  if (status === "paused" || status === "disabled")
    return { tone: "idle", word: status === "paused" ? "Paused" : "Off" };
  const hold = numbers?.health.hold;
  if (status === "unauthorized" || hold?.reason === "unauthorized") return { tone: "bad", word: "Key refused" };
  if (numbers === null) return { tone: "warn", word: "Goes nowhere" };
  if (numbers.health.givenUp !== null) return { tone: "bad", word: "Given up on" };
  const { dead, unclear, waiting, claimed, lastListedAt } = numbers.health;
  if (dead > 0) return { tone: "bad", word: "Needs a look" };
  if (unclear > 0) return { tone: "warn", word: "Needs a look" };
  if (hold) return { tone: "wait", word: "Holding" };
  if (waiting + claimed > 0) return { tone: "wait", word: "Delivering" };
  return lastListedAt === null ? { tone: "idle", word: "Not started" } : { tone: "ok", word: "Up to date" };
}

function numbersOf(link: string, { health }: LinkNumbers): LinkCard["numbers"] {
  const one = (label: string, state: string, value: number, tone: Tone) => ({
    label,
    value,
    href: filesHref({ state, link }),
    tone: value > 0 ? tone : ("idle" as const),
  });
  return [
    one("Waiting", "waiting", health.waiting, "wait"),
    one("In progress", "claimed", health.claimed, "wait"),
    one("Failed", "dead", health.dead, "bad"),
    one("Unclear", "unclear", health.unclear, "warn"),
    one("Done", "settled", health.settled, "ok"),
  ];
}

function linesOf({ id, to }: LinkFacts, { health, notifiedAt, last, next }: LinkNumbers, now: number): CardLine[] {
  const fileOf = (one: Listed) =>
    one.path === null ? null : { name: nameOf(one.path), path: one.path, href: storyHref(one.id, id) };
  const lines: CardLine[] = [
    last === null
      ? { label: "Last file", file: null, text: "None yet", at: null }
      : { label: "Last file", file: fileOf(last), text: wordOf(last), at: last.at },
  ];
  if (next !== null) {
    // One that waits for its owner has no time.
    const dueAt = health.givenUp !== null ? 0 : Math.max(next.at, health.hold?.until ?? 0);
    lines.push({
      label: "Next",
      file: fileOf(next),
      text: whyOf(health, to, next, now),
      at: dueAt > now ? dueAt : null,
    });
  }
  const { lastListedAt } = health;
  const heard = notifiedAt === null ? "no notification yet" : `last notification ${relativeTime(notifiedAt, now)}`;
  lines.push({ label: "Folder listed", file: null, text: lastListedAt === null ? "Never" : heard, at: lastListedAt });
  return lines;
}

const wordOf = ({ last }: Listed): string => (OUTCOME[last?.outcome ?? ""]?.word ?? "Delivered").toLowerCase();

function whyOf({ hold, givenUp }: LinkNumbers["health"], to: string, next: Listed, now: number): string {
  if (hold?.reason === "unauthorized") return `${to} refused the key`;
  if (givenUp !== null) return `${to} is not called any more`;
  if (hold !== null) return `${to} asked for a pause`;
  if (next.at <= now) return "due now";
  if (next.last?.outcome !== "retryAt" && next.last?.outcome !== "unclear") return "paced";
  return next.last.message ? `${sentence(next.last.message)} Tried again` : "tried again";
}
