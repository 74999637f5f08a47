/** A process that is killed and started again, as a supervisor does it, and what it did that nobody asked for. */
import type { NodeProcess } from "../support/node-process.ts";

/** Starting takes all of a processor: more at a time only makes each of them slower. */
const STARTING_MAX = 3;
/** A start may meet a Redis that is being killed, and is then refused: a supervisor starts it again. */
const STARTS_MAX = 5;

export interface Supervised {
  /** Starts it unless it runs; it need not be ready then. */
  start(): Promise<void>;
  /** Starts it as often as need be, and resolves when it can be used. */
  ready(): Promise<void>;
  /** SIGKILL; false when it did not run. */
  kill(): Promise<boolean>;
  /** All that was printed by all of them. */
  output(): string;
  /** Ends nobody asked for, of processes that had been ready. */
  surprises(): readonly string[];
}

let starting = 0;
const waiting: (() => void)[] = [];

/** Resolves with what gives the place to the next one. */
async function placeToStart(): Promise<() => void> {
  if (starting < STARTING_MAX) starting += 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  return () => {
    const next = waiting.shift();
    if (next === undefined) starting -= 1;
    else next();
  };
}

export function supervise(launch: () => Promise<NodeProcess>): Supervised {
  const all: NodeProcess[] = [];
  const wereReady = new Set<NodeProcess>();
  const surprises: string[] = [];
  let current: NodeProcess | null = null;

  async function start(): Promise<NodeProcess> {
    if (current !== null) return current;
    const started = await placeToStart();
    const one = await launch();
    one.ready().then(started, started);
    all.push(one);
    current = one;
    void one.exited.then(({ code, signal }) => {
      if (current !== one) return;
      current = null;
      if (wereReady.has(one)) surprises.push(`ended by itself (${signal ?? code}): ${one.output().slice(-2_000)}`);
    });
    return one;
  }

  return {
    start: () => start().then(() => undefined),
    async ready() {
      for (let starts = 1; ; starts += 1) {
        const one = await start();
        try {
          await one.ready();
          wereReady.add(one);
          return;
        } catch (cause) {
          if (current === one || starts === STARTS_MAX) throw cause;
        }
      }
    },
    async kill() {
      const one = current;
      current = null;
      await one?.end("SIGKILL");
      return one !== null;
    },
    output: () => all.map((one) => one.output()).join(""),
    surprises: () => surprises,
  };
}
