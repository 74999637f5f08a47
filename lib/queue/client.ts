/** Hands jobs to QStash. A refused or lost publish throws QueueError: the caller decides who repeats it. */
import { Client } from "@upstash/qstash";
import { safeText } from "../core/safe-text.ts";
import { JOB_RETRIES, JOB_RETRY_DELAY, type Job } from "./jobs.ts";

export class QueueError extends Error {
  readonly code = "queue_unavailable";
  constructor(reason: string) {
    super(`QStash did not take the job: ${reason}`.slice(0, 300));
    this.name = "QueueError";
  }
}

export interface Enqueue {
  job: Job;
  /** Seconds from now. */
  delaySeconds?: number;
  /** QStash drops a second message with this id within ten minutes. */
  deduplicationId?: string;
}

export interface QueueConfig {
  url: string;
  token: string;
  /** Where this deployment answers; QStash signs the destination, so it must be the public one. */
  publicBaseUrl: string;
  /** Longest a job may run, in seconds; QStash waits a little longer. */
  jobSeconds: number;
}

/** Ends a publish that hangs. Dropbox gives a notification ten seconds, and it may wait for one publish before its own. */
const PUBLISH_TIMEOUT_MS = 4_000;

export type Queue = ReturnType<typeof createQueue>;

export function createQueue(config: QueueConfig) {
  const client = new Client({
    baseUrl: config.url,
    token: config.token,
    retry: false,
    enableTelemetry: false,
    // Else the SDK asks the environment again at every request, and may load and start a server of its own.
    devMode: false,
  });
  const messageFor = ({ job, delaySeconds, deduplicationId }: Enqueue) => ({
    url: `${config.publicBaseUrl}/api/relay`,
    body: job,
    retries: JOB_RETRIES,
    retryDelay: JOB_RETRY_DELAY,
    timeout: config.jobSeconds + 5,
    failureCallback: `${config.publicBaseUrl}/api/relay/failure`,
    label: `relay-${job.job}`,
    ...(delaySeconds === undefined ? {} : { delay: delaySeconds }),
    ...(deduplicationId === undefined ? {} : { deduplicationId }),
  });

  return {
    /** Enqueues all in one request: publish for one, batch for several. Throws QueueError unless every one was taken. */
    async enqueue(jobs: readonly Enqueue[]): Promise<void> {
      const [first] = jobs;
      if (first === undefined) return;
      const answers = await within(
        config.token,
        jobs.length === 1
          ? client.publishJSON(messageFor(first)).then((answer) => [answer])
          : client.batchJSON(jobs.map(messageFor)),
      );
      for (const answer of answers) {
        if (!("messageId" in answer)) throw new QueueError("one message of the batch was refused");
      }
    },

    /** Creates or replaces the one schedule that brings the sweep. `cron` has five fields, UTC. */
    async scheduleSweep(cron: string): Promise<void> {
      await within(
        config.token,
        client.schedules.create({
          scheduleId: "relay-sweep",
          cron,
          destination: `${config.publicBaseUrl}/api/relay`,
          body: JSON.stringify({ job: "sweep" } satisfies Job),
          headers: { "content-type": "application/json" },
          // A sweep that died holding a lease is brought again, and so knows to look for it.
          retries: 2,
          timeout: config.jobSeconds + 5,
        }),
      );
    },
  };
}

async function within<T>(token: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new QueueError(`no answer in ${PUBLISH_TIMEOUT_MS} ms`)), PUBLISH_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } catch (cause) {
    throw cause instanceof QueueError ? cause : new QueueError(reasonOf(cause, token));
  } finally {
    clearTimeout(timer);
  }
}

/** Only what QStash itself said is quoted: the text of a fetch error can hold a header, and so the token. */
function reasonOf(cause: unknown, token: string): string {
  if (!(cause instanceof Error)) return "unknown";
  if (cause.name.startsWith("Qstash")) return `${cause.name} ${safeText(cause.message, [token])}`;
  const inner = cause.cause;
  return inner instanceof Error && "code" in inner ? `${cause.name} ${inner.code}` : cause.name;
}
