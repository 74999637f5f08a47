import { describe, expect, it } from "vitest";
import { nextStep } from "@/lib/core/delivery.ts";
import { PAUSED_AFTER_MS } from "@/lib/core/endpoint-state.ts";
import type { Answer } from "@/lib/destinations/callback/client.ts";
import { outcomeOfFailure, verdictOf, WAITS_MS } from "@/lib/destinations/callback/verdict.ts";
import { aClaim, NOW } from "../support/builders.ts";

const answer = (status: number | null, retryAfterMs: number | null = null): Answer => ({
  status,
  silence: status === null ? "refused" : null,
  retryAfterMs,
  message: `answered ${status}`,
});
const outcome = (given: Answer, attempt = 1, random = 0) => outcomeOfFailure(given, attempt, { now: NOW, random });

describe("the verdict", () => {
  it.each([
    [200, "accepted"],
    [202, "accepted"],
    [204, "accepted"],
    [410, "gone"],
    [301, "failed"],
    [304, "failed"],
    [400, "failed"],
    [404, "failed"],
    [429, "failed"],
    [500, "failed"],
    [503, "failed"],
    [100, "failed"],
    [null, "failed"],
  ] as const)("%s → %s", (status, verdict) => expect(verdictOf(answer(status))).toBe(verdict));
});

describe("a failure", () => {
  it.each([400, 401, 404, 302, 500, 502, 503, null])(
    "%s → tried again by the schedule, the others not held",
    (status) => {
      expect(outcome(answer(status))).toMatchObject({ kind: "retryAt", at: NOW + 5_000, hold: false });
    },
  );

  it("429, or 503 that names a time → the whole endpoint waits as long as it asks", () => {
    expect(outcome(answer(429, 90_000))).toMatchObject({ kind: "retryAt", at: NOW + 90_000, hold: true });
    expect(outcome(answer(503, 90_000))).toMatchObject({ kind: "retryAt", at: NOW + 90_000, hold: true });
    expect(outcome(answer(429))).toMatchObject({ kind: "retryAt", at: null, hold: true });
  });

  it("another status that names a time → can lengthen the wait, not shorten it", () => {
    expect(outcome(answer(500, 90_000))).toMatchObject({ at: NOW + 90_000 });
    expect(outcome(answer(500, 1_000))).toMatchObject({ at: NOW + 5_000 });
  });

  it.each([
    ["timeout", 45_000],
    ["broken", 5_000],
  ] as const)("no answer (%s) → by the same schedule, and nothing newer may overtake it for %d ms", (silence, ms) => {
    const given = { ...answer(null), silence };
    expect(outcome(given)).toMatchObject({ kind: "unclear", at: NOW + 5_000, landsUntil: NOW + ms });
  });

  it("the last of the schedule's attempts → rejected, with the number and what was said", () => {
    const last = WAITS_MS.length + 1;
    expect(outcome(answer(500), last)).toEqual({
      kind: "rejected",
      message: `given up after ${last} attempts: answered 500`,
      mayBeThere: true,
    });
    expect(outcome(answer(500), last - 1)).toMatchObject({ kind: "retryAt" });
    expect(outcome({ ...answer(null), silence: "timeout" }, last)).toMatchObject({
      kind: "rejected",
      landsUntil: NOW + 45_000,
    });
  });
});

describe("the schedule", () => {
  it("all its waits → grow, and last longer than the time after which an endpoint is paused", () => {
    expect([...WAITS_MS].sort((one, other) => one - other)).toEqual(WAITS_MS);
    expect(WAITS_MS.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(PAUSED_AFTER_MS);
    expect(WAITS_MS[0]).toBe(5_000);
  });

  it("jitter → never earlier, at most a fifth later", () => {
    for (const [n, wait] of WAITS_MS.entries()) {
      expect(outcome(answer(500), n + 1, 0)).toMatchObject({ at: NOW + wait });
      expect(outcome(answer(500), n + 1, 0.999)).toMatchObject({ at: NOW + Math.round(wait * (1 + 0.2 * 0.999)) });
    }
  });

  it("the outbox's own backoff, at its longest → never changes when a body is due: its events stay together", () => {
    for (const [n] of WAITS_MS.entries()) {
      const claimed = aClaim({ attempt: n + 1 });
      const given = outcome(answer(500), n + 1);
      const { step } = nextStep(claimed, given, { now: NOW, ms: 1, random: 0.999 });
      expect(step).toMatchObject({ to: "due", dueAt: NOW + (WAITS_MS[n] ?? 0) });
    }
  });
});
