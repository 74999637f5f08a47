/** Time that passes only from event to event, and the timers of the platform on it. */

export interface Timer {
  at: number;
  run: (() => void) | null;
}

export type VirtualTime = ReturnType<typeof createVirtualTime>;

export function createVirtualTime(start: number) {
  let now = start;
  /** By time; of equal ones the first set is first. */
  const timers: Timer[] = [];
  let cryptoPending = 0;

  function at(time: number, run: () => void): Timer {
    // Whole milliseconds, as the real clock tells them.
    const timer: Timer = { at: Math.max(Math.ceil(time), now), run };
    let low = 0;
    let high = timers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((timers[middle]?.at ?? 0) <= timer.at) low = middle + 1;
      else high = middle;
    }
    timers.splice(low, 0, timer);
    return timer;
  }

  /** Until nothing moves without time passing. What WebCrypto does is done by threads, so it is waited for. */
  async function quiesce(): Promise<void> {
    do await new Promise((resolve) => realImmediate(resolve));
    while (cryptoPending > 0);
  }

  return {
    now: () => now,
    at,
    after: (ms: number, run: () => void): Timer => at(now + ms, run),
    quiesce,
    /** Runs events in order of time up to `end`, or until `enough` says so after one of them; true when it did. */
    async run(end: number, enough: () => boolean = () => false): Promise<boolean> {
      await quiesce();
      for (;;) {
        const next = timers[0];
        if (next === undefined || next.at > end) break;
        timers.shift();
        if (next.run === null) continue;
        now = next.at;
        next.run();
        await quiesce();
        if (enough()) return true;
      }
      now = Math.max(now, Math.ceil(end));
      return false;
    },
    crypto: {
      began: () => {
        cryptoPending += 1;
      },
      ended: () => {
        cryptoPending -= 1;
      },
    },
  };
}

const realImmediate = setImmediate;
