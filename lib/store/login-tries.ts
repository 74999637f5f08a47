/** How often somebody has tried to log in with a wrong token within a minute, over all processes. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { LOGIN_TRIES } from "./keys.ts";
import { step } from "./redis.ts";

const TRIES_MAX = 10;
const WINDOW_MS = 60_000;

export type LoginTries = ReturnType<typeof createLoginTries>;

export function createLoginTries(redis: Redis) {
  return {
    /** Counts one more. Null: there is room for it; else when (ms from now) there is again. */
    async count(): Promise<number | null> {
      const raw = await step("count login tries", () =>
        redis.pipeline().set(LOGIN_TRIES, "0", { nx: true, px: WINDOW_MS }).incr(LOGIN_TRIES).pttl(LOGIN_TRIES).exec(),
      );
      const [, tries, left] = z.tuple([z.unknown(), z.coerce.number(), z.coerce.number()]).parse(raw);
      // It ended between the two commands, and a count without an end has begun: nobody could log in any more.
      if (left < 0) await step("end login tries", () => redis.pexpire(LOGIN_TRIES, WINDOW_MS));
      return tries <= TRIES_MAX ? null : Math.max(1000, left);
    },
  };
}
