import { duration } from "../core/times.ts";
import type { SetupDeps } from "./deps.ts";

const SLOW_MS = 250;
/** The first one may pay for a new connection, or stand behind the other checks. */
const TRIES = 3;
const CONSOLE = { text: "Upstash console", href: "https://console.upstash.com/redis" };

export async function lookAtRedis({ redisRoundTrip }: SetupDeps) {
  try {
    const tries: number[] = [];
    for (let n = 0; n < TRIES; n += 1) tries.push(await redisRoundTrip());
    const ms = Math.min(...tries);
    const found = `A value was written and read back in ${duration(ms)}.`;
    if (ms <= SLOW_MS) return { verdict: "ok" as const, found };
    return {
      verdict: "warn" as const,
      found: `${found} Every file needs several such steps.`,
      todo: "Put the database into the region of the functions.",
      link: CONSOLE,
    };
  } catch (cause) {
    return {
      verdict: "bad" as const,
      found: cause instanceof Error ? cause.message : "Redis did not answer.",
      todo: "Copy UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN again (not the read-only token), and deploy.",
      link: CONSOLE,
    };
  }
}
