/** A page's scores on a machine that may be slow just now: what is blamed on the machine, and what on the page. */
import { describe, expect, it } from "vitest";
import { FLOOR_LEAST, judge, LEAST, LOOKS_MAX, PHONE_SLOWDOWN } from "../lighthouse/judge.ts";
import type { Look } from "../lighthouse/lighthouse.ts";

const look = (performance: number, accessibility = 100): Look => ({
  scores: { performance, accessibility, "best-practices": 100 },
  takenAway: [],
});
/** Scores by slowdown and by which look at it this is; the last one stays. */
function scores(by: Record<number, Look[]>) {
  const asked: number[] = [];
  const at = async (slowdown: number) => {
    asked.push(slowdown);
    const looks = by[slowdown] ?? [];
    const nth = asked.filter((one) => one === slowdown).length - 1;
    const seen = looks[Math.min(nth, looks.length - 1)];
    if (seen === undefined) throw new Error(`nobody expects a look at ${slowdown}`);
    return seen;
  };
  return Object.assign(at, { asked });
}
const poor = look(LEAST - 1);
const good = look(LEAST);
const goodFloor = look(FLOOR_LEAST);
const poorFloor = look(FLOOR_LEAST - 1);

describe("a page's verdict", () => {
  it("good at the first look → good, and the floor is not asked", async () => {
    const floor = scores({});
    expect(await judge(scores({ 4: [good] }), floor, PHONE_SLOWDOWN)).toMatchObject({
      ...{ kind: "good", best: good, looks: 1, slowdown: 4 },
    });
    expect(floor.asked).toEqual([]);
  });

  it("poor twice, then good, on a good floor → good by its best, on the same phone", async () => {
    const verdict = await judge(scores({ 4: [poor, poor, good] }), scores({ 4: [goodFloor] }), PHONE_SLOWDOWN);
    expect(verdict).toMatchObject({ kind: "good", looks: 3, slowdown: 4 });
  });

  it("poor each time on a good floor → poor, after three looks and no easier phone", async () => {
    const page = scores({ 4: [poor, look(60), poor] });
    const floor = scores({ 4: [goodFloor] });
    expect(await judge(page, floor, PHONE_SLOWDOWN)).toMatchObject({ kind: "poor", best: poor, looks: LOOKS_MAX });
    expect(page.asked).toEqual([4, 4, 4]);
    expect(floor.asked).toEqual([4, 4]);
  });

  it("floor poor as well → judged on the first phone on which the floor is good", async () => {
    const page = scores({ 4: [look(80)], 3: [look(88)], 2: [look(96)] });
    const floor = scores({ 4: [poorFloor], 3: [poorFloor], 2: [goodFloor] });
    expect(await judge(page, floor, PHONE_SLOWDOWN)).toMatchObject({ kind: "good", best: look(96), slowdown: 2 });
  });

  it("floor poor there, good on an easier phone, page poor on both → poor, by what it scored on the easier one", async () => {
    const page = scores({ 4: [look(94)], 3: [look(90)] });
    const floor = scores({ 4: [poorFloor], 3: [goodFloor] });
    const verdict = await judge(page, floor, PHONE_SLOWDOWN);
    expect(verdict).toMatchObject({ kind: "poor", best: look(90), looks: LOOKS_MAX, slowdown: 3 });
  });

  it("floor good at first, poor after the looks that decide → judged on an easier phone", async () => {
    const page = scores({ 4: [poor], 3: [good] });
    const floor = scores({ 4: [goodFloor, poorFloor], 3: [goodFloor] });
    expect(await judge(page, floor, PHONE_SLOWDOWN)).toMatchObject({ kind: "good", looks: 1, slowdown: 3 });
    expect(page.asked).toEqual([4, 4, 4, 3]);
  });

  it("floor poor on the machine itself → not judged", async () => {
    expect(await judge(scores({ 1: [poor] }), scores({ 1: [poorFloor] }), 1)).toMatchObject({ kind: "notJudged" });
  });

  it("floor poor once, good the second time → the page is what is poor", async () => {
    const floor = scores({ 4: [poorFloor, goodFloor] });
    expect(await judge(scores({ 4: [poor] }), floor, PHONE_SLOWDOWN)).toMatchObject({ kind: "poor", slowdown: 4 });
  });

  it("accessibility poor, whatever the machine → poor, and never excused", async () => {
    const floor = scores({});
    const unfit = { 4: [look(50, 90)] };
    expect(await judge(scores(unfit), floor, PHONE_SLOWDOWN)).toMatchObject({ kind: "poor", looks: LOOKS_MAX });
    expect(floor.asked).toEqual([]);
  });
});
