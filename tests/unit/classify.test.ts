import { describe, expect, it } from "vitest";
import { classify } from "@/lib/destinations/records/classify.ts";
import { NOW } from "../support/builders.ts";

const outcomeOf = (request: "search" | "write", status: number | null, retryAfterMs: number | null = null) =>
  classify({ status, retryAfterMs, message: "as told" }, request, NOW);

describe("a refused or unanswered request", () => {
  it.each([401, 403])("%i to either request → unauthorized", (status) => {
    for (const request of ["search", "write"] as const) {
      expect(outcomeOf(request, status)).toEqual({ kind: "unauthorized", message: "as told" });
    }
  });

  it("429 to either request → retryAt behind a hold, at the time named", () => {
    for (const request of ["search", "write"] as const) {
      const expected = { kind: "retryAt", cause: "rateLimited", hold: true, message: "as told" };
      expect(outcomeOf(request, 429)).toEqual({ ...expected, at: null });
      expect(outcomeOf(request, 429, 2000)).toEqual({ ...expected, at: NOW + 2000 });
    }
  });

  it.each([408, 425, 500, 502, 503, 504, 599])("%i → a search is tried later, a write is unclear", (status) => {
    expect(outcomeOf("search", status)).toMatchObject({ kind: "retryAt", at: null, cause: "unavailable", hold: false });
    expect(outcomeOf("write", status)).toEqual({ kind: "unclear", at: null, message: "as told" });
  });

  it("no answer → a search is tried later, a write is unclear", () => {
    expect(outcomeOf("search", null)).toMatchObject({ kind: "retryAt", at: null, cause: "network", hold: false });
    expect(outcomeOf("write", null)).toMatchObject({ kind: "unclear", at: null });
  });

  it("503 that names a time → that time, for both", () => {
    expect(outcomeOf("search", 503, 9000)).toMatchObject({ kind: "retryAt", at: NOW + 9000 });
    expect(outcomeOf("write", 503, 9000)).toMatchObject({ kind: "unclear", at: NOW + 9000 });
  });

  it.each([404, 409])("%i to a write → unclear: the record came or went, look again", (status) => {
    expect(outcomeOf("write", status).kind).toBe("unclear");
  });

  it.each([400, 402, 405, 409, 410, 413, 415, 422, 301, 304])("%i to a search → rejected", (status) => {
    expect(outcomeOf("search", status)).toEqual({ kind: "rejected", message: "as told" });
  });

  it.each([400, 402, 405, 410, 413, 415, 422, 301])("%i to a write → rejected", (status) => {
    expect(outcomeOf("write", status)).toEqual({ kind: "rejected", message: "as told" });
  });
});
