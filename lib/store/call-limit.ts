/** How many calls one credential may make in a minute, over all processes: two commands a call. */
import { Ratelimit } from "@upstash/ratelimit";
import type { Redis } from "@upstash/redis";
import { CALLS_PREFIX } from "./keys.ts";
import { step } from "./redis.ts";

export const CALLS_PER_MINUTE = 600;

/** Answers for how long (ms) there is no more room; null when there is. */
export function createCallLimit(redis: Redis, now: () => number) {
  const limiter = new Ratelimit({
    redis,
    prefix: CALLS_PREFIX,
    limiter: Ratelimit.fixedWindow(CALLS_PER_MINUTE, "1 m"),
    analytics: false,
    // Its own way out would let everything pass when Redis is slow; ours is the time-out of the client.
    timeout: 0,
  });
  return async (credential: string): Promise<number | null> => {
    const { success, reset } = await step("count a call", () => limiter.limit(credential));
    return success ? null : Math.max(1000, reset - now());
  };
}
