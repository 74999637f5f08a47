/** What the month has cost so far, as an estimate, and whether a cap on it is reached: then listing and delivering pause. */
import { type Billed, costOf, type Month, monthOf, type Use } from "../core/cost.ts";
import type { Log } from "../log.ts";
import type { Queue } from "../queue/client.ts";
import type { Meter } from "../store/meter.ts";
import type { UseStore } from "../store/use-store.ts";
import { reasonOf } from "./answer-job.ts";

/** What other processes used is looked at this often, where there is a cap. */
const LOOK_EVERY_MS = 60_000;

export interface Spent {
  month: Month;
  use: Use;
  /** US dollars; null: neither service has a bill. */
  usd: number | null;
  /** Null: no cap. */
  cap: number | null;
  isCapReached: boolean;
}

export interface Spending {
  /** One command. */
  read(): Promise<Spent>;
  /** No request without a cap, and one a minute with it. */
  isCapReached(): Promise<boolean>;
  /** Messages that the queue brought and nobody here had sent. */
  brought(messages: number): void;
}

export interface SpendingDeps {
  use: UseStore;
  meter: Meter;
  billed: Billed;
  cap: number | null;
  now: () => number;
  log: Log;
}

export function createSpending({ use, meter, billed, cap, now, log }: SpendingDeps): Spending {
  let looked: { at: number; month: string; isReached: boolean } | null = null;

  async function read(): Promise<Spent> {
    const month = monthOf(now());
    const written = await use.read(month.name);
    const own = meter.unwritten();
    const sum: Use = {
      commands: written.commands + own.commands,
      messages: written.messages + own.messages,
      files: written.files + own.files,
    };
    const usd = billed.redis || billed.queue ? costOf(sum, billed) : null;
    return { month, use: sum, usd, cap, isCapReached: cap !== null && usd !== null && usd >= cap };
  }

  async function look(): Promise<boolean> {
    const spent = await read();
    const { name } = spent.month;
    const wasReached = looked?.isReached === true;
    looked = { at: now(), month: name, isReached: spent.isCapReached };
    if (spent.isCapReached && cap !== null && !wasReached && (await use.isFirst(name, cap))) {
      const until = new Date(spent.month.until).toISOString();
      log.error({ cap, usd: spent.usd, until, todo: "raise MONTHLY_COST_CAP_USD, or wait" }, "cost.cap_reached");
    }
    if (!spent.isCapReached && wasReached) log.info({ cap, usd: spent.usd }, "cost.goes_on");
    return spent.isCapReached;
  }

  return {
    read,
    async isCapReached() {
      if (cap === null || !(billed.redis || billed.queue)) return false;
      const isFresh = looked !== null && now() - looked.at < LOOK_EVERY_MS && looked.month === monthOf(now()).name;
      if (isFresh && looked !== null) return looked.isReached;
      // Between a batch and its settlement: what was delivered is not lost for a number that could not be read.
      return look().catch((cause: unknown) => {
        log.warn({ reason: reasonOf(cause) }, "cost.not_read");
        return looked?.isReached ?? false;
      });
    },
    brought: (messages) => meter.add({ messages }),
  };
}

/** The same queue; what it took is counted. */
export const countedQueue = (queue: Pick<Queue, "enqueue">, meter: Meter): Pick<Queue, "enqueue"> => ({
  async enqueue(jobs) {
    await queue.enqueue(jobs);
    meter.add({ messages: jobs.length });
  },
});
