/**
 * QStash as the relay sees it: takes messages over HTTP, brings each at least once, late, twice or out of order, and again
 * after a failure, five times; what it gives up on is left to the schedule's next sweep.
 */
import { JOB_RETRIES, type Job, jobSchema } from "@/lib/queue/jobs.ts";
import type { JobResult } from "@/lib/relay/run-job.ts";
import type { Arrived } from "./network.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** QStash's own memory of deduplication ids. */
const DEDUPLICATION_MS = 10 * 60_000;
const SWEEP_EVERY_MS = 5 * 60_000;

export type Ended = JobResult | { kind: "failed" };

export interface QueueOptions {
  time: VirtualTime;
  /** Runs a job to its end; rejects or resolves with `failed` when its process died. */
  deliver: (job: Job, retried: number) => Promise<Ended>;
  /** How late a message comes (ms), and after how long it comes a second time though it was done (null: never). */
  manners: () => { lateMs: number; againMs: number | null };
  trace: (line: string) => void;
}

export type SimulatedQueue = ReturnType<typeof createSimulatedQueue>;

export function createSimulatedQueue({ time, deliver, manners, trace }: QueueOptions) {
  const taken = new Map<string, number>();
  let messages = 0;
  let running = 0;
  let stopped = false;

  function bring(job: Job, retried: number, inMs: number): void {
    running += 1;
    time.after(inMs, () => {
      void deliver(job, retried).then((ended) => {
        running -= 1;
        follow(job, retried, ended);
      });
    });
  }

  function follow(job: Job, retried: number, ended: Ended): void {
    if (ended.kind === "done" || ended.kind === "never") return;
    if (retried >= JOB_RETRIES) {
      trace(`queue gives up on ${job.job}`);
      return;
    }
    const asked = ended.kind === "again" ? ended.afterMs : null;
    bring(job, retried + 1, asked ?? 5_000 * 4 ** retried);
  }

  function take(job: Job, delayMs: number, deduplicationId: string | null): void {
    if (deduplicationId !== null) {
      if ((taken.get(deduplicationId) ?? 0) > time.now()) return;
      taken.set(deduplicationId, time.now() + DEDUPLICATION_MS);
    }
    messages += 1;
    const { lateMs, againMs } = manners();
    bring(job, 0, delayMs + lateMs);
    if (againMs !== null) bring(job, 0, delayMs + lateMs + againMs);
  }

  function read(headers: Headers, body: string): void {
    const delay = headers.get("upstash-delay");
    take(
      jobSchema.parse(JSON.parse(body)),
      delay === null ? 0 : Number.parseInt(delay, 10) * 1000,
      headers.get("upstash-deduplication-id"),
    );
  }

  const schedule = () => {
    if (stopped) return;
    take({ job: "sweep" }, 0, null);
    time.after(SWEEP_EVERY_MS, schedule);
  };

  return {
    messages: () => messages,
    /** Messages on their way, waiting or being worked on. */
    pending: () => running,
    startSchedule: schedule,
    stopSchedule() {
      stopped = true;
    },
    /** The HTTP face: `/v2/publish/…` and `/v2/batch`. */
    async handle(request: Arrived): Promise<Response> {
      const body = `${request.body}`;
      if (request.url.endsWith("/v2/batch")) {
        const batch = JSON.parse(body) as { headers: Record<string, string>; body: string }[];
        for (const one of batch) read(new Headers(one.headers), one.body);
        return Response.json(batch.map((_, index) => ({ messageId: `msg_${messages}_${index}` })));
      }
      read(request.headers, body);
      return Response.json({ messageId: `msg_${messages}` }, { status: 201 });
    },
  };
}
