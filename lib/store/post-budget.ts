/** How often a Page is posted to, over all processes: so many posts in any 24 hours, so far apart. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { postsKey } from "./keys.ts";
import { step } from "./redis.ts";
import { RESERVE_POST } from "./scripts/reserve-post.ts";

const DAY_MS = 86_400_000;

export type PostBudget = ReturnType<typeof createPostBudget>;

/** `mostADay` 0: no limit. */
export function createPostBudget(redis: Redis, page: string, limits: { mostADay: number; spacingMs: number }) {
  const script = redis.createScript(RESERVE_POST);
  return {
    /** Takes a place for this post, once however often it is asked; or says when (ms) there will be one. */
    async reserve(post: string, now: number): Promise<{ kind: "taken" } | { kind: "later"; at: number }> {
      const raw = await step("reserve a post", () =>
        script.exec([postsKey(page)], [`${now}`, post, `${limits.mostADay}`, `${limits.spacingMs}`]),
      );
      const [kind, at] = z
        .tuple([z.enum(["taken", "later"])])
        .rest(z.string())
        .parse(raw);
      return kind === "taken" ? { kind } : { kind, at: Number(at) };
    },

    /** How many of the last 24 hours' places are taken. */
    async taken(now: number): Promise<number> {
      const raw = await step("count posts", () => redis.zcount(postsKey(page), `(${now - DAY_MS}`, "+inf"));
      return z.coerce.number().parse(raw);
    },
    limits,
  };
}
