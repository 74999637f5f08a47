import { describe, expect, it } from "vitest";
import { type EndpointState, PAUSED_AFTER_MS, stateAfter, statusOf, UNTROUBLED } from "@/lib/core/endpoint-state.ts";
import { NOW } from "../support/builders.ts";

const HOUR = 3_600_000;
/** Fails every so often, from NOW for so long. */
function failing(everyMs: number, forMs: number, from = UNTROUBLED): EndpointState {
  let state = from;
  for (let at = NOW; at <= NOW + forMs; at += everyMs) state = stateAfter(state, "failed", at);
  return state;
}

describe("an endpoint", () => {
  it("nothing known → active; accepted → the very same state, so that nothing is stored", () => {
    expect(statusOf(UNTROUBLED)).toBe("active");
    expect(stateAfter(UNTROUBLED, "accepted", NOW)).toBe(UNTROUBLED);
  });

  it("one failure → failing since then; a later one → still since the first", () => {
    const first = stateAfter(UNTROUBLED, "failed", NOW);
    expect(statusOf(first)).toBe("failing");
    expect(stateAfter(first, "failed", NOW + HOUR)).toMatchObject({ firstFailureAt: NOW, lastFailureAt: NOW + HOUR });
  });

  it("five days of nothing but failures → paused; a moment less → failing", () => {
    expect(statusOf(failing(12 * HOUR, PAUSED_AFTER_MS))).toBe("paused");
    expect(statusOf(failing(12 * HOUR, PAUSED_AFTER_MS - 1))).toBe("failing");
  });

  it("one success within the five days → active, and the five days begin anew", () => {
    const mended = stateAfter(failing(12 * HOUR, PAUSED_AFTER_MS - HOUR), "accepted", NOW + PAUSED_AFTER_MS);
    expect(mended).toEqual({ ...UNTROUBLED, lastSuccessAt: NOW + PAUSED_AFTER_MS });
    expect(statusOf(stateAfter(mended, "failed", NOW + PAUSED_AFTER_MS + HOUR))).toBe("failing");
  });

  it("a failure long after the last one, nothing sent between → a new trouble, not one of months", () => {
    const old = stateAfter(UNTROUBLED, "failed", NOW);
    const anew = stateAfter(old, "failed", NOW + 60 * 24 * HOUR);
    expect(statusOf(anew)).toBe("failing");
    expect(anew.firstFailureAt).toBe(NOW + 60 * 24 * HOUR);
  });

  it("gone → disabled at once, and not ended by a failure", () => {
    const gone = stateAfter(UNTROUBLED, "gone", NOW);
    expect(statusOf(gone)).toBe("disabled");
    expect(stateAfter(gone, "failed", NOW + 1)).toMatchObject({ disabledAt: NOW });
    expect(statusOf(stateAfter(gone, "failed", NOW + 1))).toBe("disabled");
  });
});
