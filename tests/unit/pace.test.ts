import { describe, expect, it } from "vitest";
import { createPace } from "@/lib/relay/pace.ts";
import { NOW } from "../support/builders.ts";

const succeed = (pace: ReturnType<typeof createPace>, times: number) => {
  for (let n = 0; n < times; n += 1) pace.succeeded();
};

describe("pace", () => {
  it("new → as wide as allowed; successes do not widen it further", () => {
    const pace = createPace(4);
    expect(pace.width(NOW)).toBe(4);
    succeed(pace, 10);
    expect(pace.width(NOW)).toBe(4);
  });

  it("held → 0 until the hold ends, then a single request", () => {
    const pace = createPace(16);
    pace.hold(NOW + 2000);
    expect(pace.width(NOW)).toBe(0);
    expect(pace.width(NOW + 1999)).toBe(0);
    expect(pace.width(NOW + 2000)).toBe(1);
    expect(pace.width(NOW + 60_000)).toBe(1);
  });

  it("after a hold + successes → wider by one each, up to the widest", () => {
    const pace = createPace(3);
    pace.hold(NOW + 1);
    const widths = [0, 1, 2, 3].map(() => {
      const width = pace.width(NOW + 1);
      pace.succeeded();
      return width;
    });
    expect(widths).toEqual([1, 2, 3, 3]);
  });

  it("held + successes of requests that were under way → still a single request after the hold", () => {
    const pace = createPace(16);
    pace.hold(NOW + 2000);
    succeed(pace, 15);
    expect(pace.width(NOW + 2000)).toBe(1);
  });

  it("held + a shorter hold → the longer one counts; held again after widening → narrow again", () => {
    const pace = createPace(8);
    pace.hold(NOW + 5000);
    pace.hold(NOW + 1000);
    expect(pace.width(NOW + 4999)).toBe(0);
    expect(pace.width(NOW + 5000)).toBe(1);
    succeed(pace, 5);
    pace.hold(NOW + 6000);
    expect(pace.width(NOW + 5999)).toBe(0);
    expect(pace.width(NOW + 6000)).toBe(1);
  });
});
