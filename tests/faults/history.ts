/** One history with something of everything, and all the ways in which one of its requests can go wrong. */
import { createRandom } from "../sandbox/faults.ts";
import type { Effect, Fate } from "../simulation/network.ts";
import { type Run, runScenario } from "../simulation/run-scenario.ts";
import type { Scenario } from "../simulation/steps.ts";

/** Baseline, new files of each kind, an edit, a rename, a deletion, a 429, a 401 on either side, a lost answer. */
export const HISTORY: Scenario = {
  seed: 1,
  processes: 1,
  steps: [
    { do: "add", place: 2, kind: "json" },
    { do: "add", place: 3, kind: "malformed" },
    { do: "add", place: 4, kind: "oversized" },
    { do: "wait", ms: 3_000 },
    { do: "edit", place: 2 },
    { do: "add", place: 5, kind: "photo" },
    { do: "facebookOnce", trouble: "tooMany" },
    { do: "wait", ms: 40_000 },
    { do: "expireDropboxToken" },
    { do: "expireFacebookToken" },
    { do: "rename", place: 2, to: 1 },
    { do: "rename", place: 5, to: 3 },
    { do: "wait", ms: 3_000 },
    { do: "facebookOnce", trouble: "createdButLost" },
    { do: "addMany", count: 3 },
    { do: "delete", place: 0 },
    { do: "wait", ms: 20_000 },
  ],
};

/** Files of a Page that leave and return: by deletion, with their folder, out of sight; a path taken over by another file. */
export const LEAVING: Scenario = {
  seed: 1,
  processes: 1,
  steps: [
    { do: "add", place: 2, kind: "json" },
    { do: "add", place: 3, kind: "json" },
    { do: "add", place: 4, kind: "json" },
    { do: "add", place: 5, kind: "photo" },
    { do: "wait", ms: 20_000 },
    { do: "smallPages", entries: 1 },
    { do: "delete", place: 2 },
    { do: "rename", place: 3, to: 2 },
    { do: "deleteFolder" },
    { do: "wait", ms: 90_000 },
    { do: "moveOut", place: 2 },
    { do: "restore", place: 2 },
    { do: "wait", ms: 90_000 },
    { do: "delete", place: 2 },
    { do: "moveIn", place: 2 },
    { do: "wait", ms: 20_000 },
  ],
};

/** What is run, and how the relay is set up for it. */
export interface Course {
  page?: boolean;
  callback?: boolean;
  history?: Scenario;
  env?: Record<string, string>;
}

export const WAYS = [
  "killedBefore",
  "killedAfter",
  "twice",
  "failedAfter",
  "lost",
  "refused",
  "silent",
  "silentAfter",
] as const;
export type Way = (typeof WAYS)[number];

const REQUEST_MS = 5;
const ANSWER_MS = 5;
/** After every time limit of the relay, and before it reckons with it no longer. */
const LATE_MS = 25_000;

export const fateBy = (way: Way): Fate => {
  switch (way) {
    case "killedBefore":
    case "refused":
    case "silent":
      return { kind: way };
    case "killedAfter":
      return { kind: way, requestMs: REQUEST_MS };
    case "silentAfter":
      return { kind: way, requestMs: LATE_MS };
    case "twice":
    case "failedAfter":
    case "lost":
      return { kind: way, requestMs: REQUEST_MS, answerMs: ANSWER_MS };
  }
};

/** A write that the network repeats is doubled by the endpoint itself, whoever sent it: there is nothing to prove. */
export const canGo = (way: Way, effect: Effect): boolean =>
  way !== "twice" || effect.service !== "facebook" || effect.label.startsWith("GET");

export interface Faulty extends Run {
  effects: Effect[];
  trace: string[];
}

/** Runs the history with these requests (by number, from 1) going wrong. */
export async function runWith(faults: ReadonlyMap<number, Way>, course: Course): Promise<Faulty> {
  const { history = HISTORY, ...options } = course;
  const effects: Effect[] = [];
  const trace: string[] = [];
  const run = await runScenario(history, {
    ...options,
    trace: (line) => trace.push(line),
    fateOf(effect) {
      effects.push(effect);
      const way = faults.get(effect.number);
      return way === undefined || !canGo(way, effect)
        ? { kind: "answered", requestMs: REQUEST_MS, answerMs: ANSWER_MS }
        : fateBy(way);
    },
  });
  return { ...run, effects, trace };
}

/** Random pairs of faults, the same for the same seed. */
export function pairs(count: number, requests: number, seed: number): Map<number, Way>[] {
  const random = createRandom(seed);
  const pick = (below: number) => Math.floor(random() * below);
  return Array.from({ length: count }, () => {
    const way = () => WAYS[pick(WAYS.length)] ?? "lost";
    // Close together: the second one hits what the first one set off.
    const first = 1 + pick(requests);
    return new Map([
      [first, way()],
      [first + 1 + pick(12), way()],
    ]);
  });
}

export const tell = (faults: ReadonlyMap<number, Way>, run: Faulty): string =>
  [
    ...run.broken,
    `faults: ${[...faults].map(([number, way]) => `#${number} ${way}`).join(", ")}`,
    ...run.trace.slice(-300),
  ].join("\n");
