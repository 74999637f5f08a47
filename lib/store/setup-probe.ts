/** What the setup's check asks of Redis: whether a value comes back as it was written. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { SETUP_PROBE } from "./keys.ts";
import { step } from "./redis.ts";

const LIFE_MS = 60_000;

export function createSetupProbe(redis: Redis) {
  return {
    /** Throws StoreError where it cannot be written or read. */
    async roundTrip(value: string): Promise<boolean> {
      const raw = await step("write and read back", () =>
        redis.pipeline().set(SETUP_PROBE, value, { px: LIFE_MS }).get(SETUP_PROBE).exec(),
      );
      return z.tuple([z.unknown(), z.string().nullable()]).parse(raw)[1] === value;
    },
  };
}
