import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Usage, usageOf, usageRule } from "@/lib/destinations/page/usage.ts";

const MINUTE = 60_000;
const headers = (app: unknown, page?: unknown, business?: unknown) => {
  const all = { "X-App-Usage": app, "X-Page-Usage": page, "X-Business-Use-Case-Usage": business };
  const set = Object.entries(all).filter(([, value]) => value !== undefined);
  return new Headers(set.map(([name, value]): [string, string] => [name, JSON.stringify(value)]));
};
const pages = (changes: object) => ({ type: "pages", call_count: 1, total_cputime: 1, total_time: 1, ...changes });

describe("usage headers", () => {
  it("none, or none readable → null", () => {
    expect(usageOf(new Headers())).toBeNull();
    expect(usageOf(new Headers({ "x-app-usage": "{", "x-business-use-case-usage": "[]" }))).toBeNull();
    expect(usageOf(headers("full", [1], { "1049": "pages" }))).toBeNull();
  });

  it("app and Page usage → the fullest share of all", () => {
    expect(usageOf(headers({ call_count: 28, total_time: 25, total_cputime: 25 }))).toEqual({
      percent: 28,
      regainMs: null,
    });
    expect(usageOf(headers({ call_count: 28 }, { call_count: 8, total_cputime: 56, total_time: 60 }))?.percent).toBe(
      60,
    );
    expect(usageOf(headers({ call_count: "85", total_time: null }))?.percent).toBe(85);
  });

  it("estimate of a business → minutes, the longest, not above a day", () => {
    const of = (...minutes: unknown[]) =>
      usageOf(
        headers(undefined, undefined, {
          "1049": minutes.map((one) => pages({ call_count: 97, estimated_time_to_regain_access: one })),
        }),
      );
    expect(of(19)).toEqual({ percent: 97, regainMs: 19 * MINUTE });
    expect(of(3, 19, 0)?.regainMs).toBe(19 * MINUTE);
    expect(of(0)?.regainMs).toBeNull();
    expect(of("soon")?.regainMs).toBeNull();
    expect(of(1e9)?.regainMs).toBe(24 * 60 * MINUTE);
  });

  it("several businesses and products → only pages count, an unreadable entry spoils no other", () => {
    const usage = usageOf(
      headers(undefined, undefined, {
        "1": [pages({ call_count: 40 }), null, "odd"],
        "2": [{ type: "ads_insights", call_count: 100, estimated_time_to_regain_access: 600 }],
        "3": [pages({ total_time: 71 })],
      }),
    );
    expect(usage).toEqual({ percent: 71, regainMs: null });
  });

  it("any text in any of the headers → never throws, a percentage that is a number", () => {
    const text = fc.oneof(
      fc.json(),
      fc.string({ unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)) }),
    );
    fc.assert(
      fc.property(text, text, text, (app, page, business) => {
        const set = { "x-app-usage": app, "x-page-usage": page, "x-business-use-case-usage": business };
        const clean = Object.entries(set).map(([name, value]): [string, string] => [
          name,
          value.replace(/[^\x20-\x7e]/g, ""),
        ]);
        const usage = usageOf(new Headers(clean));
        if (usage !== null) expect(usage.percent).toBeGreaterThanOrEqual(0);
        expect(["full", "slow", "stop"]).toContain(usageRule(usage).pace);
      }),
    );
  });
});

describe("rule", () => {
  const at = (percent: number, regainMs: number | null = null): Usage => ({ percent, regainMs });

  it.each([
    [0, "full"],
    [74.9, "full"],
    [75, "slow"],
    [94.9, "slow"],
    [95, "stop"],
    [100, "stop"],
  ])("%f %% used → %s", (percent, pace) => {
    expect(usageRule(at(percent)).pace).toBe(pace);
  });

  it("nothing known → full", () => {
    expect(usageRule(null)).toEqual({ pace: "full" });
  });

  it("stopped → for a quarter of an hour, longer when the estimate says so; an estimate stops at any percentage", () => {
    expect(usageRule(at(95))).toEqual({ pace: "stop", holdMs: 15 * MINUTE });
    expect(usageRule(at(99, 19 * MINUTE))).toEqual({ pace: "stop", holdMs: 19 * MINUTE });
    expect(usageRule(at(99, MINUTE))).toEqual({ pace: "stop", holdMs: 15 * MINUTE });
    expect(usageRule(at(10, 19 * MINUTE))).toEqual({ pace: "stop", holdMs: 19 * MINUTE });
  });
});
