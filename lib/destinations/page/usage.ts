/**
 * How much of Facebook's allowance is used up, as its answers say. All numbers are percentages, 100 is blocked; the
 * headers may be missing, and nothing in them is worth failing over.
 */
import { z } from "zod";
import { RETRY_AFTER_MAX_MS } from "../../core/retry.ts";

export interface Usage {
  /** The fullest of all allowances named. */
  percent: number;
  /** When calls are taken again; null: nothing is blocked, or nothing is said. */
  regainMs: number | null;
}

/** From here on what can wait waits. */
const SLOW_PERCENT = 75;
/** From here on nothing is sent: calling on while throttled prolongs the block. */
const STOP_PERCENT = 95;
const STOP_MS = 15 * 60_000;

const MINUTE_MS = 60_000;

const number = z.coerce.number().nonnegative().nullish().catch(null);
const shares = z.looseObject({ call_count: number, total_time: number, total_cputime: number });
const businessShares = shares.extend({
  type: z.string().nullish().catch(null),
  /** In minutes, unlike every other wait in HTTP. */
  estimated_time_to_regain_access: number,
});
const byBusiness = z.record(z.string(), z.array(businessShares.nullable().catch(null)).catch([]));

/** What the usage headers say together; null when there are none that can be read. */
export function usageOf(headers: Headers): Usage | null {
  const percents: number[] = [];
  let regainMs: number | null = null;
  for (const name of ["x-app-usage", "x-page-usage"]) {
    const parsed = shares.safeParse(jsonOf(headers.get(name)));
    if (parsed.success) percents.push(...percentsOf(parsed.data));
  }
  const parsed = byBusiness.safeParse(jsonOf(headers.get("x-business-use-case-usage")));
  for (const entry of parsed.success ? Object.values(parsed.data).flat() : []) {
    // Other products (ads, Instagram) have allowances of their own.
    if (entry === null || (entry.type ?? "pages") !== "pages") continue;
    percents.push(...percentsOf(entry));
    const minutes = entry.estimated_time_to_regain_access ?? 0;
    if (minutes > 0) regainMs = Math.max(regainMs ?? 0, Math.min(RETRY_AFTER_MAX_MS, minutes * MINUTE_MS));
  }
  return percents.length === 0 && regainMs === null ? null : { percent: Math.max(0, ...percents), regainMs };
}

/** What follows for the next calls: go on, leave out what can wait, or stop for `holdMs`. */
export type UsageRule = { pace: "full" | "slow" } | { pace: "stop"; holdMs: number };

export function usageRule(usage: Usage | null): UsageRule {
  if (usage === null) return { pace: "full" };
  if (usage.regainMs !== null || usage.percent >= STOP_PERCENT)
    return { pace: "stop", holdMs: Math.max(STOP_MS, usage.regainMs ?? 0) };
  return { pace: usage.percent >= SLOW_PERCENT ? "slow" : "full" };
}

const percentsOf = ({ call_count, total_time, total_cputime }: z.infer<typeof shares>): number[] =>
  [call_count, total_time, total_cputime].filter((one) => typeof one === "number");

function jsonOf(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined; // the schema refuses it
  }
}
