import { dollars } from "../core/cost.ts";
import { exactTime } from "../core/times.ts";
import type { SetupDeps } from "./deps.ts";

/** Whether a cap on the month's cost holds everything up. */
export async function lookAtCost({ spent }: Pick<SetupDeps, "spent">) {
  const { usd, cap, isCapReached, month } = await spent();
  if (usd === null)
    return { verdict: "ok" as const, found: "Redis and QStash run on this machine: no account, no cost." };
  const soFar = `About ${dollars(usd)} so far in ${month.name}`;
  if (cap === null) return { verdict: "ok" as const, found: `${soFar}, at list prices; no cap is set.` };
  if (!isCapReached) return { verdict: "ok" as const, found: `${soFar}, of at most ${dollars(cap)}.` };
  return {
    verdict: "bad" as const,
    found: `${soFar}, and the cap is ${dollars(cap)}: nothing is listed or delivered until ${exactTime(month.until)}.`,
    todo: "Raise MONTHLY_COST_CAP_USD and deploy, or wait for the next month. Nothing is lost.",
  };
}
