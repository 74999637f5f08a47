import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Claimed } from "@/lib/core/delivery.ts";
import type { SourceReader } from "@/lib/core/destination.ts";
import { type EndpointState, stateAfter, statusOf, UNTROUBLED } from "@/lib/core/endpoint-state.ts";
import { readTold } from "@/lib/destinations/callback/change.ts";
import { type CallbackFetch, createCallbackClient } from "@/lib/destinations/callback/client.ts";
import { createCallbackDestination, type EndpointNotice } from "@/lib/destinations/callback/destination.ts";
import { aClaim, aDelivery, anAttempt, NOW } from "../support/builders.ts";

const DAY = 86_400_000;

/** A destination whose receiver is this function. */
function setUp(
  receive: () => Response | Promise<Response>,
  state: EndpointState = UNTROUBLED,
  isSelected: SourceReader["isSelected"] = async () => ({ kind: "gone" }),
) {
  const sent: { body: string; headers: Record<string, string>; redirect: string }[] = [];
  const notices: EndpointNotice[] = [];
  const stored: EndpointState[] = [state];
  const world = { now: NOW };
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  const fetch: CallbackFetch = async (_url, { body, headers, redirect }) => {
    sent.push({ body, headers, redirect });
    return receive();
  };
  const now = () => world.now;
  const destination = createCallbackDestination({
    fingerprint: "endpoint",
    instance: {
      id: 1,
      name: "Dropbox",
      tags: [],
      accountId: 1,
      companyId: 1,
      userId: 1,
      sender: "relay",
      account: null,
    },
    format: "elements",
    log: { add: async () => undefined },
    notLogged: () => undefined,
    policy: "push",
    signing: { secrets: [secret], signatureKey: null },
    client: createCallbackClient({ url: "https://x.example/hooks", fetch, timeoutMs: 1000, now, secrets: [secret] }),
    endpoint: {
      load: async () => stored.at(-1) ?? UNTROUBLED,
      async update(_seen, next) {
        const before = stored.at(-1) ?? UNTROUBLED;
        const after = next(before);
        if (after !== before) stored.push(after);
        return { before, after };
      },
    },
    source: { isSelected },
    tell: (notice) => notices.push(notice),
    now,
    random: () => 0.5,
  });
  return { destination, sent, notices, stored, world, secret };
}
const claims = (count: number): Claimed[] =>
  Array.from({ length: count }, (_, n) => aClaim({ delivery: aDelivery({ id: `id:${n}`, path: `/inbox/${n}.pdf` }) }));
const answer =
  (status: number, headers: Record<string, string> = {}, body = "no") =>
  () =>
    new Response(status === 204 ? null : body, { status, headers });

describe("a body that is accepted", () => {
  it("three new files → one POST, each delivered, the told path kept", async () => {
    const { destination, sent, stored } = setUp(answer(204));
    const outcomes = await destination.deliver(claims(3), anAttempt());
    expect(sent).toHaveLength(1);
    expect(sent[0]?.redirect).toBe("manual");
    expect(outcomes.map(({ kind }) => kind)).toEqual(["delivered", "delivered", "delivered"]);
    const [first] = outcomes;
    expect(first?.kind === "delivered" && readTold(first.remoteId)).toMatchObject({
      kind: "created",
      path: "/inbox/0.pdf",
    });
    expect(stored).toHaveLength(1);
  });

  it("some with nothing to tell → skipped, and not in the body", async () => {
    const { destination, sent } = setUp(answer(200));
    const gone = aClaim({ delivery: aDelivery({ id: "id:gone", gone: "deleted" }) });
    const outcomes = await destination.deliver([gone, ...claims(1)], anAttempt());
    expect(outcomes.map(({ kind }) => kind)).toEqual(["skipped", "delivered"]);
    expect(sent[0]?.body).not.toContain("id:gone");
    expect((await destination.deliver([gone], anAttempt())).map(({ kind }) => kind)).toEqual(["skipped"]);
    expect(sent).toHaveLength(1);
  });

  it("an answer without an end → delivered: only its status counts", async () => {
    const endless = () =>
      new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) }));
    const { destination } = setUp(endless);
    expect(await destination.deliver(claims(1), anAttempt())).toMatchObject([{ kind: "delivered" }]);
  });

  it("a success after failures → the trouble is over", async () => {
    const { destination, stored } = setUp(answer(200), stateAfter(UNTROUBLED, "failed", NOW - DAY));
    await destination.deliver(claims(1), anAttempt());
    expect(stored.at(-1)).toEqual({ ...UNTROUBLED, lastSuccessAt: NOW });
  });
});

describe("a body that is not accepted", () => {
  it.each([400, 500, 302])("%d → all of it due again at the same time, the repeat the same bytes", async (status) => {
    const { destination, sent, stored, world } = setUp(answer(status));
    const group = claims(3);
    const outcomes = await destination.deliver(group, anAttempt());
    expect(new Set(outcomes.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(outcomes[0]).toMatchObject({ kind: "retryAt", at: NOW + 5_500, hold: false });
    expect(statusOf(stored.at(-1) ?? UNTROUBLED)).toBe("failing");
    world.now += 60_000;
    await destination.deliver(
      group.map((one) => ({ ...one, attempt: 2 })),
      anAttempt(),
    );
    expect(sent[1]?.body).toBe(sent[0]?.body);
    expect(sent[1]?.headers["webhook-id"]).toBe(sent[0]?.headers["webhook-id"]);
    expect(sent[1]?.headers["webhook-timestamp"]).not.toBe(sent[0]?.headers["webhook-timestamp"]);
    expect(sent[1]?.headers["webhook-signature"]).not.toBe(sent[0]?.headers["webhook-signature"]);
  });

  it("what the receiver says → one short line without our secret", async () => {
    const { destination, secret } = setUp(() => new Response(`bad\n${secret} ${"x".repeat(1000)}`, { status: 500 }));
    const [outcome] = await destination.deliver(claims(1), anAttempt());
    const message = outcome !== undefined && "message" in outcome ? outcome.message : "";
    expect(message).toMatch(/^answered 500 bad \[secret\] x+$/);
    expect(message.length).toBeLessThan(230);
  });

  it("no answer within the time → due again, and the message says so", async () => {
    const { destination } = setUp(() => Promise.reject(new DOMException("x", "TimeoutError")));
    expect(await destination.deliver(claims(1), anAttempt())).toMatchObject([
      { kind: "unclear", landsUntil: NOW + 45_000, message: "no answer in time" },
    ]);
  });

  it("429 with Retry-After → held as long as asked, uncounted", async () => {
    const { destination } = setUp(answer(429, { "retry-after": "120" }));
    expect(await destination.deliver(claims(2), anAttempt())).toMatchObject([
      { kind: "retryAt", at: NOW + 120_000, hold: true },
      { kind: "retryAt", at: NOW + 120_000, hold: true },
    ]);
  });
});

describe("an endpoint that is called no more", () => {
  it("410 → disabled, its owner told once, nothing sent from then on", async () => {
    const { destination, sent, notices, stored } = setUp(answer(410));
    for (let n = 0; n < 3; n += 1) {
      expect(await destination.deliver(claims(2), anAttempt())).toMatchObject([
        { kind: "retryAt", hold: true },
        { kind: "retryAt", hold: true },
      ]);
    }
    expect(sent).toHaveLength(1);
    expect(notices).toEqual([{ status: "disabled", message: "answered 410 no" }]);
    expect(statusOf(stored.at(-1) ?? UNTROUBLED)).toBe("disabled");
  });

  it("failing for five days, on its last attempt → paused and told; what waits is kept, not dead", async () => {
    let state = UNTROUBLED;
    for (let at = NOW - 5 * DAY; at < NOW; at += DAY / 2) state = stateAfter(state, "failed", at);
    const { destination, sent, notices } = setUp(answer(500), state);
    const last = claims(1).map((one) => ({ ...one, attempt: 19 }));
    expect(await destination.deliver(last, anAttempt())).toMatchObject([{ kind: "retryAt", hold: true }]);
    expect(notices).toMatchObject([{ status: "paused" }]);
    await destination.deliver(last, anAttempt());
    expect(sent).toHaveLength(1);
    expect(notices).toHaveLength(1);
  });

  it("disabled while a body was on its way, and that one is accepted → delivered; still disabled, told once", async () => {
    const { destination, notices, stored } = setUp(() => {
      stored.push(stateAfter(UNTROUBLED, "gone", NOW));
      return new Response(null, { status: 204 });
    });
    expect(await destination.deliver(claims(1), anAttempt())).toMatchObject([{ kind: "delivered" }]);
    expect(statusOf(stored.at(-1) ?? UNTROUBLED)).toBe("disabled");
    expect(notices).toEqual([]);
  });

  it("enabled by its owner → called again", async () => {
    const { destination, sent, stored } = setUp(answer(200), stateAfter(UNTROUBLED, "gone", NOW));
    stored.push(UNTROUBLED);
    expect(await destination.deliver(claims(1), anAttempt())).toMatchObject([{ kind: "delivered" }]);
    expect(sent).toHaveLength(1);
  });
});

describe("a claim", () => {
  it("noted before anything is sent; another's by now → nothing is sent", async () => {
    const { destination, sent } = setUp(answer(200));
    const noted: string[][] = [];
    const note = async (notes: ReadonlyMap<string, string>) => {
      noted.push([...notes.keys()]);
      expect(sent).toEqual([]);
      return false;
    };
    expect(await destination.deliver(claims(2), anAttempt({ note }))).toMatchObject([
      { kind: "returned" },
      { kind: "returned" },
    ]);
    expect(noted).toEqual([["id:0", "id:1"]]);
    expect(sent).toEqual([]);
  });

  it("a hold began → nothing is sent", async () => {
    const { destination, sent } = setUp(answer(200));
    expect(await destination.deliver(claims(1), anAttempt({ mayGoOn: () => false }))).toEqual([{ kind: "returned" }]);
    expect(sent).toEqual([]);
  });
});
