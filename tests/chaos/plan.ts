/** What happens in a round, all of it decided by its seed. Pure. */
import { createRandom } from "../sandbox/faults.ts";
import type { Kind, Place, Target } from "./site.ts";

export type Step =
  | { do: "files"; drop: number; edit: number; rename: number }
  /**
   * `requests`: so many more reach the endpoint first, so that the kill hits work under way; null: at once, whatever is
   * still starting. `downMs`: how long until what was killed is started again.
   */
  | { do: "kill"; targets: readonly Target[]; requests: number | null; downMs: number }
  | { do: "cut"; place: Place }
  | { do: "trouble"; trouble: "createdBut500" | "createdButLost" | "tooMany" | "serverError"; count: number }
  | { do: "latency"; ms: number }
  /** From the next start of the queue's process on. */
  | { do: "clock"; ms: number };

export interface Planned {
  pauseMs: number;
  step: Step;
}

const KILLS = 4;
/** How far off the queue's clock may be: signatures may be five seconds ahead. */
const CLOCK_MAX_MS = 4_000;

/** Seeds in a row alternate between the two kinds. */
export const kindOf = (seed: number): Kind => (seed % 2 === 0 ? "together" : "apart");

/** The more often it is listed, the more often it happens. */
const TARGETS = {
  together: [["relay"], ["relay"], ["redis"], ["redis"], ["relay", "redis"]],
  apart: [["relay"], ["relay"], ["queue"], ["queue"], ["redis"], ["relay", "queue"], ["relay", "queue", "redis"]],
} as const satisfies Record<Kind, readonly (readonly Target[])[]>;

const PLACES = {
  together: ["outside", "door"],
  apart: ["outside", "door", "services"],
} as const satisfies Record<Kind, readonly Place[]>;

const TROUBLES = ["createdBut500", "createdBut500", "createdButLost", "serverError"] as const;

export function planRound(seed: number): Planned[] {
  const kind = kindOf(seed);
  const random = createRandom(seed);
  const from = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const oneOf = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const planned: Planned[] = [];
  const add = (step: Step) => planned.push({ pauseMs: from(50, 900), step });
  const files = (drop: number): Step => ({ do: "files", drop, edit: from(1, 6), rename: from(0, 3) });

  const mischief: (() => Step)[] = [
    () => ({ do: "cut", place: oneOf(PLACES[kind]) }),
    () => ({ do: "cut", place: "outside" }),
    () => ({ do: "trouble", trouble: oneOf(TROUBLES), count: from(1, 4) }),
    () => ({ do: "trouble", trouble: "tooMany", count: from(1, 2) }),
    () => ({ do: "latency", ms: from(20, 300) }),
    ...(kind === "apart" ? [() => ({ do: "clock", ms: from(-CLOCK_MAX_MS, CLOCK_MAX_MS) }) as const] : []),
  ];

  add({ do: "latency", ms: from(40, 150) });
  for (let kills = 0; kills < KILLS; kills += 1) {
    add(files(kills === 0 ? from(20, 40) : from(2, 12)));
    for (let n = from(1, 2); n > 0; n -= 1) add(oneOf(mischief)());
    add({
      do: "kill",
      targets: oneOf<readonly Target[]>(TARGETS[kind]),
      requests: random() < 0.2 ? null : from(1, 30),
      downMs: from(0, 500),
    });
  }
  add(files(from(1, 5)));
  return planned;
}

/** For the line a round prints. */
export function inWords({ step }: Planned): string {
  switch (step.do) {
    case "files":
      return `${step.drop} dropped, ${step.edit} edited, ${step.rename} renamed`;
    case "kill":
      return `KILL ${step.targets.join("+")}${step.requests === null ? " at once" : ""}`;
    case "cut":
      return `cut ${step.place}`;
    case "trouble":
      return `${step.trouble} x${step.count}`;
    case "latency":
      return `latency ${step.ms}`;
    case "clock":
      return `clock ${step.ms > 0 ? "+" : ""}${step.ms}`;
  }
}
