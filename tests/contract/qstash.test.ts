/** The local queue through the official SDK: Client and Receiver unchanged, a virtual clock, a receiver in place of fetch. */

import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { Client, Receiver } from "@upstash/qstash";
import { afterEach, describe, expect, it } from "vitest";
import { type RunningQueue, startQueue } from "@/lib/local/queue/server.ts";
import type { RedisBackend, Reply } from "@/lib/local/redis/backend.ts";

const TOKEN = "token-of-this-run";
const KEYS = { currentSigningKey: "sig_current", nextSigningKey: "sig_next" };
const APP = "https://relay.example.com";
const URL_OF_WORKER = `${APP}/api/worker`;
const MINUTE = 60_000;

/** Hashes in memory; `gone` makes every command fail, as when Redis is down. */
function memoryBackend() {
  const hashes = new Map<string, Map<string, string>>();
  const state = { gone: false };
  function run([name, key = "", field = "", value = ""]: readonly string[]): Reply {
    const hash = hashes.get(key) ?? new Map<string, string>();
    hashes.set(key, hash);
    if (name === "HSET") hash.set(field, value);
    else if (name === "HDEL") return Number(hash.delete(field));
    else if (name === "HGETALL") return [...hash].flat().map((text) => Buffer.from(text));
    else return { error: `ERR unknown command ${name}` };
    return 1;
  }
  const backend: RedisBackend = {
    durable: true,
    async command(args) {
      if (state.gone) throw new Error("gone");
      return run(args.map(String));
    },
    async transaction(commands) {
      if (state.gone) throw new Error("gone");
      return commands.map((args) => run(args.map(String)));
    },
    billedCommands: async () => 0,
    close: async () => {},
  };
  return { backend, state, fields: (name: string) => [...(hashes.get(`local:queue:${name}`)?.keys() ?? [])] };
}

/** Lets pending promises and I/O run; no timer of the queue depends on it. */
async function flush() {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function virtualClock() {
  let time = Date.now();
  const timers = new Set<{ at: number; run: () => void }>();
  return {
    now: () => time,
    setTimer(run: () => void, delayMs: number) {
      const timer = { at: time + delayMs, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms: number) {
      const end = time + ms;
      await flush();
      for (;;) {
        const [first] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (first === undefined) break;
        timers.delete(first);
        time = Math.max(time, first.at);
        first.run();
        await flush();
      }
      time = end;
      await flush();
    },
  };
}

interface Delivery {
  url: string;
  headers: Headers;
  body: string;
  at: number;
  signal: AbortSignal | null | undefined;
}

type Answer = (delivery: Delivery) => Response | Promise<Response>;

const running: RunningQueue[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((queue) => queue.close()));
});

async function startWith(answer: Answer = () => new Response("ok"), redis = memoryBackend(), clock = virtualClock()) {
  const deliveries: Delivery[] = [];
  const receive: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { url, headers } = request;
    const delivery = { url, headers, body: await request.text(), at: clock.now(), signal: init?.signal };
    deliveries.push(delivery);
    return answer(delivery);
  };
  const forward = { [APP]: "http://127.0.0.1:3999" };
  const queue = await startQueue({ backend: redis.backend, token: TOKEN, ...KEYS, ...clock, forward, fetch: receive });
  running.push(queue);
  const client = new Client({ baseUrl: queue.url, token: TOKEN, retry: false, devMode: false, enableTelemetry: false });
  return { queue, client, deliveries, redis, clock };
}

/** The seconds between consecutive deliveries. */
function gaps(deliveries: Delivery[]): number[] {
  return deliveries.slice(1).map(({ at }, index) => Math.round((at - (deliveries[index]?.at ?? 0)) / 1000));
}

const status = (code: number, headers: Record<string, string> = {}) => new Response("no", { status: code, headers });

describe("publishing", () => {
  it("worker up → publishJSON → delivered once, signed for the public URL, sent to the loopback one", async () => {
    const { queue, client, deliveries, redis, clock } = await startWith();
    const { messageId } = await client.publishJSON({
      url: URL_OF_WORKER,
      body: { a: "ü" },
      headers: { "X-Trace": "t1" },
    });
    await clock.advance(0);

    expect(deliveries).toHaveLength(1);
    const { url, headers, body } = deliveries[0] as Delivery;
    expect(messageId).toMatch(/^msg_/);
    expect(url).toBe("http://127.0.0.1:3999/api/worker");
    expect(body).toBe('{"a":"ü"}');
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "application/json",
      "user-agent": "Upstash-QStash",
      "x-trace": "t1",
      "upstash-message-id": messageId,
      "upstash-retried": "0",
    });
    expect(headers.has("authorization")).toBe(false);

    const signature = headers.get("upstash-signature") ?? "";
    const receiver = new Receiver({ ...KEYS, devMode: false });
    await expect(receiver.verify({ signature, body, url: URL_OF_WORKER })).resolves.toBe(true);
    const rotated = new Receiver({ currentSigningKey: "sig_old", nextSigningKey: "sig_current", devMode: false });
    await expect(rotated.verify({ signature, body, url: URL_OF_WORKER })).resolves.toBe(true);
    await expect(receiver.verify({ signature, body, url: `${URL_OF_WORKER}/` })).rejects.toThrow(/subject/);
    await expect(receiver.verify({ signature, body: `${body} `, url: URL_OF_WORKER })).rejects.toThrow(/hash/);
    const foreign = new Receiver({ currentSigningKey: "sig_a", nextSigningKey: "sig_b", devMode: false });
    await expect(foreign.verify({ signature, body })).rejects.toThrow();

    expect(redis.fields("messages")).toEqual([]);
    expect(redis.fields("in-flight")).toEqual([]);
    expect([queue.messages(), queue.idle()]).toEqual([1, true]);
  });

  it("query string in the destination → publish → kept as written", async () => {
    const { client, deliveries, clock } = await startWith();
    await client.publishJSON({ url: `${URL_OF_WORKER}?x=1&y=a%20b`, body: {} });
    await clock.advance(0);
    expect(deliveries[0]?.url).toBe("http://127.0.0.1:3999/api/worker?x=1&y=a%20b");
  });

  it("three entries, one to a foreign host → batchJSON → two delivered, the third refused in place", async () => {
    const { queue, client, deliveries, clock } = await startWith();
    const answers: object[] = await client.batchJSON([
      { url: URL_OF_WORKER, body: { n: 1 } },
      { url: "https://elsewhere.example.net/", body: { n: 2 } },
      { url: URL_OF_WORKER, body: { n: 3 } },
    ]);
    await clock.advance(0);
    expect(answers.map((answer) => Object.keys(answer))).toEqual([["messageId"], ["error"], ["messageId"]]);
    expect(deliveries.map(({ body }) => body)).toEqual(['{"n":1}', '{"n":3}']);
    expect(queue.messages()).toBe(2);
  });

  it("delay of 30 s, notBefore in a minute → publish → delivered then, not earlier", async () => {
    const { client, deliveries, clock } = await startWith();
    await client.publishJSON({ url: URL_OF_WORKER, body: 1, delay: 30 });
    await client.publishJSON({ url: URL_OF_WORKER, body: 2, notBefore: Math.ceil(clock.now() / 1000) + 60 });
    await clock.advance(29_999);
    expect(deliveries).toHaveLength(0);
    await clock.advance(1);
    expect(deliveries.map(({ body }) => body)).toEqual(["1"]);
    await clock.advance(31_000);
    expect(deliveries.map(({ body }) => body)).toEqual(["1", "2"]);
  });

  it("same deduplication id within 10 minutes → publish → first message id, one delivery; later → a new message", async () => {
    const { queue, client, deliveries, clock } = await startWith();
    const order = { url: URL_OF_WORKER, body: 1, deduplicationId: "file-1" };
    const [first, second] = await Promise.all([client.publishJSON(order), client.publishJSON(order)]);
    await clock.advance(9 * MINUTE);
    const third = await client.publishJSON(order);
    expect([first, second].map((answer) => answer.messageId)).toEqual([third.messageId, third.messageId]);
    expect(third.deduplicated).toBe(true);
    expect([deliveries.length, queue.messages()]).toEqual([1, 1]);
    await clock.advance(1 * MINUTE);
    expect((await client.publishJSON(order)).messageId).not.toBe(third.messageId);
    await clock.advance(0);
    expect(deliveries).toHaveLength(2);
  });

  it("content-based deduplication → publish the same and another body → one duplicate", async () => {
    const { client } = await startWith();
    const publish = (body: number) => client.publishJSON({ url: URL_OF_WORKER, body, contentBasedDeduplication: true });
    const answers = [await publish(1), await publish(1), await publish(2)];
    expect(answers.map(({ deduplicated }) => deduplicated ?? false)).toEqual([false, true, false]);
  });

  it("forbidden names → publish → 400", async () => {
    const { queue, client } = await startWith();
    const orders = [
      { deduplicationId: "dbid:A" },
      { label: "a b" },
      { flowControl: { key: "page/1", parallelism: 1 } },
      { retryDelay: "process.exit()" },
    ];
    for (const order of orders) {
      const sent = client.publishJSON({ url: URL_OF_WORKER, body: 1, ...order });
      await expect(sent, JSON.stringify(order)).rejects.toMatchObject({ status: 400 });
    }
    expect(queue.messages()).toBe(0);
  });
});

describe("access", () => {
  it("forged bearer → publish → 401, nothing delivered", async () => {
    const { queue, deliveries, clock } = await startWith();
    const forged = new Client({ baseUrl: queue.url, token: `${TOKEN}x`, retry: false, devMode: false });
    await expect(forged.publishJSON({ url: URL_OF_WORKER, body: 1 })).rejects.toMatchObject({ status: 401 });
    expect((await fetch(`${queue.url}/v2/keys`)).status).toBe(401);
    await clock.advance(MINUTE);
    expect(deliveries).toEqual([]);
  });

  it("destination or failure callback on another host → publish → 400", async () => {
    const { client } = await startWith();
    const foreign = [
      "https://example.net/",
      `${APP}.evil.example/`,
      `${APP}@evil.example/`,
      "http://10.0.0.1/",
      "ftp://a/",
    ];
    for (const url of foreign) {
      await expect(client.publishJSON({ url, body: 1 }), url).rejects.toMatchObject({ status: 400 });
      const order = { url: URL_OF_WORKER, body: 1, failureCallback: url };
      await expect(client.publishJSON(order), url).rejects.toMatchObject({ status: 400 });
    }
    await client.publishJSON({ url: "http://localhost:1/", body: 1 });
  });

  it("body over 1 MB → publish → 413", async () => {
    const { client } = await startWith();
    const publish = (size: number) => client.publish({ url: URL_OF_WORKER, body: "x".repeat(size) });
    await publish(1024 * 1024);
    for (const size of [1024 * 1024 + 1, 8 * 1024 * 1024])
      await expect(publish(size)).rejects.toMatchObject({ status: 413 });
  });

  it("right token → GET /v2/keys → both keys", async () => {
    const { queue } = await startWith();
    const answer = await fetch(`${queue.url}/v2/keys`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(await answer.json()).toEqual({ current: "sig_current", next: "sig_next" });
  });
});

describe("retries", () => {
  it("worker always 500 → default retries → 12 s, 148 s, 30 min, then the dead-letter queue", async () => {
    const { client, deliveries, clock } = await startWith(() => status(500));
    await client.publishJSON({ url: URL_OF_WORKER, body: 1 });
    await clock.advance(60 * MINUTE);
    expect(gaps(deliveries)).toEqual([12, 148, 1808]);
    expect(deliveries.map(({ headers }) => headers.get("upstash-retried"))).toEqual(["0", "1", "2", "3"]);
    const { messages } = await client.dlq.listMessages();
    expect(messages).toMatchObject([{ responseStatus: 500, responseBody: "no", url: URL_OF_WORKER, body: "1" }]);
  });

  it("retry expression → worker 503 → its delays", async () => {
    const { client, deliveries, clock } = await startWith(() => status(503));
    const retryDelay = "min(10, pow(2, retried) + 1) * 1000";
    await client.publishJSON({ url: URL_OF_WORKER, body: 1, retries: 5, retryDelay });
    await clock.advance(60 * MINUTE);
    expect(gaps(deliveries)).toEqual([2, 3, 5, 9, 10]);
  });

  it("Retry-After in each form → worker 429 → obeyed over the expression, except beyond a day", async () => {
    const asked = ["7", "6m5s", "", "90000"];
    let date = "";
    const { client, deliveries, clock } = await startWith(() => status(429, { "retry-after": asked.shift() || date }));
    date = new Date(clock.now() + 20 * MINUTE).toUTCString();
    await client.publishJSON({ url: URL_OF_WORKER, body: 1, retries: 4, retryDelay: "1000" });
    await clock.advance(60 * MINUTE);
    const [seconds, units, , beyond] = gaps(deliveries);
    expect([seconds, units, beyond]).toEqual([7, 365, 1]);
    expect(Math.abs((deliveries[3]?.at ?? 0) - Date.parse(date))).toBeLessThan(1000);
  });

  it("489 with Upstash-NonRetryable-Error → no retry, dead-letter queue; without it → retried", async () => {
    const final = await startWith(() => status(489, { "Upstash-NonRetryable-Error": "true" }));
    await final.client.publishJSON({ url: URL_OF_WORKER, body: 1 });
    await final.clock.advance(60 * MINUTE);
    expect(final.deliveries).toHaveLength(1);
    expect((await final.client.dlq.listMessages()).messages).toHaveLength(1);

    const plain = await startWith(() => status(489));
    await plain.client.publishJSON({ url: URL_OF_WORKER, body: 1, retries: 1 });
    await plain.clock.advance(60 * MINUTE);
    expect(plain.deliveries).toHaveLength(2);
  });

  it("worker silent past the timeout → attempt ended, retried", async () => {
    const silent = (signal: AbortSignal | null | undefined) =>
      new Promise<Response>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    const { client, deliveries, clock } = await startWith(({ signal }) => silent(signal));
    await client.publishJSON({ url: URL_OF_WORKER, body: 1, retries: 1, retryDelay: "1000", timeout: 45 });
    await clock.advance(44_000);
    expect(deliveries).toHaveLength(1);
    await clock.advance(60_000);
    expect(gaps(deliveries)).toEqual([46]);
    await clock.advance(60_000);
    expect((await client.dlq.listMessages()).messages).toMatchObject([{ responseStatus: 0, responseBody: "timeout" }]);
  });

  it("worker not reachable → retried, the reason kept", async () => {
    const { client, deliveries, clock } = await startWith(() => {
      throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
    });
    await client.publishJSON({ url: URL_OF_WORKER, body: 1, retries: 1, retryDelay: "1000" });
    await clock.advance(2000);
    expect(deliveries).toHaveLength(2);
    expect((await client.dlq.listMessages()).messages[0]?.responseBody).toMatch(/ECONNREFUSED/);
  });

  it("worker redirects → not followed, retried", async () => {
    const { client, deliveries, clock } = await startWith(() => status(307, { location: `${APP}/elsewhere` }));
    await client.publishJSON({ url: URL_OF_WORKER, body: 1, retries: 1, retryDelay: "0" });
    await clock.advance(0);
    expect(deliveries.map(({ url }) => new URL(url).pathname)).toEqual(["/api/worker", "/api/worker"]);
  });
});

describe("failures", () => {
  it("failure callback named → retries used up → callback delivered, signed, with what went wrong", async () => {
    const callback = `${APP}/api/failed`;
    const { queue, client, deliveries, clock } = await startWith(({ url }) =>
      url.endsWith("/failed") ? new Response("ok") : status(500),
    );
    const order = { url: URL_OF_WORKER, body: { a: 1 }, retries: 0, failureCallback: callback, label: "relay" };
    const { messageId } = await client.publishJSON(order);
    await clock.advance(0);
    const { messages } = await client.dlq.listMessages();
    const { body, headers } = deliveries[1] as Delivery;
    const told = JSON.parse(body);
    expect(told).toMatchObject({ status: 500, retried: 0, maxRetries: 0, sourceMessageId: messageId, method: "POST" });
    expect(told).toMatchObject({ url: URL_OF_WORKER, dlqId: messages[0]?.dlqId, createdAt: expect.any(String) });
    expect([told.body, told.sourceBody].map((text) => Buffer.from(text, "base64").toString())).toEqual([
      "no",
      '{"a":1}',
    ]);
    const receiver = new Receiver({ ...KEYS, devMode: false });
    const signature = headers.get("upstash-signature") ?? "";
    await expect(receiver.verify({ signature, body, url: callback })).resolves.toBe(true);
    expect([queue.messages(), queue.idle()]).toEqual([2, true]);
  });

  it("dead letters → list by label, delete, retry → gone, or delivered as a new message", async () => {
    let broken = true;
    const { client, deliveries, redis, clock } = await startWith(() => (broken ? status(500) : new Response("ok")));
    for (const label of ["a", "b", "c"])
      await client.publishJSON({ url: URL_OF_WORKER, body: label, retries: 0, label });
    await clock.advance(0);
    const { messages } = await client.dlq.listMessages({ filter: { label: "b" } });
    expect(messages.map(({ body }) => body)).toEqual(['"b"']);
    const [kept] = messages;
    const page = await client.dlq.listMessages({ count: 2 });
    expect(page.messages).toHaveLength(2);
    expect((await client.dlq.listMessages({ count: 2, cursor: page.cursor ?? "" })).messages).toHaveLength(1);

    expect(await client.dlq.delete({ filter: { label: "a" } })).toMatchObject({ deleted: 1 });
    broken = false;
    const { responses } = await client.dlq.retry(kept?.dlqId ?? "");
    await clock.advance(0);
    expect(responses[0]?.messageId).not.toBe(kept?.messageId);
    expect(deliveries.at(-1)?.body).toBe('"b"');
    expect(redis.fields("dlq")).toHaveLength(1);
    expect(await client.dlq.delete({ all: true })).toMatchObject({ deleted: 1 });
    expect(redis.fields("dlq")).toEqual([]);
  });

  it("delayed message → get, cancel → shown, then never delivered and not found", async () => {
    const { queue, client, deliveries, redis, clock } = await startWith();
    const { messageId } = await client.publishJSON({ url: URL_OF_WORKER, body: 1, delay: 60, label: "x" });
    expect(await client.messages.get(messageId)).toMatchObject({ messageId, url: URL_OF_WORKER, body: "1" });
    expect(queue.idle()).toBe(false);
    expect(await client.messages.cancel({ filter: { label: "y" } })).toEqual({ cancelled: 0 });
    expect(await client.messages.cancel(messageId)).toEqual({ cancelled: 1 });
    await clock.advance(5 * MINUTE);
    expect(deliveries).toEqual([]);
    expect(redis.fields("messages")).toEqual([]);
    await expect(client.messages.get(messageId)).rejects.toMatchObject({ status: 404 });
    const { logs } = await client.logs();
    expect(logs.map(({ state }) => state)).toEqual(["CANCELED", "CREATED"]);
  });
});

describe("schedules", () => {
  it("every five minutes → time passes → a message each, with the schedule's id; deleted → none", async () => {
    const { queue, client, deliveries, clock } = await startWith();
    const { scheduleId } = await client.schedules.create({
      destination: URL_OF_WORKER,
      cron: "*/5 * * * *",
      scheduleId: "sweep",
      body: "{}",
    });
    expect(scheduleId).toBe("sweep");
    await clock.advance(15 * MINUTE);
    expect(deliveries).toHaveLength(3);
    expect(deliveries.every(({ at }) => Math.floor(at / MINUTE) % 5 === 0)).toBe(true);
    expect(deliveries[0]?.headers.get("upstash-schedule-id")).toBe("sweep");
    expect(queue.messages()).toBe(3);
    const [listed] = await client.schedules.list();
    expect(listed).toMatchObject({ scheduleId, cron: "*/5 * * * *", destination: URL_OF_WORKER, isPaused: false });

    await client.schedules.pause({ schedule: scheduleId });
    await clock.advance(15 * MINUTE);
    expect(deliveries).toHaveLength(3);
    await client.schedules.resume({ schedule: scheduleId });
    await clock.advance(5 * MINUTE);
    expect(deliveries).toHaveLength(4);
    await client.schedules.delete(scheduleId);
    await clock.advance(15 * MINUTE);
    expect(deliveries).toHaveLength(4);
    await expect(client.schedules.get(scheduleId)).rejects.toMatchObject({ status: 404 });
  });

  it("bad cron or schedule id → create → 400", async () => {
    const { client } = await startWith();
    for (const cron of ["* * * *", "60 * * * *", "*/0 * * * *", "0 0 31 2 *"]) {
      const created = client.schedules.create({ destination: URL_OF_WORKER, cron });
      await expect(created, cron).rejects.toMatchObject({ status: 400 });
    }
    const created = client.schedules.create({ destination: URL_OF_WORKER, cron: "0 3 * * *", scheduleId: "a:b" });
    await expect(created).rejects.toMatchObject({ status: 400 });
  });

  it("schedule due while the queue was down → restart → triggered once", async () => {
    const { queue, client, redis, clock } = await startWith();
    await client.schedules.create({ destination: URL_OF_WORKER, cron: "0 * * * *", scheduleId: "hourly" });
    await queue.close();
    await clock.advance(180 * MINUTE);
    const { deliveries } = await startWith(undefined, redis, clock);
    await clock.advance(0);
    expect(deliveries).toHaveLength(1);
  });

  it("schedule set by a clock an hour ahead → restart with the clock put right → triggered within its minute", async () => {
    const ahead = virtualClock();
    await ahead.advance(60 * MINUTE);
    const { queue, client, redis } = await startWith(undefined, undefined, ahead);
    await client.schedules.create({ destination: URL_OF_WORKER, cron: "* * * * *", scheduleId: "sweep" });
    await queue.close();
    const { deliveries, clock } = await startWith(undefined, redis);
    await clock.advance(3 * MINUTE);
    expect(deliveries).toHaveLength(3);
  });
});

describe("flow control", () => {
  it("rate 2 per 10 s → five messages over two URLs → two each period", async () => {
    const { client, deliveries, clock } = await startWith();
    for (let n = 0; n < 5; n++) {
      const flowControl = { key: "page-1", rate: 2, period: "10s" as const };
      await client.publishJSON({ url: `${URL_OF_WORKER}/${n % 2}`, body: n, flowControl });
    }
    await clock.advance(60_000);
    expect(gaps(deliveries)).toEqual([0, 10, 0, 10]);
  });

  it("parallelism 1 → second message waits for the first; another key does not", async () => {
    const open: (() => void)[] = [];
    const { client, deliveries, clock } = await startWith(
      () => new Promise((resolve) => open.push(() => resolve(new Response("ok")))),
    );
    for (const key of ["a", "a", "b"]) {
      await client.publishJSON({ url: URL_OF_WORKER, body: key, flowControl: { key, parallelism: 1 } });
    }
    await clock.advance(5000);
    expect(deliveries.map(({ body }) => body)).toEqual(['"a"', '"b"']);
    expect(await client.flowControl.get("a")).toMatchObject({
      waitListSize: 1,
      parallelismCount: 1,
      parallelismMax: 1,
    });
    open[0]?.();
    await clock.advance(0);
    expect(deliveries).toHaveLength(3);
    for (const release of open) release();
  });

  it("150 messages at once → at most 100 in flight", async () => {
    const open: (() => void)[] = [];
    const { client, deliveries, clock } = await startWith(
      () => new Promise((resolve) => open.push(() => resolve(new Response("ok")))),
    );
    await client.batchJSON(Array.from({ length: 150 }, (_, n) => ({ url: URL_OF_WORKER, body: n })));
    await clock.advance(0);
    expect(deliveries).toHaveLength(100);
    for (const release of open.splice(0)) release();
    await clock.advance(0);
    expect(deliveries).toHaveLength(150);
    for (const release of open) release();
  });
});

describe("durability", () => {
  it("one message delayed, one in flight when the queue dies → restart → both delivered, the second marked", async () => {
    const { queue, client, redis, clock } = await startWith(() => new Promise<Response>(() => {}));
    await client.publishJSON({ url: URL_OF_WORKER, body: "delayed", delay: 60 });
    await client.publishJSON({ url: URL_OF_WORKER, body: "in flight" });
    await clock.advance(0);
    expect(redis.fields("in-flight")).toHaveLength(1);
    await queue.close();

    const next = await startWith(undefined, redis, clock);
    await clock.advance(0);
    expect(next.deliveries.map(({ body, headers }) => [body, headers.get("upstash-retried")])).toEqual([
      ['"in flight"', "1"],
    ]);
    await clock.advance(MINUTE);
    expect(next.deliveries.map(({ headers }) => headers.get("upstash-retried"))).toEqual(["1", "0"]);
    expect([redis.fields("messages"), redis.fields("in-flight")]).toEqual([[], []]);
  });

  it("retry waiting when the queue ends → restart → delivered at its time, its retries still counted", async () => {
    const { queue, client, redis, clock } = await startWith(() => status(500));
    await client.publishJSON({ url: URL_OF_WORKER, body: 1, retries: 1, retryDelay: "60000" });
    await clock.advance(0);
    await queue.close();
    const next = await startWith(() => status(500), redis, clock);
    await clock.advance(59_000);
    expect(next.deliveries).toEqual([]);
    await clock.advance(1000);
    expect(next.deliveries.map(({ headers }) => headers.get("upstash-retried"))).toEqual(["1"]);
    expect((await next.client.dlq.listMessages()).messages).toHaveLength(1);
  });

  it("deduplication id and dead letter stored → restart → still known", async () => {
    const { queue, client, redis, clock } = await startWith(() => status(500));
    const order = { url: URL_OF_WORKER, body: 1, retries: 0, deduplicationId: "once" };
    const { messageId } = await client.publishJSON(order);
    await clock.advance(0);
    await queue.close();
    const next = await startWith(undefined, redis, clock);
    expect(await next.client.publishJSON(order)).toEqual({ messageId, deduplicated: true });
    expect((await next.client.dlq.listMessages()).messages).toMatchObject([{ messageId }]);
  });

  it("Redis gone → publish → 503, and the same deduplication id is accepted afterwards", async () => {
    const { client, deliveries, redis, clock } = await startWith();
    const order = { url: URL_OF_WORKER, body: 1, deduplicationId: "again" };
    redis.state.gone = true;
    await expect(client.publishJSON(order)).rejects.toMatchObject({ status: 503 });
    await expect(client.batchJSON([order])).rejects.toMatchObject({ status: 503 });
    redis.state.gone = false;
    expect((await client.publishJSON(order)).deduplicated).toBeUndefined();
    await clock.advance(0);
    expect(deliveries).toHaveLength(1);
  });

  it("Redis gone while a delivery runs → back after 5 s → settled, delivered once", async () => {
    const redis = memoryBackend();
    const { queue, client, deliveries, clock } = await startWith(() => {
      redis.state.gone = true;
      return new Response("ok");
    }, redis);
    await client.publishJSON({ url: URL_OF_WORKER, body: 1 });
    await clock.advance(5000);
    expect([queue.idle(), redis.fields("messages").length]).toEqual([false, 1]);
    redis.state.gone = false;
    await clock.advance(1000);
    expect([queue.idle(), redis.fields("messages").length, deliveries.length]).toEqual([true, 0, 1]);
  });
});

describe("on the wire", () => {
  it("real worker on loopback, real clock → binary body → byte for byte, and nothing but the documented headers", async () => {
    const received: { headers: IncomingHttpHeaders; body: Buffer; target: string | undefined }[] = [];
    const worker = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      received.push({ headers: request.headers, body: Buffer.concat(chunks), target: request.url });
      response.writeHead(received.length === 1 ? 500 : 204).end();
    });
    await new Promise<void>((resolve) => void worker.listen(0, "127.0.0.1", resolve));
    const { port } = worker.address() as AddressInfo;
    const forward = { [`${APP}/base`]: `http://127.0.0.1:${port}` };
    const queue = await startQueue({ backend: memoryBackend().backend, token: TOKEN, ...KEYS, forward });
    running.push(queue);
    const client = new Client({ baseUrl: queue.url, token: TOKEN, retry: false, devMode: false });
    const body = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const url = `${APP}/base/w?x=%20`;
    const headers = { "Content-Type": "application/octet-stream" };
    const { messageId } = await client.publish({ url, body: new Blob([body]), headers, retryDelay: "10" });
    await expect.poll(() => queue.idle()).toBe(true);
    worker.close();

    expect(received.map(({ target }) => target)).toEqual(["/w?x=%20", "/w?x=%20"]);
    expect(received.every((one) => one.body.equals(body))).toBe(true);
    const names = Object.keys(received[1]?.headers ?? {}).filter((name) => !/^(host|connection)$/.test(name));
    expect(names.sort()).toEqual([
      "content-length",
      "content-type",
      "upstash-caller-ip",
      "upstash-message-id",
      "upstash-region",
      "upstash-retried",
      "upstash-signature",
      "user-agent",
    ]);
    expect(received[1]?.headers).toMatchObject({ "upstash-message-id": messageId, "upstash-retried": "1" });
  });
});
