/** How many notifications a second are answered 200, by the relay in two ways and by the two floors that enqueue nothing. */
import { setTimeout as delay } from "node:timers/promises";
import type { Child } from "./child.ts";
import type { Load, LoadResult } from "./load.ts";
import { median } from "./percentiles.ts";

export const CONNECTIONS = [1, 50, 200] as const;
const WARM_UP_SECONDS = 2;
const SETTLE_MAX_MS = 60_000;

export type TargetName = "node:http floor" | "Next floor" | "relay, plain Next routes" | "relay, npm start";

export interface Target {
  name: TargetName;
  url: string;
  /** What the queue has taken, and whether all of it is done; null for a floor. */
  queue: Child | null;
}

export interface Acks extends LoadResult {
  target: TargetName;
  connections: number;
  /** Messages the queue took meanwhile; null for a floor. */
  messages: number | null;
  /** Against the two floors at the same number of connections. */
  ofHttpFloor: number;
  ofNextFloor: number;
}

export interface HalfLoad {
  target: TargetName;
  rate: number;
  acks: number;
  p50Ms: number | null;
  p99Ms: number | null;
}

export interface AckOptions {
  load: Child;
  secret: string;
  account: string;
  seconds: number;
  rounds: number;
}

const messagesOf = async (target: Target): Promise<number> =>
  target.queue === null ? 0 : (await target.queue.ask<{ qstashMessages: number }>("counts")).qstashMessages;

async function settled({ queue, name }: Target): Promise<void> {
  const end = Date.now() + SETTLE_MAX_MS;
  while (queue !== null && !(await queue.ask<boolean>("idle"))) {
    if (Date.now() > end) throw new Error(`${name}: the queue still holds messages`);
    await delay(20);
  }
}

async function once(
  target: Target,
  options: AckOptions,
  more: Pick<Load, "connections" | "seconds" | "rate">,
): Promise<LoadResult & { messages: number }> {
  const before = await messagesOf(target);
  const { url } = target;
  const { secret, account } = options;
  const result = await options.load.ask<LoadResult>("run", { url, secret, account, ...more });
  if (result.refused > 0) throw new Error(`${target.name}: ${result.refused} notifications were not answered 200`);
  const messages = (await messagesOf(target)) - before;
  // One message may stand for many notifications, but accepted ones without any would be lost.
  if (target.queue !== null && messages === 0) throw new Error(`${target.name}: accepted, and nothing enqueued`);
  await settled(target);
  return { ...result, messages };
}

/** The targets take turns within each round, so that what else the machine does meets all of them. Medians over the rounds. */
export async function measureAcks(targets: readonly Target[], options: AckOptions): Promise<Acks[]> {
  for (const target of targets) await once(target, options, { connections: 50, seconds: WARM_UP_SECONDS, rate: null });
  const acks: Acks[] = [];
  for (const connections of CONNECTIONS) {
    const results = new Map<TargetName, Awaited<ReturnType<typeof once>>[]>();
    for (let round = 0; round < options.rounds; round += 1) {
      for (const target of targets) {
        const result = await once(target, options, { connections, seconds: options.seconds, rate: null });
        results.set(target.name, [...(results.get(target.name) ?? []), result]);
      }
    }
    const of = (name: TargetName, value: (result: LoadResult & { messages: number }) => number | null) =>
      median((results.get(name) ?? []).map((result) => value(result) ?? 0));
    for (const { name, queue } of targets) {
      const perSecond = of(name, (result) => result.acks);
      acks.push({
        target: name,
        connections,
        acks: perSecond,
        accepted: of(name, (result) => result.accepted),
        refused: 0,
        p50Ms: of(name, (result) => result.p50Ms),
        p99Ms: of(name, (result) => result.p99Ms),
        messages: queue === null ? null : of(name, (result) => result.messages),
        ofHttpFloor: perSecond / of("node:http floor", (result) => result.acks),
        ofNextFloor: perSecond / of("Next floor", (result) => result.acks),
      });
    }
  }
  return acks;
}

/** What `npm start` is asked to answer, of the bare `node:http` floor: its time counts at half of this as well. */
const ASKED_OF_HTTP_FLOOR = 0.2;

/** At half of what each answered at 50 connections. */
export async function measureHalfLoad(
  targets: readonly Target[],
  acks: readonly Acks[],
  options: AckOptions,
): Promise<HalfLoad[]> {
  const results: HalfLoad[] = [];
  const most = (name: TargetName) => acks.find((one) => one.target === name && one.connections === 50)?.acks ?? 0;
  const halves: [Target, number][] = targets.map((target) => [target, most(target.name) / 2]);
  const started = targets.find(({ name }) => name === "relay, npm start");
  if (started !== undefined) halves.push([started, (most("node:http floor") * ASKED_OF_HTTP_FLOOR) / 2]);
  for (const [target, half] of halves) {
    const rate = Math.floor(half);
    const rounds: LoadResult[] = [];
    for (let round = 0; round < options.rounds; round += 1)
      rounds.push(await once(target, options, { connections: 50, seconds: options.seconds, rate }));
    results.push({
      target: target.name,
      rate,
      acks: median(rounds.map((one) => one.acks)),
      p50Ms: median(rounds.map((one) => one.p50Ms ?? 0)),
      p99Ms: median(rounds.map((one) => one.p99Ms ?? 0)),
    });
  }
  return results;
}
