import { describe, expect, it } from "vitest";
import { ATTEMPTS_MAX, backoffMs, RETRY_AFTER_MAX_MS, retryAfterMs } from "@/lib/core/retry.ts";
import { NOW } from "../support/builders.ts";

const MINUTE = 60_000;

describe("backoff", () => {
  it("any attempt, any chance → between 100 ms and 15 min, in whole milliseconds", () => {
    for (let attempt = 1; attempt <= 5000; attempt = attempt < 60 ? attempt + 1 : attempt * 3) {
      for (const random of [0, 0.001, 0.5, 0.999999]) {
        const wait = backoffMs(attempt, random);
        expect(wait, `${attempt} ${random}`).toBeGreaterThanOrEqual(100);
        expect(wait, `${attempt} ${random}`).toBeLessThanOrEqual(15 * MINUTE);
        expect(Number.isInteger(wait)).toBe(true);
      }
    }
  });

  it("same chance, later attempt → doubled until the cap", () => {
    const waits = [1, 2, 3, 4, 10, 11, 40].map((attempt) => backoffMs(attempt, 0.5));
    expect(waits).toEqual([500, 1000, 2000, 4000, 256_000, 7.5 * MINUTE, 7.5 * MINUTE]);
  });

  it("full jitter: the chance moves the wait over the whole range", () => {
    expect(backoffMs(8, 0)).toBe(100);
    expect(backoffMs(8, 0.25)).toBe(32_000);
    expect(backoffMs(8, 0.75)).toBe(96_000);
  });

  it("every attempt of the budget at its mean → tried for hours before it is dead", () => {
    let total = 0;
    for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt += 1) total += backoffMs(attempt, 0.5);
    expect(total).toBeGreaterThan(3 * 60 * MINUTE);
  });
});

describe("Retry-After", () => {
  const DATE = "Fri, 20 Nov 2026 09:02:00 GMT";
  it.each([
    ["0", 0],
    ["120", 120_000],
    [" 7 ", 7000],
    ["1.5", 1500],
    [DATE, 2 * MINUTE],
    ["Friday, 20-Nov-26 09:02:00 GMT", 2 * MINUTE],
    ["2026-11-20T09:02:00Z", 2 * MINUTE],
    ["Fri, 20 Nov 2026 08:00:00 GMT", 0],
  ])("%s → %i ms", (header, expected) => {
    expect(retryAfterMs(header, NOW)).toBe(expected);
  });

  it("more than a day, in either form → a day", () => {
    for (const header of ["86401", "99999999999999999999", "Sat, 20 Nov 2027 09:00:00 GMT"]) {
      expect(retryAfterMs(header, NOW), header).toBe(RETRY_AFTER_MAX_MS);
    }
  });

  it("absent or unreadable → null, so that our own backoff is used", () => {
    const unreadable = [
      "",
      " ",
      "soon",
      "-5",
      "+5",
      "5s",
      "1 2",
      "1e3",
      "0x10",
      "120, 120",
      "Infinity",
      "NaN",
      "Fri, 99 Nov 2026 09:02:00 GMT",
    ];
    for (const header of [null, ...unreadable]) expect(retryAfterMs(header, NOW), String(header)).toBeNull();
  });
});
