/** What the month has cost so far, as the overview shows it. Pure. */
import { dollars } from "../core/cost.ts";
import { counted, exactTime } from "../core/times.ts";
import type { Spent } from "../relay/spending.ts";
import type { Headline } from "./headline.ts";

export interface CostView {
  lines: { label: string; value: string; note: string }[];
  /** What kind of number this is. */
  how: string;
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

export function costView({ month, use, usd, cap }: Spent): CostView {
  const range = `${day(month.from)} to ${day(month.until - 1)}, UTC`;
  const sent = `${counted(use.commands, "Redis command")}, ${counted(use.messages, "message")}`;
  if (usd === null) {
    return {
      lines: [{ label: "This month", value: "None", note: "Redis and QStash run here: no account, no cost" }],
      how: `${range}: ${sent}.`,
    };
  }
  const per1000 = use.files === 0 ? "–" : dollars((usd * 1000) / use.files);
  return {
    lines: [
      { label: "So far", value: dollars(usd), note: sent },
      { label: "For 1,000 files", value: per1000, note: counted(use.files, "file") },
      cap === null
        ? { label: "Cap", value: "None", note: "MONTHLY_COST_CAP_USD sets one" }
        : {
            label: "Cap",
            value: dollars(cap),
            note: usd >= cap ? "Reached" : `${Math.floor((usd / cap) * 100)} % used`,
          },
    ],
    how: `${range}. An estimate by Upstash's list prices: not your bill, and what is free in your plan is not taken off.`,
  };
}

/** Everything pauses for the cap; null: it does not. */
export function cappedOf({ isCapReached, cap, usd, month }: Spent, waiting: number): Omit<Headline, "action"> | null {
  if (!isCapReached || cap === null || usd === null) return null;
  const files = waiting === 0 ? "" : ` ${counted(waiting, "file")} ${waiting === 1 ? "waits" : "wait"}.`;
  return {
    tone: "bad",
    sentence: `The monthly cap of ${dollars(cap)} is reached: nothing is delivered.`,
    why: `${files} Raise MONTHLY_COST_CAP_USD and deploy, or wait until ${exactTime(month.until)}. Nothing is lost.`.trim(),
  };
}
