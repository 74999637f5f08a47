import { describe, expect, it } from "vitest";
import { deliverySchema, nextStep } from "@/lib/core/delivery.ts";
import type { Outcome } from "@/lib/core/outcome.ts";
import { ATTEMPTS_MAX } from "@/lib/core/retry.ts";
import { aClaim, aDelivery, NOW } from "../support/builders.ts";

const at = { now: NOW, ms: 42, random: 0.5 };
const next = (outcome: Outcome, claim = aClaim()) => nextStep(claim, outcome, at);
const retryAt = (changes: Partial<Outcome & { kind: "retryAt" }> = {}): Outcome => ({
  kind: "retryAt",
  at: null,
  cause: "unavailable",
  hold: false,
  message: "answered 503",
  ...changes,
});
const refused = (until: number | null) =>
  retryAt({ at: until, cause: "rateLimited", hold: true, message: "answered 429" });
const unclear = (until: number | null = null): Outcome => ({
  kind: "unclear",
  at: until,
  landsUntil: null,
  message: "no answer",
});

/** A delivery whose last attempts all ended in a refusal. */
const refusedBefore = (times: number) => {
  const attempts = Array.from({ length: times }, () => ({ number: 1, at: NOW, ms: 1, outcome: "retryAt" }));
  return aClaim({ delivery: aDelivery({ attempts }) });
};

describe("claimed", () => {
  it.each(["delivered", "updated"] as const)("+ %s → settled under the remote id, no hold", (kind) => {
    const { step, hold } = next({ kind, remoteId: "r1", wrote: true });
    expect(step).toMatchObject({ to: "settled", remoteId: "r1" });
    expect(hold).toBeNull();
  });

  it("+ delivered near the limit → settled, and a hold until the limit is far again", () => {
    const until = NOW + 60_000;
    const { step, hold } = next({ kind: "delivered", remoteId: "r1", wrote: true, pauseUntil: until });
    expect(step).toMatchObject({ to: "settled" });
    expect(hold).toEqual({ until, reason: "rateLimited" });
  });

  it("+ foundFormer → due again at once, uncounted, what was found goes into the ledger", () => {
    const { step, hold } = next({ kind: "foundFormer", formerRev: "r0", remoteId: "p1" });
    expect(step).toMatchObject({ to: "due", counted: false, former: { rev: "r0", remoteId: "p1" } });
    expect(hold).toBeNull();
  });

  it("+ foundRemoved → due again at once, uncounted, and the ledger forgets it", () => {
    const { step, hold } = next({ kind: "foundRemoved", remoteId: "p1" });
    expect(step).toMatchObject({ to: "due", counted: false, forgets: "p1" });
    expect(hold).toBeNull();
  });

  it("+ removed → settled and forgotten; + hidden → settled, and kept as hidden", () => {
    expect(next({ kind: "removed", remoteId: "p1", wrote: true }).step).toMatchObject({ to: "settled", forgets: "p1" });
    const before = { rev: "r0", remoteId: "p1", at: NOW - 1, path: "/a.jpg" };
    expect(next({ kind: "hidden", wrote: true }, aClaim({ before })).step).toMatchObject({
      to: "settled",
      hides: before,
    });
  });

  it("+ notYet → due at that time, the attempt given back and no story made of it", () => {
    const { step, hold } = next({ kind: "notYet", at: NOW + 5000, reason: "waits for others" });
    expect(step).toMatchObject({ to: "due", dueAt: NOW + 5000, counted: false });
    expect(step.delivery.attempts).toEqual([]);
    expect(hold).toBeNull();
  });

  it("+ untellable → kept for a person, never due by itself", () => {
    const { step, hold } = next({ kind: "untellable", message: "no way to look" });
    expect(step).toMatchObject({ to: "unclear" });
    expect(step.delivery.attempts.at(-1)?.message).toBe("no way to look");
    expect(hold).toBeNull();
  });

  it("+ skipped → settled without a remote id, the reason kept", () => {
    const { step, hold } = next({ kind: "skipped", reason: "the file is gone" });
    expect(step).toMatchObject({ to: "settled", remoteId: null });
    expect(step.delivery.attempts.at(-1)?.message).toBe("the file is gone");
    expect(hold).toBeNull();
  });

  it("+ rejected → dead at once, the reason kept, no hold", () => {
    const { step, hold } = next({ kind: "rejected", message: "field email" });
    expect(step.to).toBe("dead");
    expect(step.delivery.attempts.at(-1)).toMatchObject({ outcome: "rejected", message: "field email" });
    expect(hold).toBeNull();
  });

  it("+ returned → due ahead of what was seen with it, uncounted, no attempt recorded", () => {
    const claim = aClaim({ attempt: 3 });
    expect(next({ kind: "returned" }, claim)).toEqual({
      step: { to: "due", delivery: claim.delivery, dueAt: claim.delivery.seenAt - 1000, counted: false, clearAt: null },
      hold: null,
    });
  });

  it("+ unauthorized → due, uncounted, behind a hold of minutes that says why", () => {
    const { step, hold } = next({ kind: "unauthorized", message: "401" });
    expect(step).toMatchObject({ to: "due", counted: false });
    expect(hold?.reason).toBe("unauthorized");
    expect(hold?.until).toBeGreaterThanOrEqual(NOW + 60_000);
  });

  it("+ unauthorized or 429 at the last attempt → still due: neither is the file's fault", () => {
    const last = aClaim({ attempt: ATTEMPTS_MAX });
    expect(next({ kind: "unauthorized", message: "401" }, last).step.to).toBe("due");
    expect(next(refused(null), last).step.to).toBe("due");
  });

  it("+ any tried outcome → one attempt recorded with number, time, duration, ending and message", () => {
    const { step } = next(unclear(), aClaim({ attempt: 4 }));
    expect(step.delivery.attempts).toEqual([{ number: 4, at: NOW, ms: 42, outcome: "unclear", message: "no answer" }]);
    expect(deliverySchema.parse(step.delivery)).toEqual(step.delivery);
  });

  it("+ an outcome after many attempts → only the last ten are kept, the newest last", () => {
    const attempts = Array.from({ length: 10 }, (_, n) => ({ number: n + 1, at: NOW, ms: 1, outcome: "unclear" }));
    const { step } = next(unclear(), aClaim({ attempt: 11, delivery: aDelivery({ attempts }) }));
    expect(step.delivery.attempts).toHaveLength(10);
    expect(step.delivery.attempts.map(({ number }) => number)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it("+ any outcome → the claimed delivery itself is left as it was", () => {
    const claim = aClaim();
    const before = structuredClone(claim);
    next(unclear(), claim);
    expect(claim).toEqual(before);
  });
});

describe("claimed + unclear without an answer", () => {
  it("→ due, and nothing newer before it can no longer land", () => {
    const outcome: Outcome = { kind: "unclear", at: NOW + 45_000, landsUntil: NOW + 45_000, message: "timeout" };
    expect(next(outcome).step).toMatchObject({ to: "due", dueAt: NOW + 45_000, clearAt: NOW + 45_000 });
  });
});

describe("claimed + unclear or retryAt without a hold", () => {
  for (const [name, outcome] of [
    ["unclear", unclear],
    ["retryAt", (until: number | null) => retryAt({ at: until })],
  ] as const) {
    it(`${name}, a time named → due then, counted, no hold`, () => {
      const { step, hold } = next(outcome(NOW + 7000));
      expect(step).toMatchObject({ to: "due", dueAt: NOW + 7000, counted: true });
      expect(hold).toBeNull();
    });

    it(`${name}, no time named → due after the backoff of this attempt`, () => {
      expect(next(outcome(null), aClaim({ attempt: 4 })).step).toMatchObject({ to: "due", dueAt: NOW + 4000 });
    });

    it(`${name}, a time named before the backoff ends → due after the backoff: it can only lengthen the wait`, () => {
      expect(next(outcome(NOW + 1000), aClaim({ attempt: 10 })).step).toMatchObject({ dueAt: NOW + 256_000 });
      expect(next(outcome(NOW + 3_600_000), aClaim({ attempt: 10 })).step).toMatchObject({ dueAt: NOW + 3_600_000 });
    });

    it(`${name}, a time named that is not ahead → due after the backoff: the budget does not burn in a moment`, () => {
      for (const until of [NOW, NOW - 60_000]) {
        expect(next(outcome(until), aClaim({ attempt: 4 })).step).toMatchObject({ to: "due", dueAt: NOW + 4000 });
      }
    });

    it(`${name}, attempt before the last → due; the last of the budget → dead`, () => {
      expect(next(outcome(null), aClaim({ attempt: ATTEMPTS_MAX - 1 })).step.to).toBe("due");
      expect(next(outcome(null), aClaim({ attempt: ATTEMPTS_MAX })).step.to).toBe("dead");
      expect(next(outcome(NOW + 1000), aClaim({ attempt: ATTEMPTS_MAX + 1 })).step.to).toBe("dead");
    });
  }
});

describe("claimed + 429", () => {
  it("Retry-After 120 → held for 120 s, due, uncounted", () => {
    const { step, hold } = next(refused(NOW + 120_000));
    expect(step).toMatchObject({ to: "due", counted: false });
    expect(hold).toEqual({ until: NOW + 120_000, reason: "rateLimited" });
  });

  it("Retry-After 0, or a time gone by → held for a second at least, never one request after the other", () => {
    for (const until of [NOW, NOW - 60_000, NOW + 1]) expect(next(refused(until)).hold?.until).toBe(NOW + 1000);
  });

  it("no time named → held by backoff, a second at least", () => {
    expect(next(refused(null)).hold?.until).toBe(NOW + 1000);
    expect(nextStep(aClaim(), refused(null), { ...at, random: 0 }).hold?.until).toBe(NOW + 1000);
  });

  it("no time named, refused before in a row → held longer each time, at most 15 min", () => {
    const waits = [0, 1, 2, 3, 10].map((times) => (next(refused(null), refusedBefore(times)).hold?.until ?? 0) - NOW);
    expect(waits).toEqual([1000, 1000, 2000, 4000, 450_000]);
  });
});
