import { describe, expect, it } from "vitest";
import { parseCron } from "@/lib/local/queue/cron.ts";
import { parseDelayExpression } from "@/lib/local/queue/delay-expression.ts";
import { durationMs } from "@/lib/local/queue/duration.ts";
import { retryDelayMs } from "@/lib/local/queue/retry-delay.ts";

describe("parseDelayExpression", () => {
  it.each([
    ["1000", 1000],
    ["2 + 3 * 4 - 10 / 5", 12],
    ["10 - 4 - 3", 3],
    ["100 / 10 / 5", 2],
    ["-(2 + retried) * -1", 5],
    ["pow(2, retried) * 1000", 8000],
    ["max(1, min(9, retried, 5), 2)", 3],
    ["floor(2.9) + ceil(2.1) + round(2.5) + abs(-1) + sqrt(16) + exp(0)", 14],
  ])("retried 3 → %s → %d", (text, value) => {
    expect(parseDelayExpression(text)(3)).toBe(value);
  });

  it.each([
    "",
    "1 +",
    "(1",
    "1 2",
    "retries",
    "pow(2)",
    "sqrt(1, 2)",
    "constructor(1)",
    "1; 2",
    "a.b",
    "1".repeat(300),
  ])("not an expression: %s → SyntaxError", (text) => {
    expect(() => parseDelayExpression(text)).toThrow(SyntaxError);
  });
});

describe("durationMs", () => {
  it.each([
    ["30", 30_000],
    ["1.5", 1500],
    ["10s", 10_000],
    ["6m5s", 365_000],
    ["1d2h", 93_600_000],
    ["250ms", 250],
  ])("%s → %d", (text, value) => {
    expect(durationMs(text)).toBe(value);
  });

  it.each(["", "s", "-1", "5x", "1s ago", "1 s"])("not a duration: %s → null", (text) => {
    expect(durationMs(text)).toBeNull();
  });
});

describe("retryDelayMs", () => {
  const now = Date.UTC(2026, 0, 1);
  const asked = (headers: Record<string, string>) => retryDelayMs(new Headers(headers), "5000", 0, now);

  it("Retry-After, then the rate-limit headers, then the expression", () => {
    expect(asked({ "retry-after": "3", "x-ratelimit-reset": "9" })).toBe(3000);
    expect(asked({ "x-ratelimit-reset-tokens": "6m5s" })).toBe(365_000);
    expect(asked({ "retry-after": new Date(now + 60_000).toUTCString() })).toBe(60_000);
    expect(asked({ "retry-after": new Date(now - 60_000).toUTCString() })).toBe(0);
    expect(asked({ "retry-after": "soon" })).toBe(5000);
    expect(asked({ "retry-after": "86401", "x-ratelimit-reset": "9" })).toBe(9000);
    expect(asked({})).toBe(5000);
  });

  it("neither → QStash's formula, a day at most", () => {
    const seconds = [0, 1, 2, 3, 4, 5].map((retried) => Math.round(retryDelayMs(null, null, retried, now) / 1000));
    expect(seconds).toEqual([12, 148, 1808, 22_026, 86_400, 86_400]);
  });

  it("expression negative, infinite or undefined → 0, a day, the formula", () => {
    expect(retryDelayMs(null, "0 - 5", 0, now)).toBe(0);
    expect(retryDelayMs(null, "1 / 0", 0, now)).toBe(86_400_000);
    expect(retryDelayMs(null, "0 / 0", 0, now)).toBeCloseTo(12_182, 0);
  });
});

describe("parseCron", () => {
  const next = (cron: string, from: string) => {
    const at = parseCron(cron).nextAfter(Date.parse(from));
    return at === null ? null : new Date(at).toISOString().slice(0, 16);
  };

  it.each([
    ["* * * * *", "2026-01-31T23:59:30Z", "2026-02-01T00:00"],
    ["*/5 * * * *", "2026-01-01T00:05:00Z", "2026-01-01T00:10"],
    ["0,30 9-17 * * 1-5", "2026-01-02T17:30:00Z", "2026-01-05T09:00"],
    ["10-40/15 3 * * *", "2026-01-01T03:25:00Z", "2026-01-01T03:40"],
    ["5/20 * * * *", "2026-01-01T00:26:00Z", "2026-01-01T00:45"],
    ["0 0 29 2 *", "2026-03-01T00:00:00Z", "2028-02-29T00:00"],
    ["0 0 * * 7", "2026-01-01T00:00:00Z", "2026-01-04T00:00"],
    ["0 0 13 * 5", "2026-01-01T00:00:00Z", "2026-01-02T00:00"],
    ["0 0 31 2 *", "2026-01-01T00:00:00Z", null],
  ])("%s after %s → %s", (cron, from, expected) => {
    expect(next(cron, from)).toBe(expected);
  });

  it.each([
    "",
    "* * * *",
    "* * * * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * * 13 *",
    "5-1 * * * *",
    "a * * * *",
  ])("not a cron: %s → SyntaxError", (cron) => {
    expect(() => parseCron(cron)).toThrow(SyntaxError);
  });
});
