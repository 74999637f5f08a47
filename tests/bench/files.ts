/** From a file in the folder to its record: one at a time, and many at once beside a plain loop that writes as many. */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Child } from "./child.ts";
import type { Usage } from "./own-usage.ts";
import { median, percentiles } from "./percentiles.ts";

const LIMIT_MS = 900_000;
const IDLE_MAX_MS = 30_000;
/** A loop does not change its pace after so many. */
const LOOP_MAX = 10_000;

interface Dropped {
  addedMs: number;
  allMs: number;
  p50Ms: number;
  p99Ms: number;
  requests: number;
  doubles: number;
  records: number;
}

interface Counts {
  redisRequests: number;
  redisCommands: number;
  qstashMessages: number;
}

export interface Bulk {
  files: number;
  seconds: number;
  filesPerSecond: number;
  /** From the drop of all of them to the record of one. */
  p50Ms: number;
  p99Ms: number;
  /** Search and write of one file, as the relay's log has it. */
  attemptP50Ms: number | null;
  attemptP99Ms: number | null;
  loopFilesPerSecond: number;
  loopP50Ms: number;
  loopP99Ms: number;
  ofLoop: number;
  msPerFile: number;
  requestsPerFile: number;
  commandsPerFile: number;
  redisRequestsPerFile: number;
  messagesPer1000: number;
  cpuMsPerFile: number;
  peakMb: number;
  mb: number;
}

export interface FilesOptions {
  relay: Child;
  sandbox: Child;
  loop: Child;
  concurrency: number;
  relayLog: string;
}

async function untilIdle(relay: Child): Promise<void> {
  const end = Date.now() + IDLE_MAX_MS;
  while (!(await relay.ask<boolean>("idle"))) {
    if (Date.now() > end) throw new Error("the queue does not come to rest");
    await delay(10);
  }
}

/** One file at a time into an idle relay; the time is from the drop, and the notification follows it at once. */
export async function measureFirstRecord({ relay, sandbox }: FilesOptions, drops: number) {
  const times: number[] = [];
  for (let n = 0; n < drops; n += 1) {
    const { allMs, doubles } = await sandbox.ask<Dropped>("drop", { count: 1, limitMs: LIMIT_MS });
    if (doubles > 0) throw new Error("a record was made twice");
    times.push(allMs);
    await untilIdle(relay);
    await delay(40 + ((n * 37) % 60));
  }
  return { drops, ...percentiles(times), worstMs: Math.max(...times) };
}

async function runLoop({ loop, concurrency }: FilesOptions, count: number) {
  return loop.ask<{ allMs: number; p50Ms: number; p99Ms: number }>("run", { count, concurrency });
}

/** `times`: small numbers of files are dropped several times over, and the middle one counts. */
export async function measureBulk(options: FilesOptions, files: number, times: number): Promise<Bulk> {
  const all: Bulk[] = [];
  for (let n = 0; n < times; n += 1) all.push(await bulkOnce(options, files));
  const middle = median(all.map((one) => one.ofLoop));
  const chosen = all.find((one) => one.ofLoop === middle) ?? all[0];
  if (chosen === undefined) throw new Error("nothing was measured");
  return chosen;
}

async function bulkOnce(options: FilesOptions, files: number): Promise<Bulk> {
  const { relay, sandbox, relayLog } = options;
  const looped = Math.min(files, LOOP_MAX);
  const loop = await runLoop(options, looped);
  await untilIdle(relay);
  await relay.ask<Usage>("usage");
  const logFrom = readFileSync(relayLog).length;
  const before = { usage: await relay.ask<Usage>("usage"), counts: await relay.ask<Counts>("counts") };
  const dropped = await sandbox.ask<Dropped>("drop", { count: files, limitMs: LIMIT_MS });
  await untilIdle(relay);
  const usage = await relay.ask<Usage>("usage");
  const counts = await relay.ask<Counts>("counts");
  if (dropped.doubles > 0) throw new Error(`${dropped.doubles} records were made twice`);
  const attempts = percentiles(attemptTimes(readFileSync(relayLog).subarray(logFrom).toString()));
  const seconds = dropped.allMs / 1000;
  const loopFilesPerSecond = looped / (loop.allMs / 1000);
  return {
    files,
    seconds,
    filesPerSecond: files / seconds,
    p50Ms: dropped.p50Ms,
    p99Ms: dropped.p99Ms,
    attemptP50Ms: attempts.p50Ms,
    attemptP99Ms: attempts.p99Ms,
    loopFilesPerSecond,
    loopP50Ms: loop.p50Ms,
    loopP99Ms: loop.p99Ms,
    ofLoop: files / seconds / loopFilesPerSecond,
    msPerFile: dropped.allMs / files,
    requestsPerFile: dropped.requests / files,
    commandsPerFile: (counts.redisCommands - before.counts.redisCommands) / files,
    redisRequestsPerFile: (counts.redisRequests - before.counts.redisRequests) / files,
    messagesPer1000: ((counts.qstashMessages - before.counts.qstashMessages) / files) * 1000,
    cpuMsPerFile: (usage.cpuMs - before.usage.cpuMs) / files,
    peakMb: usage.peakMb,
    mb: usage.mb,
  };
}

function* attemptTimes(log: string): Generator<number> {
  for (const line of log.split("\n")) {
    if (!line.includes('"delivery.attempted"')) continue;
    const { ms } = JSON.parse(line) as { ms?: unknown };
    if (typeof ms === "number") yield ms;
  }
}
