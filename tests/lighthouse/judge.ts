/** Whether a page is as good as it has to be, on a machine that may be slow just now. */
import type { CATEGORIES, Look } from "./lighthouse.ts";

export const LEAST = 95;
/** What else the machine does takes from a score and never adds to it: a poor page is looked at again, and its best counts. */
export const LOOKS_MAX = 3;
/** A page with next to nothing of its own: what it lacks, the machine takes away. */
export const FLOOR_LEAST = 98;
const FLOOR_LOOKS = 2;
/** How many times slower than a desktop that has nothing else to do Lighthouse's phone is. */
export const PHONE_SLOWDOWN = 4;

export interface Verdict {
  /** `notJudged`: even the floor is poor on the machine as it is, not slowed down at all. */
  kind: "good" | "poor" | "notJudged";
  best: Look;
  looks: number;
  /** Of the phone that it was judged on: how many times slower than this machine. */
  slowdown: number;
}

type LookAt = (slowdown: number) => Promise<Look>;

/**
 * A machine half as fast, slowed down as a fast one, is half the phone. So a page that is poor is judged on the phone on
 * which the floor is good, never on a slower one than the first. Lighthouse's own measure of the machine does not serve:
 * it calls one fast whose pages all take twice as long.
 */
export async function judge(page: LookAt, floor: LookAt, first: number): Promise<Verdict> {
  let slowdown = first;
  let best = await page(slowdown);
  for (let looks = 1; ; looks++) {
    if (isGood(best)) return { kind: "good", best, looks, slowdown };
    // Before the looks that decide and after them: the machine may have become slow in between.
    const isAsked = isGood(best, ["performance"]) && (looks === 1 || looks === LOOKS_MAX);
    if (isAsked && !(await isGoodFloor(floor, slowdown))) {
      if (slowdown === 1) return { kind: "notJudged", best, looks, slowdown };
      slowdown -= 1;
      looks = 0;
    } else if (looks === LOOKS_MAX) return { kind: "poor", best, looks, slowdown };
    const seen = await page(slowdown);
    best = looks === 0 ? seen : betterOf(best, seen);
  }
}

async function isGoodFloor(floor: LookAt, slowdown: number): Promise<boolean> {
  for (let n = 0; n < FLOOR_LOOKS; n++) if ((await floor(slowdown)).scores.performance >= FLOOR_LEAST) return true;
  return false;
}

function isGood({ scores }: Look, but: readonly (typeof CATEGORIES)[number][] = []): boolean {
  return Object.entries(scores).every(([category, score]) => score >= LEAST || but.some((one) => one === category));
}

function betterOf(a: Look, b: Look): Look {
  return a.scores.performance >= b.scores.performance ? a : b;
}
