/** Runs one job to its end. What it returns tells the queue whether, and when, to bring the job again. */
import { INSTANCE_ID } from "../core/instance.ts";
import type { Job } from "../queue/jobs.ts";
import { bringAlong } from "./bring-along.ts";
import { drainLink } from "./drain-outbox.ts";
import { pollInstance, sweepPolled } from "./poll-instance.ts";
import { goOnWithBulks, runBulk } from "./run-bulk.ts";
import { type Link, lanesOf, type Services } from "./services.ts";
import { type ListingRun, syncAndDrain } from "./sync-and-drain.ts";
import { tellOperator, watchedOf } from "./tell-operator.ts";
import { watchCredential } from "./watch-credentials.ts";

export type JobResult =
  | { kind: "done" }
  /** Bring it again, after this long when a wait is known. */
  | { kind: "again"; afterMs: number | null; message: string }
  /** Can never run: dead-letter it. */
  | { kind: "never"; message: string };

export interface JobRun {
  /** When the route must be done (ms). */
  deadline: number;
  /** The queue has brought this message before: its earlier run may have died holding the lease. */
  redelivered: boolean;
}

/** Instances one sweep job goes through before it leaves the rest to another. */
const SWEEP_PART = 50;
/** Instances at a time. */
const WIDTH = 8;

const DONE: JobResult = { kind: "done" };

export async function runJob(services: Services, job: Job, run: JobRun): Promise<JobResult> {
  const { spending } = services;
  // Sent by nobody here: the schedule's own, and what is brought again.
  if (run.redelivered || isWholeSweep(job)) spending.brought(1);
  // Nothing is lost: cursors and deliveries stay as they are, and a sweep begins with all of it when this is over. But what
  // is called off meanwhile must be out by then; a bulk act looks for itself.
  if (job.job !== "bulk" && (await spending.isCapReached())) {
    if (isWholeSweep(job)) await goOnWithBulks(services);
    return DONE;
  }
  switch (job.job) {
    case "sync":
      return syncAccount(services, job, run);
    case "sweep":
      return sweep(services, job, run);
    case "drain": {
      const link = await linkOf(services, job.instance);
      if (link === undefined) return { kind: "never", message: `no instance ${job.instance}` };
      if (link !== null) await drainLink(services, link, run.deadline);
      return DONE;
    }
    case "bulk":
      return runBulk(services, job.bulk, run);
    case "list": {
      const link = await linkOf(services, job.instance);
      if (link === undefined) return { kind: "never", message: `no instance ${job.instance}` };
      if (link === null) return DONE;
      await bringAlong(services, link);
      return pollInstance(services, link, { job, ...run, notifiedAt: null, seenBy: job.poll ? "poll" : "sweep" });
    }
  }
}

/** Not one that a former part left. */
const isWholeSweep = (job: Job): boolean => job.job === "sweep" && job.began === undefined;

/** Null: it does not list or deliver now, or has been removed. Undefined: that is no instance's id. */
async function linkOf(services: Services, id: string): Promise<Link | null | undefined> {
  const own = services.links.find((one) => one.id === id);
  if (own !== undefined) return own;
  if (services.stored === null || !INSTANCE_ID.test(id)) return undefined;
  return services.stored.one(id);
}

/** The instances of the account that changed, and no others. */
async function syncAccount(services: Services, job: Job & { job: "sync" }, run: JobRun): Promise<JobResult> {
  const { account } = job;
  const listing: ListingRun = { job, ...run, notifiedAt: job.notifiedAt, seenBy: "notification" };
  const links = services.links.filter((link) => link.account === null || link.account === account);
  let known = links.length;
  let stored: Promise<JobResult[]> = Promise.resolve([]);
  const begin = (reading: Promise<Link[]>) => {
    stored = reading.then((all) => {
      known += all.length;
      // One that polls has chosen not to hear of notifications.
      const heeding = all.filter(({ standing }) => standing?.pollMs === null);
      return each(heeding, (link) => syncAndDrain(services, link, listing));
    });
    stored.catch(() => undefined); // awaited below, after the environment's own
  };
  // Where the environment's link is listed, the others' rows come with its lease; they are listed beside it.
  const { stored: store } = services;
  const beside =
    store === null ? {} : { beside: { account, found: (rows: readonly string[]) => begin(store.ofRows(rows)) } };
  if (links.length === 0 && store !== null) begin(store.ofAccount(account));
  const results = await each(links, (link) => syncAndDrain(services, link, { ...listing, ...beside }));
  results.push(...(await stored));
  if (known === 0) services.log.warn({ account }, "sync.unknown_account");
  return worstOf(results);
}

/** The environment's link and the first part of the stored ones; or the part of them that a former job left. */
async function sweep(services: Services, job: Job & { job: "sweep" }, run: JobRun): Promise<JobResult> {
  const listing: ListingRun = { job, ...run, notifiedAt: null, seenBy: "sweep" };
  const began = job.began ?? services.now();
  const part = await services.stored?.page(job.after ?? "0", SWEEP_PART);
  if (part !== undefined && part.next !== null) {
    const deduplicationId = `sweep_${began}_${part.next}`;
    await services.queue.enqueue([{ job: { job: "sweep", after: part.next, began }, deduplicationId }]);
  }
  const own = job.after === undefined ? services.links : [];
  if (job.after === undefined) await goOnWithBulks(services);
  try {
    return worstOf(
      await each([...own, ...(part?.links ?? [])], async (link) => {
        const isPolled = (link.standing?.pollMs ?? null) !== null;
        await bringAlong(services, link);
        const result = await (isPolled ? sweepPolled : syncAndDrain)(services, link, listing);
        for (const lane of lanesOf(link)) await watchCredential(services, lane);
        return result;
      }),
    );
  } finally {
    const ours = job.after === undefined && services.operatorEvents !== null ? [services.operatorEvents.own] : [];
    await tellOperator(services, [...ours, ...(part?.instances ?? []).map(watchedOf)], run.deadline);
  }
}

/** Some at a time. What fails keeps none of the others from being run; it is thrown at the end. */
async function each(links: readonly Link[], work: (link: Link) => Promise<JobResult>): Promise<JobResult[]> {
  const results: JobResult[] = [];
  const faults: unknown[] = [];
  const waiting = [...links];
  const worker = async () => {
    for (let link = waiting.shift(); link !== undefined; link = waiting.shift()) {
      await work(link).then(
        (result) => results.push(result),
        (cause: unknown) => faults.push(cause),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(WIDTH, links.length) }, worker));
  if (faults.length > 0) throw faults[0];
  return results;
}

const worstOf = (results: readonly JobResult[]): JobResult => results.find(({ kind }) => kind !== "done") ?? DONE;
