/**
 * One run of the checks for all who look: a page that stays open asks again and again, and the world is not to notice. A
 * build may hold this twice, for its pages and for what they ask; then each has its own run.
 */
import type { Check, Run } from "./check.ts";

/** A page shows what is known by then, and brings the rest along when it is there. */
const WAIT_MS = 2_000;
/** Who asks for the page asks for now: only what several ask in one moment is one run. */
const SAME_MOMENT_MS = 3_000;
/** Between two runs for pages that stay open: while something is wrong or still to come, and else. */
const MENDING_MS = 15_000;
const FINE_MS = 60_000;
/** Every check has its own time limit; a process that was put to sleep in between keeps none of them. */
const LOST_MS = 60_000;

export interface Checkup {
  /** What is so now. Nothing that was asked before `notBefore` (ms) is shown. */
  look(notBefore: number): Promise<readonly Check[]>;
  /** What is known, asked again where that is some time ago. */
  watch(): Promise<readonly Check[]>;
}

interface Shared extends Run {
  startedAt: number;
  endedAt: number | null;
  /** What was known when it began; stands there until it knows better. */
  before: { lines: readonly Check[]; startedAt: number } | null;
}

export function createCheckup(
  start: () => Run,
  { now, sleep }: { now: () => number; sleep: (ms: number) => Promise<void> },
): Checkup {
  let latest: Shared | null = null;

  function begin(): Shared {
    const before = latest === null ? null : { lines: [...latest.lines], startedAt: latest.startedAt };
    const run: Shared = { ...start(), startedAt: now(), endedAt: null, before };
    void run.done.then(() => {
      run.endedAt = now();
    });
    return run;
  }

  const isOlder = ({ startedAt, endedAt }: Shared, limitMs: number): boolean =>
    endedAt === null ? now() - startedAt > LOST_MS : now() - endedAt > limitMs;

  async function shown(run: Shared, notBefore: number): Promise<readonly Check[]> {
    latest = run;
    await Promise.race([run.done, sleep(WAIT_MS)]);
    const known = run.before !== null && run.before.startedAt >= notBefore ? run.before.lines : [];
    return run.lines.map((line) =>
      line.verdict === "running" ? (known.find((one) => one.id === line.id) ?? line) : line,
    );
  }

  return {
    async look(notBefore) {
      const isUsable = latest !== null && latest.startedAt >= notBefore && !isOlder(latest, SAME_MOMENT_MS);
      return shown(latest !== null && isUsable ? latest : begin(), notBefore);
    },
    async watch() {
      const isMending = latest?.lines.some(({ verdict }) => verdict === "bad" || verdict === "idle");
      const limitMs = isMending ? MENDING_MS : FINE_MS;
      return shown(latest === null || isOlder(latest, limitMs) ? begin() : latest, 0);
    },
  };
}
