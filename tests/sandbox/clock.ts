/** Time as the sandbox uses it: a clock and one-shot timers, real or moved by hand. */

/** Runs `run` after `ms`; the returned function cancels it. */
export type After = (ms: number, run: () => void) => () => void;

export const realAfter: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

export const wait = (after: After, ms: number): Promise<void> =>
  ms <= 0 ? Promise.resolve() : new Promise((resolve) => after(ms, resolve));

export type ManualClock = ReturnType<typeof createManualClock>;

/** A clock that stands still until `advance`; timers that fall due run in order, each with the time it was set for. */
export function createManualClock(start = Date.UTC(2026, 10, 20, 9)) {
  let time = start;
  const timers = new Set<{ at: number; run: () => void }>();

  const after: After = (ms, run) => {
    const timer = { at: time + ms, run };
    timers.add(timer);
    return () => timers.delete(timer);
  };

  const nextUntil = (end: number) =>
    [...timers].filter((timer) => timer.at <= end).sort((one, other) => one.at - other.at)[0];

  return {
    now: () => time,
    after,
    pending: () => timers.size,
    async advance(ms: number): Promise<void> {
      const end = time + ms;
      await settle();
      for (let timer = nextUntil(end); timer !== undefined; timer = nextUntil(end)) {
        timers.delete(timer);
        time = timer.at;
        timer.run();
        await settle();
      }
      time = end;
    },
  };
}

/** Lets everything that waits for no timer come to its end: bodies of requests need a few turns of the event loop. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
