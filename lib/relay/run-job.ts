/** Runs one job to its end. What it returns tells the queue whether, and when, to bring the job again. */
import type { Job } from "../queue/jobs.ts";
import { drainOutbox } from "./drain-outbox.ts";
import type { Link, Services } from "./services.ts";
import { type SyncResult, syncFolder } from "./sync-folder.ts";
import { watchCredential } from "./watch-credentials.ts";

export type JobResult =
  | { kind: "done" }
  /** Bring it again, after this long when a wait is known. */
  | { kind: "again"; afterMs: number | null; message: string }
  /** Can never run: dead-letter it. */
  | { kind: "never"; message: string };

/** The jobs that begin by listing. */
type ListingJob = Extract<Job, { job: "sync" | "sweep" }>;

export interface JobRun {
  /** When the route must be done (ms). */
  deadline: number;
  /** The queue has brought this message before: its earlier run may have died holding the lease. */
  redelivered: boolean;
}

export async function runJob(services: Services, job: Job, run: JobRun): Promise<JobResult> {
  switch (job.job) {
    case "sync":
    case "sweep": {
      const links = services.links.filter(
        (link) => job.job === "sweep" || link.account === null || link.account === job.account,
      );
      if (links.length === 0)
        services.log.warn({ account: job.job === "sync" ? job.account : null }, "sync.unknown_account");
      const results: JobResult[] = [];
      for (const link of links) results.push(await syncAndDrain(services, link, job, run));
      if (job.job === "sweep") for (const link of links) await watchCredential(services, link);
      return results.find((result) => result.kind !== "done") ?? { kind: "done" };
    }
    case "drain": {
      const link = services.links.find((one) => one.id === job.instance);
      if (link === undefined) return { kind: "never", message: `no instance ${job.instance}` };
      await drainOutbox(services, link, run.deadline);
      return { kind: "done" };
    }
  }
}

async function syncAndDrain(services: Services, link: Link, job: ListingJob, run: JobRun): Promise<JobResult> {
  const startedAt = services.now();
  const notifiedAt = job.job === "sync" ? job.notifiedAt : null;
  const result = await syncFolder(services, link, { notifiedAt, deadline: run.deadline });
  services.log.info(
    { link: link.id, ...result, ms: services.now() - startedAt, by: notifiedAt === null ? "sweep" : "notification" },
    "sync.ended",
  );
  const found = result.kind === "held" ? 0 : result.found;
  // The sweep also looks for what was abandoned; a notification that brought nothing has nothing to deliver.
  if (found > 0 || notifiedAt === null || run.redelivered) await drainOutbox(services, link, run.deadline);
  return verdict(services, result, job, run);
}

async function verdict(services: Services, result: SyncResult, job: ListingJob, run: JobRun): Promise<JobResult> {
  switch (result.kind) {
    case "synced":
    case "trouble":
      return { kind: "done" };
    case "held":
      // The holder will look again. But if this is a second delivery, the holder may be our own dead first run.
      return run.redelivered
        ? { kind: "again", afterMs: result.leftMs, message: "another run is listing" }
        : { kind: "done" };
    case "unfinished": {
      await services.queue.enqueue([{ job }]);
      return { kind: "done" };
    }
    case "unavailable":
      return { kind: "again", afterMs: result.afterMs, message: result.message };
  }
}
