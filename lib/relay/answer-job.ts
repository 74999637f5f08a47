/** A job request to the answer QStash understands: 2xx done, 489 never again, anything else comes back. */
import type { Incoming } from "../core/incoming.ts";
import { isSameSecret } from "../core/same-secret.ts";
import { jobSchema } from "../queue/jobs.ts";
import { type Received, receive } from "../queue/receive.ts";
import { type Context, JOB_SECONDS } from "./context.ts";
import { runJob } from "./run-job.ts";

/** Kept free at the end of a run, to settle and to hand over. */
const HAND_OVER_MS = 20_000;

export const REFUSED = { unsigned: 401, badSignature: 401, tooLarge: 413 } as const satisfies Record<
  Exclude<Received["kind"], "verified">,
  number
>;

export async function answerJob(context: Context, request: Incoming): Promise<Response> {
  const startedAt = context.now();
  const received = await receive(request, context.signingKeys, `${context.publicBaseUrl}/api/relay`);
  if (received.kind !== "verified") return new Response(null, { status: REFUSED[received.kind] });
  const job = jobSchema.safeParse(parseJson(received.body));
  if (!job.success) return never("the job is not one of ours");
  const redelivered = Number(request.headers.get("upstash-retried") ?? "0") > 0;
  try {
    const deadline = startedAt + JOB_SECONDS * 1000 - HAND_OVER_MS;
    const result = await runJob(context.services, job.data, { deadline, redelivered });
    if (result.kind === "done") return Response.json({ done: true });
    if (result.kind === "never") return never(result.message);
    context.log.warn({ job: job.data.job, message: result.message, afterMs: result.afterMs }, "job.again");
    const wait = result.afterMs === null ? {} : { "retry-after": `${Math.ceil(result.afterMs / 1000)}` };
    return Response.json({ message: result.message }, { status: 429, headers: wait });
  } catch (cause) {
    // Our own fault, or Redis or QStash is down: the queue brings the job again.
    context.log.error({ job: job.data.job, reason: reasonOf(cause) }, "job.failed");
    return Response.json({ message: "the job failed; it is repeated" }, { status: 500 });
  }
}

/** Vercel's cron: a GET with the cron secret. */
export async function answerCron(context: Context, request: Incoming): Promise<Response> {
  const given = request.headers.get("authorization");
  if (context.cronSecret === null || given === null || !isSameSecret(given, `Bearer ${context.cronSecret}`)) {
    return new Response(null, { status: 401 });
  }
  try {
    await context.services.queue.enqueue([{ job: { job: "sweep" } }]);
  } catch (cause) {
    context.log.error({ reason: reasonOf(cause) }, "sweep.not_enqueued");
    return Response.json({ message: "the queue did not take the sweep" }, { status: 503 });
  }
  return Response.json({ enqueued: "sweep" });
}

export const reasonOf = (cause: unknown): string =>
  cause instanceof Error ? `${cause.name}: ${cause.message}` : "unknown";

const never = (message: string): Response =>
  Response.json({ message }, { status: 489, headers: { "upstash-nonretryable-error": "true" } });

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no schema accepts it
  }
}
