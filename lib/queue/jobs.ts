/** The catalogue of jobs: every message QStash may bring to the worker route. */
import { z } from "zod";
import { INSTANCE_ID } from "../core/instance.ts";

/** Milliseconds that a date can hold. */
const time = z.number().min(0).max(8.64e15);

export const jobSchema = z.discriminatedUnion("job", [
  /** List the changes of an account. `notifiedAt` (ms) is when Dropbox told us. */
  z.object({ job: z.literal("sync"), account: z.string().max(128), notifiedAt: time }),
  /** Deliver what is due. */
  z.object({ job: z.literal("drain"), instance: z.string().max(128) }),
  /** List one instance and deliver what is due. `poll`: at its interval, and ask for the next one. */
  z.object({ job: z.literal("list"), instance: z.string().max(128), poll: z.boolean().optional() }),
  /** Go on with a bulk act: a backfill or a replay of many, its plan, or its calling off. */
  z.object({ job: z.literal("bulk"), bulk: z.string().min(1).max(64) }),
  /**
   * Scheduled: list every instance and deliver whatever is due, abandoned or unclear. It goes through the stored ones in
   * parts, each a job of its own: `after` an instance, in the sweep that began then (ms).
   */
  z.object({ job: z.literal("sweep"), after: z.string().regex(INSTANCE_ID).optional(), began: time.optional() }),
]);
export type Job = z.infer<typeof jobSchema>;

export const JOB_RETRIES = 5;
/** 5 s, 20 s, 80 s, 5 min, 21 min: QStash brings a job of ours that failed over half an hour; then the sweep does its work. */
export const JOB_RETRY_DELAY = "5000 * pow(4, retried)";
