/** Jobs the queue gave up on: kept to be seen. Their work is not lost, the sweep lists and drains everything anyway. */
import type { Redis } from "@upstash/redis";
import { FAILED_JOBS } from "./keys.ts";
import { step } from "./redis.ts";

const KEPT = 100;

export type FailedJobs = ReturnType<typeof createFailedJobs>;

export function createFailedJobs(redis: Redis) {
  return {
    async add(at: number, failure: { status: number; messageId: string; job: string }): Promise<void> {
      await step("note a failed job", () =>
        redis
          .pipeline()
          .zadd(FAILED_JOBS, { score: at, member: JSON.stringify(failure) })
          .zremrangebyrank(FAILED_JOBS, 0, -(KEPT + 1))
          .exec(),
      );
    },
  };
}
