/** A bulk act in words, shared by pages and terminal: what it is about, how long it takes, what it costs. Pure. */
import type { BulkAsk } from "./bulk.ts";
import type { Cost, TimeNeeded } from "./bulk-estimate.ts";
import { duration, exactTime } from "./times.ts";

export const titleOf = (ask: BulkAsk): string =>
  ask.kind === "backfill" ? "Backfill" : ask.state === "dead" ? "Failed files again" : "Unclear files again";

/** Why it is not begun, or does not go on. */
export const CHANGED = "its folder, rules or destinations are other ones than when it was planned: plan it again";

/** What it is narrowed to; "everything" where it is not. */
export function askWords(ask: BulkAsk): string {
  const parts = [ask.folder === "" ? null : `in ${ask.folder}`];
  if (ask.kind === "backfill") parts.push(ask.which === "rules" ? "skipped by former rules" : null);
  else {
    parts.push(ask.path === undefined ? null : `path fits ${ask.path}`);
    parts.push(ask.reason === undefined ? null : `reason contains “${ask.reason}”`);
    parts.push(ask.since === null ? null : `since ${exactTime(ask.since)}`);
  }
  return parts.filter((part) => part !== null).join(", ") || "everything";
}

const BY = {
  posts: "at most, by the Page's posts a day",
  spacing: "at most, by the time between two posts",
  pace: "at the present pace",
} as const satisfies Record<TimeNeeded["by"], string>;

export const timeWords = ({ ms, by, isAssumed }: TimeNeeded): string =>
  `about ${duration(Math.max(ms, 1_000))} ${isAssumed ? "(nothing was delivered lately to measure by)" : BY[by]}`;

export function costWords({ commands, messages, usd }: Cost): string {
  const price = usd < 0.01 ? "less than $0.01" : `about $${usd.toFixed(2)}`;
  return `${price} at list prices: up to ${commands.toLocaleString("en-US")} Redis commands and ${messages.toLocaleString("en-US")} QStash messages, functions not included`;
}
