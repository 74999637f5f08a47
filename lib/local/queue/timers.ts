/** The only source of time in the local queue: a test passes a virtual clock and nothing sleeps. */

/** Runs `run` once after `delayMs`; the returned function cancels it. */
export type SetTimer = (run: () => void, delayMs: number) => () => void;

export interface Timers {
  now(): number;
  /** Runs at `time` (ms since the epoch), or as soon as possible when it has passed. Returns the cancel function. */
  at(time: number, run: () => void): () => void;
  /** Resolves after `delayMs`; never, once stopped. */
  wait(delayMs: number): Promise<void>;
  /** Cancels every timer; later ones are never set. */
  stop(): void;
}

/** setTimeout fires at once for a longer delay. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

const realTimer: SetTimer = (run, delayMs) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};

/** Timers that can all be stopped together, on the given clock or on the real one. */
export function createTimers(now: () => number = Date.now, setTimer: SetTimer = realTimer): Timers {
  const cancels = new Set<() => void>();
  let stopped = false;

  function at(time: number, run: () => void): () => void {
    if (stopped) return () => {};
    let cancel = () => {};
    const forget = () => {
      cancels.delete(forget);
      cancel();
    };
    const arm = () => {
      const left = Math.max(0, time - now());
      cancel = setTimer(
        () => {
          if (time > now()) return arm();
          cancels.delete(forget);
          run();
        },
        Math.min(left, TIMEOUT_MAX_MS),
      );
    };
    cancels.add(forget);
    arm();
    return forget;
  }

  return {
    now,
    at,
    wait: (delayMs) => new Promise((resolve) => void at(now() + delayMs, resolve)),
    stop() {
      stopped = true;
      for (const cancel of [...cancels]) cancel();
    },
  };
}
