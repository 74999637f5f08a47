/** Signed messages that are no jobs of ours, as a stolen QSTASH_TOKEN or a fault could publish them: never a 500, never unbounded. */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Attacked, attackRoutes, FAILURE, WORKER } from "../support/attacked.ts";

let relay: Attacked;
beforeAll(async () => {
  relay = await attackRoutes();
});
afterAll(() => relay.close());
beforeEach(async () => {
  await relay.engine.command(["FLUSHALL"]);
});

const job = (value: unknown) => relay.job({ body: typeof value === "string" ? value : JSON.stringify(value) });
const hosts = () => [...new Set(relay.asked.map(({ url }) => new URL(url).host))];

describe("a job", () => {
  it("any text or JSON that is none of ours → 489 for the dead letters, nothing asked of anybody", async () => {
    const body = fc.oneof(
      fc.string({ unit: "binary", maxLength: 100 }).map((text) => text.toWellFormed()),
      fc.json({ maxDepth: 4 }),
      fc
        .record({ job: fc.constantFrom("sync", "drain", "list", "Sweep", "sweep ", "__proto__", "constructor") })
        .map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        relay.asked.length = 0;
        const response = await job(text);
        expect(response.status).toBe(489);
        expect(response.headers.get("upstash-nonretryable-error")).toBe("true");
        expect(relay.asked).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it("fields of any value, on a first contact too → done or never, not a failure; account and instance name no key", async () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 140 }),
      fc.constantFrom("*", "env:source", "a\r\nb", "__proto__"),
    );
    const number = fc.oneof(
      fc.double({ noDefaultInfinity: true, noNaN: true }),
      fc.constantFrom(0, -1, 8.64e15, 8.65e15, 1e308, -1e308),
    );
    const value = fc.oneof(
      fc.record({ job: fc.constant("sync"), account: text, notifiedAt: number }),
      fc.record({ job: fc.constantFrom("drain", "list"), instance: text }),
      fc.record({ job: fc.constant("sweep"), instance: text, deadline: number }),
      fc.record({ job: fc.constant("sweep"), after: text }),
    );
    await fc.assert(
      fc.asyncProperty(value, async (one) => {
        await relay.engine.command(["FLUSHALL"]);
        expect([200, 489]).toContain((await job(one)).status);
        const keys = (await relay.engine.command(["KEYS", "*"])) as Buffer[];
        for (const key of keys) expect(String(key)).toMatch(/^relay:(use$|i:env|d:env_records|hold):?[a-z:0-9]*$/);
      }),
      { numRuns: 60 },
    );
  });

  it("a time that no date can hold → 489, not a failure to be repeated for half an hour", async () => {
    for (const notifiedAt of [-1, 8.65e15, 1e308, -1e308, null, "1"])
      expect((await job({ job: "sync", account: "dbid:A", notifiedAt })).status, String(notifiedAt)).toBe(489);
    for (const notifiedAt of [0, 0.5, 8.64e15]) {
      await relay.engine.command(["FLUSHALL"]);
      expect((await job({ job: "sync", account: "dbid:A", notifiedAt })).status, String(notifiedAt)).toBe(200);
    }
  });

  it("the key twice: the last one counts; a prototype says nothing", async () => {
    expect((await job('{"job":"nothing","job":"sweep"}')).status).toBe(200);
    expect((await job('{"job":"sweep","job":"nothing"}')).status).toBe(489);
    expect((await job('{"__proto__":{"job":"sweep"}}')).status).toBe(489);
  });

  it("300,000 brackets, or a megabyte of digits → 489", async () => {
    expect((await job("[".repeat(300_000))).status).toBe(489);
    expect((await job(`{"job":${"9".repeat(900_000)}}`)).status).toBe(489);
  });

  it("a header that counts repeats, of any text → read as a number or not at all", async () => {
    for (const retried of ["", "x", "-1", "1e999", "0x10", "NaN", "9".repeat(1000), "1, 1"]) {
      const response = await relay.job({ headers: { "upstash-retried": retried } });
      expect(response.status, retried.slice(0, 10)).toBe(200);
    }
  });

  it("whatever it was → only our own services were asked, and no answer has a header made of it", async () => {
    relay.asked.length = 0;
    const evil = "evil\r\nx-evil: 1";
    const responses = [
      await job({ job: "drain", instance: evil }),
      await job({ job: "sync", account: evil, notifiedAt: Date.now() }),
      await job({ job: evil }),
    ];
    for (const { headers } of responses) {
      expect(
        [...headers.keys()].filter((name) => !["content-type", "upstash-nonretryable-error"].includes(name)),
      ).toEqual([]);
      expect([...headers.values()].join()).not.toContain("evil");
    }
    expect(hosts().sort()).toEqual(["redis.test", "sandbox.test"]);
    for (const { headers } of relay.asked) expect(JSON.stringify(headers)).not.toContain("evil");
  });
});

describe("a failure callback", () => {
  const kept = async () =>
    ((await relay.engine.command(["ZRANGE", "relay:jobs:failed", "0", "-1"])) as Buffer[]).map(String);

  it("any JSON → 200, and what is noted is bounded and of three plain fields", async () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.record({
        status: fc.jsonValue({ maxDepth: 1 }),
        sourceMessageId: fc.oneof(fc.string({ maxLength: 300 }), fc.jsonValue({ maxDepth: 1 })),
        sourceBody: fc.oneof(
          fc.base64String({ maxLength: 6000 }),
          fc.string({ unit: "binary" }),
          fc.jsonValue({ maxDepth: 1 }),
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(value, async (body) => {
        expect((await relay.job({ body: JSON.stringify(body), url: FAILURE })).status).toBe(200);
      }),
      { numRuns: 80 },
    );
    const notes = await kept();
    expect(notes.length).toBeLessThanOrEqual(100);
    for (const note of notes) {
      expect(Object.keys(JSON.parse(note)).sort()).toEqual(["job", "messageId", "status"]);
      expect(note.length).toBeLessThan(500 * 6 + 200 * 6 + 100);
    }
  });
});

describe("the cron", () => {
  it("any Authorization but the right one → 401, nothing asked of anybody", async () => {
    const right = `Bearer ${relay.env.CRON_SECRET}`;
    const text = fc.string({
      unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
      maxLength: 80,
    });
    const get = (authorization: string) => relay.worker.GET(new Request(WORKER, { headers: { authorization } }));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          text,
          text.map((more) => right + more),
          text.map((more) => more + right),
        ),
        async (given) => {
          fc.pre(given.trim() !== right);
          expect(await relay.refusal(get(given))).toBe(401);
        },
      ),
      { numRuns: 100 },
    );
    expect((await get(right)).status).toBe(200);
  });
});
