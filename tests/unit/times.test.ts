import { describe, expect, it } from "vitest";
import { counted, duration, exactTime, relativeTime } from "@/lib/core/times.ts";
import { NOW } from "../support/builders.ts";

describe("relativeTime", () => {
  it.each([
    [NOW, "now"],
    [NOW - 1_900, "now"],
    [NOW - 4_500, "5 s ago"],
    [NOW + 42_000, "in 42 s"],
    [NOW - 90_000, "2 min ago"],
    [NOW + 3 * 3_600_000, "in 3 h"],
    [NOW - 26 * 3_600_000, "1 day ago"],
    [NOW - 20 * 86_400_000, "2026-10-31"],
  ])("%s → %s", (at, words) => expect(relativeTime(at, NOW)).toBe(words));

  it("a moment → its exact time with the zone", () => expect(exactTime(NOW)).toBe("2026-11-20 09:00:00 UTC"));
});

describe("duration", () => {
  it.each([
    [0, "0 ms"],
    [340.4, "340 ms"],
    [1_000, "1 s"],
    [2_350, "2.4 s"],
    [59_000, "59 s"],
    [240_000, "4 min"],
    [2 * 86_400_000, "2 days"],
  ])("%s → %s", (ms, words) => expect(duration(ms)).toBe(words));
});

describe("counted", () => {
  it("one and many → their own words", () => {
    expect([counted(1, "file"), counted(1_234, "file"), counted(0, "try", "tries")]).toEqual([
      "1 file",
      "1,234 files",
      "0 tries",
    ]);
  });
});
