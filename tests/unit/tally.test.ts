/** The numbers of a day, and what a month costs, from what is stored. */
import { describe, expect, it } from "vitest";
import { costOf, dollars, isElsewhere, monthOf, PRICES } from "@/lib/core/cost.ts";
import { BUCKETS, bucketOf, endedWell, HOUR_MS, lastDay, within } from "@/lib/core/tally.ts";
import prices from "../bench/prices.json" with { type: "json" };

const NOW = Date.UTC(2026, 10, 25, 13, 30);
const HOUR = Math.floor(NOW / HOUR_MS);
const line = (hour: number, failed: number, took: Record<number, number>) =>
  [hour, failed, ...Array.from({ length: BUCKETS }, (_, n) => took[n] ?? 0)].join(" ");

describe("the hours of a day", () => {
  it("lines in any order, two days old among them → the last 24, oldest first, empty ones with zeros", () => {
    const day = lastDay([line(HOUR, 1, { 0: 2 }), null, line(HOUR - 30, 9, {}), line(HOUR - 23, 0, { 3: 4 })], NOW);
    expect(day.map(({ hour }) => hour)).toEqual(Array.from({ length: 24 }, (_, n) => HOUR - 23 + n));
    expect(day.map(endedWell).filter((count) => count > 0)).toEqual([4, 2]);
    expect(day.map(({ failed }) => failed).filter((count) => count > 0)).toEqual([1]);
  });

  it.each(["", "x", "1 2", line(HOUR, -0.5, {}), `${line(HOUR, 1, {})} 7 8`])(
    "line %j that is none of ours → an hour of nothing",
    (bad) => {
      const last = lastDay([bad], NOW).at(-1);
      expect(last).toMatchObject({ hour: HOUR, failed: 0 });
    },
  );

  it("what was left, and a line of before it was told apart → its number, and none", () => {
    const day = lastDay([`${line(HOUR, 1, { 0: 2 })} 7`, line(HOUR - 1, 0, { 0: 3 })], NOW).slice(-2);
    expect(day.map((one) => [endedWell(one), one.left])).toEqual([
      [3, 0],
      [2, 7],
    ]);
  });

  it("times → the first bucket whose end they do not pass, a clock that went back in the first, the rest in the last", () => {
    expect([-5, 0, 16, 17, 32, 33].map(bucketOf)).toEqual([0, 0, 0, 1, 1, 2]);
    expect([16 * 2 ** 22, 16 * 2 ** 22 + 1, Number.MAX_SAFE_INTEGER].map(bucketOf)).toEqual([22, 23, 23]);
  });

  it("19 quick and one slow → half and 95 of 100 are quick, 96 are not; none → null; too slow to tell → infinity", () => {
    const hours = lastDay([line(HOUR, 0, { 1: 10 }), line(HOUR - 1, 5, { 1: 9, 10: 1 })], NOW);
    expect([within(hours, 0.5), within(hours, 0.95), within(hours, 0.96)]).toEqual([32, 32, 16 * 2 ** 10]);
    expect(within(lastDay([line(HOUR, 3, {})], NOW), 0.5)).toBeNull();
    expect(within(lastDay([line(HOUR, 0, { 23: 1 })], NOW), 0.5)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("what a month costs", () => {
  it("the prices → those of the table with its sources", () => {
    expect(PRICES.redisCommand).toBe(prices.prices.redisCommand.usd);
    expect(PRICES.qstashMessage).toBe(prices.prices.qstashMessage.usd);
  });

  it("a service of this machine → costs nothing", () => {
    const use = { commands: 1_000_000, messages: 100_000, files: 1 };
    expect(costOf(use, { redis: true, queue: true })).toBeCloseTo(3, 9);
    expect(costOf(use, { redis: false, queue: true })).toBeCloseTo(1, 9);
    expect(costOf(use, { redis: false, queue: false })).toBe(0);
    expect(["http://127.0.0.1:1", "http://localhost", "http://[::1]:8"].map(isElsewhere)).toEqual([
      false,
      false,
      false,
    ]);
    expect(["https://a.upstash.io", "http://10.0.0.1"].map(isElsewhere)).toEqual([true, true]);
  });

  it("December's last moment → that month, to the first of January; UTC", () => {
    const until = Date.UTC(2027, 0, 1);
    expect(monthOf(until - 1)).toEqual({ name: "2026-12", from: Date.UTC(2026, 11, 1), until });
    expect(monthOf(until).name).toBe("2027-01");
  });

  it("small sums → two digits that say something", () => {
    expect([0, 0.0000204, 0.00071, 0.42, 12.3].map(dollars)).toEqual([
      "$0.00",
      "$0.000020",
      "$0.00071",
      "$0.42",
      "$12.30",
    ]);
  });
});
