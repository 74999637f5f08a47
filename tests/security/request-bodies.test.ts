/** Request bodies without end, without measure or without progress: bounded in bytes, memory and, on one machine, in time. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBounded } from "@/lib/core/read-bounded.ts";
import nextConfig from "../../next.config.ts";
import { type Attacked, attackRoutes, FAILURE, WEBHOOK, WORKER } from "../support/attacked.ts";
import { dropboxSignature, notificationFor, secret } from "../support/builders.ts";

let relay: Attacked;
beforeAll(async () => {
  relay = await attackRoutes();
});
afterAll(() => relay.close());

const LIMITS = [
  [WEBHOOK, 64 * 1024, { "x-dropbox-signature": "a".repeat(64) }],
  [WORKER, 1_000_000, { "upstash-signature": `a.b.${"c".repeat(43)}` }],
  [FAILURE, 1_000_000, { "upstash-signature": `a.b.${"c".repeat(43)}` }],
] as const;

/** A body that never ends, and how much of it was asked for. */
function endless(pieceBytes: number) {
  let sent = 0;
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        sent += pieceBytes;
        controller.enqueue(new Uint8Array(pieceBytes));
      },
      // As a sender that goes on regardless: the end of it never comes.
      cancel: () => {
        isCancelled = true;
        return new Promise(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
  return { body, sent: () => sent, isCancelled: () => isCancelled };
}

it("a body sent to a page, which Next keeps for proxy.ts → a small part of it at most", () => {
  expect(nextConfig.experimental?.proxyClientMaxBodySize).toBeLessThanOrEqual(64 * 1024);
});

describe("a body without end", () => {
  it.each(LIMITS)(
    "%s → 413 after %i bytes and not much more, whatever size its pieces have",
    async (url, limit, headers) => {
      for (const piece of [9, 1000, 65_536, 700_000]) {
        const { body, sent, isCancelled } = endless(piece);
        expect(await relay.refusal(relay.post(url, body, headers)), `${piece}`).toBe(413);
        expect(sent()).toBeLessThanOrEqual(limit + piece);
        expect(isCancelled()).toBe(true);
      }
    },
  );

  it("to the routes of the queue, without the form of a signature → refused without reading any of it", async () => {
    for (const url of [WORKER, FAILURE]) {
      for (const headers of [{}, { "upstash-signature": "" }, { "upstash-signature": secret() }] as Record<
        string,
        string
      >[]) {
        const { body, sent } = endless(1000);
        expect(await relay.refusal(relay.post(url, body, headers))).toBe(401);
        expect(sent()).toBe(0);
      }
    }
  });
});

describe("reading a body", () => {
  it("pieces that the sender uses again → read as they were: none is kept, so memory does not grow with their number", async () => {
    const reused = new Uint8Array(1);
    let n = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (n === 10_000) return controller.close();
          reused[0] = n % 251;
          n += 1;
          controller.enqueue(reused);
        },
      },
      { highWaterMark: 0 },
    );
    const bytes = await readBounded(body, 10_000);
    expect(Buffer.from(bytes ?? []).equals(Buffer.from(Array.from({ length: 10_000 }, (_, at) => at % 251)))).toBe(
      true,
    );
    expect(bytes?.buffer.byteLength).toBeLessThanOrEqual(16_384);
  });

  it("any pieces under any limit → the same bytes in a row, or null exactly when they are more", async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.nat({ max: 20_000 }), async (parts, limit) => {
        const whole = Buffer.concat(parts);
        const queue = [...parts];
        const body = new ReadableStream<Uint8Array>({
          pull(controller) {
            const next = queue.shift();
            if (next === undefined) controller.close();
            else controller.enqueue(next);
          },
        });
        const read = await readBounded(body, limit);
        if (whole.byteLength > limit) expect(read).toBeNull();
        else expect(whole.equals(read ?? new Uint8Array([1]))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it("a signed notification in pieces of one byte, up to the limit → accepted", async () => {
    const bytes = Buffer.from(notificationFor("dbid:A").padEnd(64 * 1024, " "));
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at === bytes.byteLength) return controller.close();
        controller.enqueue(bytes.subarray(at, at + 1));
        at += 1;
      },
    });
    const headers = { "x-dropbox-signature": dropboxSignature(relay.dropbox.appSecret, bytes) };
    expect((await relay.post(WEBHOOK, body, headers)).status).toBe(200);
  });
});
