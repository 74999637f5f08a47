/** One link in one job: lists it, delivers what that brought, and says what becomes of the job. */
import type { Delivery } from "../core/delivery.ts";
import type { Job } from "../queue/jobs.ts";
import { drainLink } from "./drain-outbox.ts";
import type { JobResult, JobRun } from "./run-job.ts";
import type { Link, Services } from "./services.ts";
import { type SyncRequest, type SyncResult, syncFolder } from "./sync-folder.ts";

export interface ListingRun extends JobRun, Pick<SyncRequest, "beside"> {
  /** The job this is a run of. */
  job: Job;
  /** When Dropbox told us (ms); null when it did not. */
  notifiedAt: number | null;
  seenBy: Delivery["seenBy"];
}

export async function syncAndDrain(services: Services, link: Link, run: ListingRun): Promise<JobResult> {
  const startedAt = services.now();
  const { notifiedAt, seenBy, deadline } = run;
  const request = { notifiedAt, seenBy, deadline, ...(run.beside === undefined ? {} : { beside: run.beside }) };
  const result = await syncFolder(services, link, request);
  services.log.info({ link: link.id, ...result, ms: services.now() - startedAt, by: seenBy }, "sync.ended");
  if (result.kind === "trouble" && result.refused && link.standing !== undefined) {
    // Without the source nothing can be delivered either: all of it waits, uncounted, until somebody connects it again.
    await link.standing.refused("source", result.message);
    return { kind: "done" };
  }
  const found = result.kind === "held" ? 0 : result.found;
  // The sweep also looks for what was abandoned; a notification that brought nothing has nothing to deliver.
  if (found > 0 || notifiedAt === null || run.redelivered) await drainLink(services, link, run.deadline);
  return verdict(services, link, result, run);
}

async function verdict(services: Services, link: Link, result: SyncResult, run: ListingRun): Promise<JobResult> {
  switch (result.kind) {
    case "synced":
    case "stopped":
    case "trouble":
      return { kind: "done" };
    case "held":
      // The holder will look again. But if this is a second delivery, the holder may be our own dead first run.
      return run.redelivered
        ? { kind: "again", afterMs: result.leftMs, message: "another run is listing" }
        : { kind: "done" };
    case "unfinished": {
      // This link's alone: a job for several would be asked for by each of them, and bring all of them every time.
      const isItsOwn = run.job.job === "list" || (run.job.job === "sync" && link.standing === undefined);
      const job: Job = isItsOwn ? run.job : { job: "list", instance: link.id };
      await services.queue.enqueue([{ job }]);
      return { kind: "done" };
    }
    case "unavailable":
      return { kind: "again", afterMs: result.afterMs, message: result.message };
  }
}
