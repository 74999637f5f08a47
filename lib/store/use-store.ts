/** What was used in a month, by all processes together. They write it down along with their batches. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import type { Use } from "../core/cost.ts";
import { USE_KEY } from "./keys.ts";
import { step } from "./redis.ts";

const number = z.coerce.number().nullable();

export type UseStore = ReturnType<typeof createUseStore>;

export function createUseStore(redis: Redis) {
  return {
    /** One command. */
    async read(month: string): Promise<Use> {
      const names = ["commands", "messages", "files"].map((name) => `${month}:${name}`);
      const raw = await step("read the use", () => redis.hmget(USE_KEY, ...names));
      const [commands, messages, files] = z.tuple([number, number, number]).parse(raw);
      return { commands: commands ?? 0, messages: messages ?? 0, files: files ?? 0 };
    },

    /** Whether nobody has said yet that this cap is reached in this month: true once. */
    async isFirst(month: string, cap: number): Promise<boolean> {
      return (await step("say it once", () => redis.hsetnx(USE_KEY, `${month}:told:${cap}`, "1"))) === 1;
    },
  };
}
