import { describe, expect, it } from "vitest";
import { classify, type Failure } from "@/lib/destinations/records/classify.ts";
import { NOW } from "../support/builders.ts";

const failure = (changes: Partial<Failure>): Failure => ({
  status: null,
  silence: null,
  retryAfterMs: null,
  message: "as told",
  ...changes,
});
const outcomeOf = (request: "search" | "write", status: number, retryAfterMs: number | null = null) =>
  classify(failure({ status, retryAfterMs }), request, NOW);
const silent = (request: "search" | "write", silence: Failure["silence"]) =>
  classify(failure({ silence }), request, NOW);

describe("a refused or unanswered request", () => {
  it("401 to either, 403 to a search → unauthorized", () => {
    expect(outcomeOf("search", 401)).toEqual({ kind: "unauthorized", message: "as told" });
    expect(outcomeOf("write", 401)).toEqual({ kind: "unauthorized", message: "as told" });
    expect(outcomeOf("search", 403)).toEqual({ kind: "unauthorized", message: "as told" });
  });

  it("403 to a write after a good search → rejected: one file must not stop all others", () => {
    expect(outcomeOf("write", 403).kind).toBe("rejected");
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
    expect(outcomeOf("write", status)).toEqual({ kind: "unclear", at: null, landsUntil: null, message: "as told" });
  });

  it("nobody listens → both tried later: nothing was sent", () => {
    for (const request of ["search", "write"] as const) {
      expect(silent(request, "refused")).toMatchObject({ kind: "retryAt", cause: "network", hold: false });
    }
  });

  it("broken connection or timeout → a search is tried later, a write may land for a while", () => {
    for (const [silence, ms] of [
      ["broken", 5_000],
      ["timeout", 45_000],
    ] as const) {
      expect(silent("search", silence)).toMatchObject({ kind: "retryAt", at: null, cause: "network" });
      expect(silent("write", silence)).toMatchObject({ kind: "unclear", at: NOW + ms, landsUntil: NOW + ms });
    }
  });

  it("503 that names a time → that time, for both", () => {
    expect(outcomeOf("search", 503, 9000)).toMatchObject({ kind: "retryAt", at: NOW + 9000 });
    expect(outcomeOf("write", 503, 9000)).toMatchObject({ kind: "unclear", at: NOW + 9000 });
  });

  it.each([404, 409])("%i to a write → unclear: the record came or went, look again", (status) => {
    expect(outcomeOf("write", status).kind).toBe("unclear");
  });

  it.each([301, 302, 307])("%i to either → later: a proxy or login page in the way is no verdict", (status) => {
    expect(outcomeOf("search", status)).toMatchObject({ kind: "retryAt", hold: false });
    expect(outcomeOf("write", status)).toMatchObject({ kind: "retryAt", hold: false });
  });

  it.each([400, 402, 405, 409, 410, 413, 415, 422])("%i to a search → later: the file is not at fault", (status) => {
    expect(outcomeOf("search", status)).toMatchObject({ kind: "retryAt", hold: false });
  });

  it.each([400, 402, 405, 410, 413, 415, 422])("%i to a write → rejected", (status) => {
    expect(outcomeOf("write", status)).toEqual({ kind: "rejected", message: "as told" });
  });
});
