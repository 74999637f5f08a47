/** The worker: QStash brings jobs by POST, Vercel's daily cron asks for a sweep by GET. */
import type { Incoming } from "@/lib/core/incoming.ts";
import { answerCron, answerJob } from "@/lib/relay/answer-job.ts";
import { getContext } from "@/lib/relay/context.ts";

/** Seconds; must be a literal here. JOB_SECONDS says the same to the queue. */
export const maxDuration = 300;

export const POST = (request: Incoming): Promise<Response> => answerJob(getContext(), request);

export const GET = (request: Incoming): Promise<Response> => answerCron(getContext(), request);
