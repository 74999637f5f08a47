/** Counting what is used, with the services that bill for it. */
import type { Redis } from "@upstash/redis";
import { isElsewhere } from "../core/cost.ts";
import type { Env } from "../env.ts";
import type { Log } from "../log.ts";
import { countCommands, createMeter, type Meter } from "../store/meter.ts";
import { createUseStore } from "../store/use-store.ts";
import type { World } from "./context.ts";
import { createSpending, type Spending } from "./spending.ts";

/** Every command that goes through `redis` counts from now on. */
export function buildSpending(
  env: Env,
  redis: Redis,
  { now, log }: Pick<World, "now"> & { log: Log },
): { meter: Meter; spending: Spending } {
  const meter = createMeter();
  countCommands(redis, meter);
  const billed = { redis: isElsewhere(env.UPSTASH_REDIS_REST_URL), queue: isElsewhere(env.QSTASH_URL) };
  const cap = env.MONTHLY_COST_CAP_USD ?? null;
  return { meter, spending: createSpending({ use: createUseStore(redis), meter, billed, cap, now, log }) };
}
