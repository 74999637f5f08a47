/** One round at a site: its steps, then calm, and then everything must be right in bounded time. */
import { setTimeout as delay } from "node:timers/promises";
import { dead, NOTHING_WAITS, waiting } from "../built/kept.ts";
import { until } from "../built/until.ts";
import { createRandom } from "../sandbox/faults.ts";
import type { Folder } from "./folder.ts";
import { inWords, type Planned, planRound, type Step } from "./plan.ts";
import type { Site } from "./site.ts";

/** A claim and a lease of a dead process end after 30 s, the sweep comes every 60 s, and an attempt may wait for its backoff. */
const CALM_MAX_MS = 180_000;
const POLL_MS = 250;
const UNDER_WAY_MAX_MS = 1_500;
const UNDER_WAY_POLL_MS = 10;
const BEFORE_TROUBLE = 4;
const RETRY_AFTER_SECONDS = 5;
const CALM_LATENCY_MS = 20;

export interface RoundDone {
  kills: number;
  /** The steps, in words. */
  steps: string;
  calmMs: number;
}

export async function runRound(site: Site, folder: Folder, seed: number): Promise<RoundDone> {
  const plan: Planned[] = planRound(seed);
  const random = createRandom(~seed);
  let kills = 0;
  for (const { pauseMs, step } of plan) {
    await delay(pauseMs);
    kills += await take(site, folder, step, random);
  }
  const calmAt = Date.now();
  await calm(site, folder);
  return { kills, steps: plan.map(inWords).join(" | "), calmMs: Date.now() - calmAt };
}

/** Returns how many processes were killed. */
async function take(site: Site, folder: Folder, step: Step, random: () => number): Promise<number> {
  const { facebook } = site.sandbox;
  switch (step.do) {
    case "files":
      folder.act(step, random);
      return 0;
    case "kill": {
      if (step.requests !== null) await requestsUnderWay(site, step.requests);
      const killed = await site.kill(step.targets);
      await delay(step.downMs);
      await site.start();
      return killed;
    }
    case "cut":
      site.cut(step.place);
      return 0;
    case "trouble":
      await requestsUnderWay(site, BEFORE_TROUBLE);
      facebook.trouble(step.trouble, {
        count: step.count,
        ...(step.trouble === "tooMany" ? { retryAfter: RETRY_AFTER_SECONDS } : {}),
      });
      return 0;
    case "latency":
      facebook.setLatency(step.ms);
      return 0;
    case "clock":
      site.services?.setClock(step.ms);
      return 0;
  }
}

/** Everything is up, and so many requests more have reached the endpoint, or there is too little work for that. */
async function requestsUnderWay(site: Site, count: number): Promise<void> {
  await site.ready();
  const { facebook } = site.sandbox;
  const wanted = facebook.requests() + count;
  const end = Date.now() + UNDER_WAY_MAX_MS;
  while (facebook.requests() < wanted && Date.now() < end) await delay(UNDER_WAY_POLL_MS);
}

/** Trouble ends, everything is up: resolves when all files are right and nothing is left to do, rejects when that cannot be. */
export async function calm(site: Site, folder: Folder): Promise<void> {
  const { facebook } = site.sandbox;
  facebook.faults.clear();
  facebook.setLatency(CALM_LATENCY_MS);
  await site.ready();
  let left = "";
  const isDone = async () => {
    if (facebook.doubles().length > 0) throw new Error(`doubled: ${facebook.doubles().join(", ")}`);
    left = folder.faults().join("; ");
    if (left !== "") return false;
    left = JSON.stringify(await waiting(site.dataDir));
    return left === JSON.stringify(NOTHING_WAITS);
  };
  await until("every file right and nothing waiting", isDone, CALM_MAX_MS, () => left, POLL_MS);
  const wrong = [
    ...folder.faults(),
    ...(folder.strangers() === 0 ? [] : [`${folder.strangers()} records of no file`]),
    ...((await dead(site.dataDir)) === 0 ? [] : ["deliveries are dead"]),
    ...site.holds.breaches(),
    ...site.surprises(),
  ];
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}
