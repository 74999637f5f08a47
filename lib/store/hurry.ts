/** What waits in an outbox for a later attempt need not wait any longer: whatever it waited for is mended. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { outboxKeys } from "./keys.ts";
import { step } from "./redis.ts";
import { HURRY } from "./scripts/hurry.ts";

/** Deliveries that one request makes due. */
const HURRY_PART = 500;

/** All of an outbox is due at `now` (ms), as far as it may be begun. */
export type Hurry = (outbox: string, now: number) => Promise<void>;

export function createHurry(redis: Redis): Hurry {
  const hurry = redis.createScript(HURRY);
  return async (outbox, now) => {
    const { deliveries, due } = outboxKeys(outbox);
    for (const key of Object.values(due)) {
      for (let stay = 0; ; ) {
        const args = [`${now}`, `${stay}`, `${HURRY_PART}`];
        const raw = await step("hurry", () => hurry.exec([deliveries, key], args));
        const [looked, left] = z.tuple([z.coerce.number(), z.coerce.number()]).parse(raw);
        stay += left;
        if (looked < HURRY_PART) break;
      }
    }
  };
}
