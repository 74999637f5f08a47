/** The worker: QStash brings jobs by POST, Vercel's daily cron asks for a sweep by GET. */
import { answerCron, answerJob } from "@/lib/relay/answer-job.ts";
import { getContext } from "@/lib/relay/context.ts";

/** Seconds; must be a literal here. JOB_SECONDS says the same to the queue. */
export const maxDuration = 300;

export const POST = (request: Request): Promise<Response> => answerJob(getContext(), request);

export const GET = (request: Request): Promise<Response> => answerCron(getContext(), request);
