/** The checks for pages that stay open: one run for all who look, each line as soon as it is known. */
import { describe, expect, it } from "vitest";
import { startChecks, type Verdict } from "@/lib/setup/check.ts";
import { createCheckup } from "@/lib/setup/checkup.ts";
import { NOW } from "../support/builders.ts";

/** Two checks, the second of which answers when a test says so; `waited` is over when a test lets it be. */
function checkup(verdict: Verdict = "ok") {
  let now = NOW;
  let runs = 0;
  let answer: () => void = () => undefined;
  let isSlow = false;
  const slow = () =>
    new Promise<void>((resolve) => {
      answer = resolve;
      if (!isSlow) resolve();
    });
  const start = () => {
    runs += 1;
    return startChecks([
      { id: "quick", title: "Quick", look: async () => ({ verdict, found: "Seen." }) },
      { id: "slow", title: "Slow", look: () => slow().then(() => ({ verdict: "ok", found: "Seen too." })) },
    ]);
  };
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
    // Whoever waits gives everything that is ready its turn.
    await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    ...createCheckup(start, { now: () => now, sleep }),
    runs: () => runs,
    waits,
    pass: (ms: number) => {
      now += ms;
    },
    slow: (is: boolean) => {
      isSlow = is;
    },
    answer: () => answer(),
  };
}

const verdicts = async (looked: Promise<readonly { verdict: Verdict }[]>) => (await looked).map((one) => one.verdict);

describe("a page is asked for", () => {
  it("every answer there in time → all of them, without the whole wait", async () => {
    expect(await verdicts(checkup().look(0))).toEqual(["ok", "ok"]);
  });

  it("one answer late → the others, and that it is awaited; once there, it is shown without another run", async () => {
    const one = checkup();
    one.slow(true);
    expect(await verdicts(one.look(0))).toEqual(["ok", "running"]);
    expect(one.waits).toEqual([2_000]);
    one.pass(20_000);
    expect(await verdicts(one.watch())).toEqual(["ok", "running"]);
    one.answer();
    expect(await verdicts(one.watch())).toEqual(["ok", "ok"]);
    expect(one.runs()).toBe(1);
  });

  it("asked again in the same moment → one run; a while later → another", async () => {
    const one = checkup();
    await Promise.all([one.look(0), one.look(0)]);
    one.pass(3_000);
    await one.look(0);
    expect(one.runs()).toBe(1);
    one.pass(1);
    await one.look(0);
    expect(one.runs()).toBe(2);
  });

  it("something happened since the last run → nothing of that run is shown", async () => {
    const one = checkup();
    await one.look(0);
    one.pass(10);
    await one.look(NOW + 10);
    expect(one.runs()).toBe(2);
    await one.look(NOW + 10);
    expect(one.runs()).toBe(2);
  });

  it("a run whose process slept through it → given up for a new one", async () => {
    const one = checkup();
    one.slow(true);
    await one.look(0);
    one.pass(60_001);
    one.slow(false);
    expect(await verdicts(one.watch())).toEqual(["ok", "ok"]);
  });
});

describe("a page stays open", () => {
  it.each<[Verdict, number]>([
    ["ok", 60_000],
    ["warn", 60_000],
    ["bad", 15_000],
    ["idle", 15_000],
  ])("worst line %s → asked again after %i ms, not before", async (verdict, afterMs) => {
    const one = checkup(verdict);
    await one.watch();
    one.pass(afterMs);
    await one.watch();
    expect(one.runs()).toBe(1);
    one.pass(1);
    await one.watch();
    expect(one.runs()).toBe(2);
  });

  it("what was shown → stays as it was shown, whatever comes later", async () => {
    const one = checkup();
    one.slow(true);
    const shown = await one.look(0);
    one.answer();
    await one.watch();
    expect(shown.map(({ verdict }) => verdict)).toEqual(["ok", "running"]);
  });

  it("asked again, one answer late → what was known of it stands there until then", async () => {
    const one = checkup("bad");
    await one.watch();
    one.slow(true);
    one.pass(20_000);
    expect(await verdicts(one.watch())).toEqual(["bad", "ok"]);
    expect(await verdicts(one.look(0))).toEqual(["bad", "ok"]);
    expect(one.runs()).toBe(2);
    one.pass(1);
    expect(await verdicts(one.look(NOW + 20_001))).toEqual(["bad", "running"]);
  });
});
