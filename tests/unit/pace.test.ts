import { describe, expect, it } from "vitest";
import { createPace, type Pace } from "@/lib/relay/pace.ts";

const NOW = 1000;
/** Begins as many as it may. */
const fill = (pace: Pace, now = NOW): number => {
  let begun = 0;
  for (; pace.isOpen(now); begun += 1) pace.began();
  return begun;
};
const finish = (pace: Pace, count: number) => {
  for (let n = 0; n < count; n += 1) {
    pace.ended();
    pace.succeeded();
  }
};

describe("pace", () => {
  it("new → one, then doubling with each round of successes, up to the widest", () => {
    const pace = createPace(6);
    const rounds = [1, 2, 3, 4].map(() => {
      const begun = fill(pace);
      finish(pace, begun);
      return begun;
    });
    expect(rounds).toEqual([1, 2, 4, 6]);
  });

  it("held → tells until when and why, to whoever has to tell Redis; over → nothing", () => {
    const pace = createPace(6);
    expect(pace.held(NOW)).toBeNull();
    pace.hold(NOW + 500, "unauthorized");
    pace.hold(NOW + 100);
    expect(pace.held(NOW + 499)).toEqual({ until: NOW + 500, reason: "unauthorized" });
    expect(pace.held(NOW + 500)).toBeNull();
  });

  it("held for an endpoint that was given up on → Redis is not told again, and open as soon as Redis knows of none", () => {
    const pace = createPace(6);
    pace.hold(NOW + 500, "givenUp");
    expect([pace.isHeld(NOW), pace.held(NOW)]).toEqual([true, null]);
    pace.heard({ until: NOW + 500, reason: "givenUp" });
    expect(pace.isHeld(NOW)).toBe(true);
    pace.heard(null);
    expect([pace.isHeld(NOW), fill(pace)]).toEqual([false, 1]);
  });

  it("held for a limit, and Redis knows of none → stays held: Redis may have been told in vain", () => {
    const pace = createPace(6);
    pace.hold(NOW + 500);
    pace.heard(null);
    expect(pace.held(NOW)).toEqual({ until: NOW + 500, reason: "rateLimited" });
  });

  it("in flight for one run → not open for another: the width is for all", () => {
    const pace = createPace(6);
    fill(pace);
    expect(pace.isOpen(NOW)).toBe(false);
    pace.ended();
    expect(pace.isOpen(NOW)).toBe(true);
  });

  it("held → closed until the hold ends, then a single request", () => {
    const pace = createPace(6);
    for (const _ of [1, 2, 3]) finish(pace, fill(pace));
    pace.hold(NOW + 500);
    expect([pace.isHeld(NOW), fill(pace, NOW + 499), fill(pace, NOW + 500)]).toEqual([true, 0, 1]);
  });

  it("held + successes of requests that were under way → still a single request after the hold", () => {
    const pace = createPace(16);
    for (const _ of [1, 2, 3]) finish(pace, fill(pace));
    const begun = fill(pace);
    expect(begun).toBe(8);
    pace.hold(NOW + 500);
    finish(pace, begun);
    expect(fill(pace, NOW + 500)).toBe(1);
  });

  it("held + a shorter hold → the longer one counts", () => {
    const pace = createPace(6);
    pace.hold(NOW + 500);
    pace.hold(NOW + 100);
    expect(pace.isHeld(NOW + 499)).toBe(true);
    expect(pace.isHeld(NOW + 500)).toBe(false);
  });

  it("refused soon after each hold → stays at one request for several successes", () => {
    const pace = createPace(16);
    for (const _ of [1, 2, 3]) {
      pace.hold(NOW);
      expect(fill(pace)).toBe(1);
      finish(pace, 1);
    }
    expect(fill(pace)).toBe(1);
  });
});
