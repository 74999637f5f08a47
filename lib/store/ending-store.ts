/** What was last found of a credential's end, shared by all processes; and who asks, once a day for all of them. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { type CredentialFacts, credentialFactsSchema, type Warned } from "../core/credential-ending.ts";
import { endingKeys } from "./keys.ts";
import { step } from "./redis.ts";

const storedSchema = z.object({
  facts: credentialFactsSchema,
  askedAt: z.number(),
  warned: z.object({ endsAt: z.number(), days: z.number() }).nullable(),
});
export type StoredEnding = { facts: CredentialFacts; askedAt: number; warned: Warned | null };

export type EndingStore = ReturnType<typeof createEndingStore>;

export function createEndingStore(redis: Redis, credential: string) {
  const keys = endingKeys(credential);
  return {
    /** True for one caller until so long (ms) has passed. */
    async mayAsk(forMs: number): Promise<boolean> {
      return (await step("ask for an end", () => redis.set(keys.asked, "1", { nx: true, px: forMs }))) !== null;
    },
    /** It was asked in vain: another may after this long (ms). */
    async askAgainIn(ms: number): Promise<void> {
      await step("ask again", () => redis.pexpire(keys.asked, ms));
    },
    async load(): Promise<StoredEnding | null> {
      const raw = z
        .string()
        .nullable()
        .parse(await step("load an end", () => redis.get(keys.ending)));
      return raw === null ? null : (storedSchema.safeParse(JSON.parse(raw)).data ?? null);
    },
    async save(ending: StoredEnding): Promise<void> {
      await step("save an end", () => redis.set(keys.ending, JSON.stringify(ending)));
    },
  };
}
