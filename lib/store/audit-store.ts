/** What people did, the newest of it: by number and by age. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { type AuditEntry, auditEntrySchema } from "../core/audit.ts";
import { AUDIT_KEY } from "./keys.ts";
import { step } from "./redis.ts";

export const AUDIT_KEPT = 1_000;
export const AUDIT_KEPT_MS = 90 * 86_400_000;

export type AuditStore = ReturnType<typeof createAuditStore>;

export function createAuditStore(redis: Redis) {
  let written = 0;
  return {
    async add(entry: AuditEntry): Promise<void> {
      // Thousandths of a millisecond keep the order of what one process did at once.
      written = (written + 1) % 1_000;
      const score = entry.at + written / 1_000;
      await step("write the audit", () =>
        redis
          .pipeline()
          .zadd(AUDIT_KEY, { score, member: JSON.stringify(entry) })
          .zremrangebyrank(AUDIT_KEY, 0, -(AUDIT_KEPT + 1))
          .zremrangebyscore(AUDIT_KEY, "-inf", entry.at - AUDIT_KEPT_MS)
          .exec(),
      );
    },

    /** The newest first, after so many of them. */
    async page(after: number, limit: number): Promise<AuditEntry[]> {
      const raw = await step("read the audit", () => redis.zrange(AUDIT_KEY, after, after + limit - 1, { rev: true }));
      return z.array(z.string().transform((text) => auditEntrySchema.parse(JSON.parse(text)))).parse(raw);
    },
  };
}
