/** The worker's routes as QStash and Vercel's cron meet them: real signatures, the real SDKs, Dropbox and the records endpoint emulated. */
import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parseEnv } from "@/lib/env.ts";
import { type RunningQueue, startQueue } from "@/lib/local/queue/server.ts";
import { createEngine } from "@/lib/local/redis/engine.ts";
import { type RestServer, startRedisRest } from "@/lib/local/redis/rest-server.ts";
import { createLog } from "@/lib/log.ts";
import { answerFailure } from "@/lib/relay/answer-failure.ts";
import { answerCron, answerJob } from "@/lib/relay/answer-job.ts";
import { createContext, JOB_SECONDS } from "@/lib/relay/context.ts";
import { createRedis } from "@/lib/store/redis.ts";
import { createSourceStore } from "@/lib/store/source-store.ts";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import {
  anEnvironment,
  collector,
  type Front,
  type JobToSign,
  PUBLIC_URL,
  queueSignature,
  secret,
  startFront,
  turns,
} from "../support/builders.ts";

const WORKER = `${PUBLIC_URL}/api/relay`;
const FAILURE = `${PUBLIC_URL}/api/relay/failure`;

type Route = (request: Request) => Promise<Response>;
let worker: typeof import("@/app/api/relay/route.ts");
let failure: typeof import("@/app/api/relay/failure/route.ts");
let queue: RunningQueue;
let rest: RestServer;
let redisFront: Front;
let queueFront: Front;
let sandbox: Sandbox;
let env: Record<string, string>;
let currentKey: string;
let nextKey: string;
const engine = createEngine({ now: Date.now });

/** What the queue brought to our routes, with our answers. */
const brought = collector<{ path: string; body: string; status: number }>();

beforeAll(async () => {
  sandbox = await startSandbox();
  env = anEnvironment(sandbox.env);
  currentKey = env.QSTASH_CURRENT_SIGNING_KEY ?? "";
  nextKey = env.QSTASH_NEXT_SIGNING_KEY ?? "";
  rest = await startRedisRest({ backend: engine, token: env.UPSTASH_REDIS_REST_TOKEN ?? "" });
  queue = await startQueue({
    backend: createEngine({ now: Date.now }),
    token: env.QSTASH_TOKEN ?? "",
    currentSigningKey: currentKey,
    nextSigningKey: nextKey,
    forward: { [PUBLIC_URL]: "http://127.0.0.1:9" },
    fetch: async (address, init) => {
      const path = new URL(address).pathname;
      const route = path === "/api/relay" ? worker.POST : failure.POST;
      const response = await route(new Request(address, { ...init, body: init.body }));
      brought.add({ path, body: Buffer.from(init.body ?? []).toString(), status: response.status });
      return response;
    },
  });
  redisFront = await startFront(rest.url);
  queueFront = await startFront(queue.url);
  env.UPSTASH_REDIS_REST_URL = redisFront.url;
  env.QSTASH_URL = queueFront.url;
  Object.assign(process.env, env);
  worker = await import("@/app/api/relay/route.ts");
  failure = await import("@/app/api/relay/failure/route.ts");
});
afterAll(async () => {
  await queue.close();
  await queueFront.close();
  await redisFront.close();
  await rest.close();
  await sandbox.close();
});
beforeEach(async () => {
  await engine.command(["FLUSHALL"]);
  redisFront.reset();
  queueFront.reset();
  brought.all.length = 0;
});

const sync = () => JSON.stringify({ job: "sync", account: sandbox.dropbox.accountId, notifiedAt: Date.now() });

interface Sent extends Partial<JobToSign> {
  headers?: Record<string, string>;
  to?: Route;
}

/** A request with a real signature; what is named differs from a good one. */
async function send({
  body = sync(),
  key = currentKey,
  url = WORKER,
  headers = {},
  to = worker.POST,
  ...rest
}: Sent = {}) {
  const signature = await queueSignature({ body, key, url, ...rest });
  return to(new Request(url, { method: "POST", headers: { "upstash-signature": signature, ...headers }, body }));
}

const records = () => sandbox.facebook.records().length;
let dropped = 0;
const drop = () => sandbox.dropbox.files.addFile(`/inbox/file-${dropped++}.jpg`, "x");

/** A refusal says nothing and costs no I/O. */
async function refused(answer: Promise<Response>): Promise<number> {
  const outside = sandbox.dropbox.requests();
  const response = await answer;
  expect(await response.text()).toBe("");
  await turns();
  expect(redisFront.requests).toEqual([]);
  expect(queueFront.requests).toEqual([]);
  expect(sandbox.dropbox.requests()).toBe(outside);
  return response.status;
}

describe("a job with a good signature", () => {
  it("sync after a file was dropped → 200, the file is a record", async () => {
    const before = records();
    drop();
    const response = await send();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ done: true });
    expect(records()).toBe(before + 1);
  });

  it("the same message twice → 200 both times, one record", async () => {
    const before = records();
    drop();
    const body = sync();
    for (const response of [await send({ body }), await send({ body, headers: { "upstash-retried": "1" } })]) {
      expect(response.status).toBe(200);
    }
    expect(records()).toBe(before + 1);
  });

  it("signed with the next key → 200", async () => {
    expect((await send({ key: nextKey })).status).toBe(200);
  });

  it("a clock some seconds off → 200", async () => {
    expect((await send({ expiresIn: -3 })).status).toBe(200);
    const soon = Math.floor(Date.now() / 1000) + 3;
    expect((await send({ claims: { nbf: soon } })).status).toBe(200);
  });

  it("drain of our instance, sweep, and a job with fields we do not know → 200", async () => {
    for (const job of [{ job: "drain", instance: "env" }, { job: "sweep" }, { job: "sweep", more: 1 }]) {
      expect((await send({ body: JSON.stringify(job) })).status, JSON.stringify(job)).toBe(200);
    }
  });

  it("sync of an account we do not follow → 200", async () => {
    const body = JSON.stringify({ job: "sync", account: "dbid:nobody", notifiedAt: Date.now() });
    expect((await send({ body })).status).toBe(200);
  });
});

describe("a request that is not the queue's", () => {
  it("no signature, an empty one or garbage → 401", async () => {
    const bare = (headers: Record<string, string>) =>
      worker.POST(new Request(WORKER, { method: "POST", headers, body: sync() }));
    expect(await refused(bare({}))).toBe(401);
    for (const signature of ["", "a.b.c", "Bearer x", "x".repeat(10_000), secret()]) {
      expect(await refused(bare({ "upstash-signature": signature })), signature.slice(0, 20)).toBe(401);
    }
  });

  it("expired, or not valid yet → 401", async () => {
    expect(await refused(send({ expiresIn: -30 }))).toBe(401);
    expect(await refused(send({ claims: { nbf: Math.floor(Date.now() / 1000) + 60 } }))).toBe(401);
  });

  it("signed for another route, host or spelling of ours → 401", async () => {
    for (const url of [FAILURE, "https://other.example.com/api/relay", `${WORKER}/`, `${WORKER}?a=1`, "/api/relay"]) {
      const body = sync();
      const signature = await queueSignature({ body, key: currentKey, url });
      const request = new Request(WORKER, { method: "POST", headers: { "upstash-signature": signature }, body });
      expect(await refused(worker.POST(request)), url).toBe(401);
    }
  });

  it("body changed after signing → 401", async () => {
    const body = sync();
    const signature = await queueSignature({ body, key: currentKey, url: WORKER });
    for (const changed of [`${body} `, "", '{"job":"sweep"}']) {
      const request = new Request(WORKER, {
        method: "POST",
        headers: { "upstash-signature": signature },
        body: changed,
      });
      expect(await refused(worker.POST(request)), changed).toBe(401);
    }
  });

  it("signed with another key, our own tokens or a published development key → 401", async () => {
    const keys = [
      secret(),
      env.QSTASH_TOKEN ?? "",
      "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r",
      "sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs",
    ];
    for (const key of keys) expect(await refused(send({ key })), key).toBe(401);
  });

  it("development mode set while it runs → the published keys are refused all the same", async () => {
    process.env.QSTASH_DEV = "true";
    try {
      expect(await refused(send({ key: "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r" }))).toBe(401);
    } finally {
      delete process.env.QSTASH_DEV;
    }
  });

  it("without a body hash, by another issuer, or without any algorithm → 401", async () => {
    expect(await refused(send({ claims: { body: undefined } }))).toBe(401);
    const body = sync();
    const [header = "", claims = "", mac = ""] = (await queueSignature({ body, key: currentKey, url: WORKER })).split(
      ".",
    );
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const decoded = JSON.parse(Buffer.from(claims, "base64url").toString());
    const forged = [
      `${encode({ alg: "none", typ: "JWT" })}.${claims}.`,
      `${encode({ alg: "none", typ: "JWT" })}.${claims}.${mac}`,
      `${header}.${encode({ ...decoded, iss: "Else" })}.${mac}`,
      `${header}.${claims}.`,
    ];
    for (const signature of forged) {
      const request = new Request(WORKER, { method: "POST", headers: { "upstash-signature": signature }, body });
      expect(await refused(worker.POST(request)), signature.slice(0, 60)).toBe(401);
    }
  });

  it("longer than a message can be, even without end → 413; broken off → 401", async () => {
    const body = " ".repeat(1_000_001);
    expect(await refused(send({ body }))).toBe(413);
    const streamed = (pull: (controller: ReadableStreamDefaultController<Uint8Array>) => void) =>
      worker.POST(
        new Request(WORKER, {
          method: "POST",
          headers: { "upstash-signature": `a.b.${"c".repeat(43)}` },
          body: new ReadableStream({ pull }),
          duplex: "half",
        } as RequestInit),
      );
    expect(await refused(streamed((controller) => controller.enqueue(new Uint8Array(10_000))))).toBe(413);
    expect(await refused(streamed((controller) => controller.error(new Error("gone"))))).toBe(401);
  });
});

describe("a job that can never run", () => {
  it.each([
    ["no JSON", "sync"],
    ["empty", ""],
    ["a list", "[]"],
    ["null", "null"],
    ["unknown job", '{"job":"publish"}'],
    ["sync without account", '{"job":"sync","notifiedAt":1}'],
    ["sync with a time as text", '{"job":"sync","account":"a","notifiedAt":"1"}'],
    ["an account too long", JSON.stringify({ job: "sync", account: "a".repeat(129), notifiedAt: 1 })],
    ["drain without instance", '{"job":"drain"}'],
    ["drain of an unknown instance", '{"job":"drain","instance":"nobody"}'],
    ["drain of a name every object has", '{"job":"drain","instance":"__proto__"}'],
  ])("%s → 489, for the dead letters, nothing done", async (_, body) => {
    const response = await send({ body });
    expect(response.status).toBe(489);
    expect(response.headers.get("upstash-nonretryable-error")).toBe("true");
    expect(redisFront.requests).toEqual([]);
  });
});

describe("a job that cannot run now", () => {
  const hold = (token: string) => {
    const redis = createRedis({ url: rest.url, token: env.UPSTASH_REDIS_REST_TOKEN ?? "" });
    return createSourceStore(redis, "env", "env_records").begin(token);
  };

  it("another run lists + first delivery → 200: the holder looks again", async () => {
    await hold("another run");
    expect((await send()).status).toBe(200);
  });

  it("another run lists + redelivered → 429 with the seconds its lease has left", async () => {
    await hold("another run");
    const response = await send({ headers: { "upstash-retried": "1" } });
    expect(response.status).toBe(429);
    const seconds = Number(response.headers.get("retry-after"));
    expect(Number.isInteger(seconds)).toBe(true);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(30);
  });

  it("Dropbox says wait 7 s → 429 with Retry-After 7; the next delivery does the work", async () => {
    const before = records();
    drop();
    sandbox.dropbox.fail({ route: "files/list_folder", status: 429, count: 1, retryAfter: 7 });
    const response = await send();
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("7");
    expect((await send({ headers: { "upstash-retried": "1" } })).status).toBe(200);
    expect(records()).toBe(before + 1);
  });

  it("Dropbox fails without a wait → 429 without Retry-After, so that the queue's own backoff counts", async () => {
    sandbox.dropbox.fail({ route: "files/list_folder", status: 500, count: 1 });
    const response = await send();
    expect(response.status).toBe(429);
    expect(response.headers.has("retry-after")).toBe(false);
  });
});

describe("Redis or the queue down", () => {
  const logged: string[] = [];
  /** The same relay, with its log caught. */
  const aContext = (changes: Record<string, string | undefined> = {}) =>
    createContext(parseEnv({ ...env, ...changes }), {
      fetch,
      now: Date.now,
      random: Math.random,
      randomId: secret,
      sleep: async () => undefined,
      log: createLog("trace", { write: (line) => void logged.push(line) }),
    });
  beforeEach(() => {
    logged.length = 0;
    // The SDK writes to the console by itself.
    for (const method of ["error", "warn", "log"] as const) {
      vi.spyOn(console, method).mockImplementation((...parts) => void logged.push(parts.map(String).join(" ")));
    }
  });
  afterEach(() => vi.restoreAllMocks());

  /** Nothing that was said holds a secret, a key name or a command. */
  async function expectDiscreet(response: Response) {
    const said = [await response.text(), ...logged].join("\n");
    for (const [name, value] of Object.entries(env)) {
      if (/SECRET|TOKEN|KEY/.test(name)) expect(said, name).not.toContain(value);
    }
    expect(said).not.toMatch(/relay:|EVAL|redis\.call/);
  }

  it.each(["break", 401, 500] as const)(
    "Redis: %s → 500, said without secret or command; mended → 200",
    async (mode) => {
      redisFront.mode = mode;
      expect((await send()).status).toBe(500);
      const response = await send({ to: (request) => answerJob(aContext(), request) });
      expect(response.status).toBe(500);
      expect(logged.join()).toContain("job.failed");
      await expectDiscreet(response);
      redisFront.mode = "pass";
      expect((await send()).status).toBe(200);
    },
  );

  it("Redis refuses a command, which the SDK then quotes → 500, said without it", async () => {
    redisFront.answer = () => Response.json({ error: "ERR max requests limit exceeded" }, { status: 400 });
    const response = await send({ to: (request) => answerJob(aContext(), request) });
    expect(response.status).toBe(500);
    expect(logged.join()).toContain("max requests limit exceeded");
    await expectDiscreet(response);
  });

  it("Redis down + failure callback → 500, so that the queue brings it again", async () => {
    redisFront.mode = "break";
    const body = JSON.stringify({ status: 500, sourceMessageId: "msg_1" });
    const response = await send({ url: FAILURE, body, to: (request) => answerFailure(aContext(), request) });
    expect(response.status).toBe(500);
    expect(logged.join()).toContain("msg_1");
    await expectDiscreet(response);
  });

  it.each(["break", 401, 500] as const)("the queue: %s + cron → 503, said without secret", async (mode) => {
    queueFront.mode = mode;
    const request = new Request(WORKER, { headers: { authorization: `Bearer ${env.CRON_SECRET}` } });
    const response = await answerCron(aContext(), request);
    expect(response.status).toBe(503);
    expect(logged.join()).toContain("sweep.not_enqueued");
    await expectDiscreet(response);
  });

  it("no cron secret configured → 401 to every cron request", async () => {
    const context = aContext({ CRON_SECRET: undefined });
    for (const authorization of ["Bearer ", "Bearer", "Bearer undefined", "Bearer null", `Bearer ${env.CRON_SECRET}`]) {
      const response = await answerCron(context, new Request(WORKER, { headers: { authorization } }));
      expect(response.status, authorization).toBe(401);
    }
    expect((await answerCron(context, new Request(WORKER))).status).toBe(401);
    expect(queueFront.requests).toEqual([]);
  });
});

describe("cron", () => {
  const get = (headers: Record<string, string>) => worker.GET(new Request(WORKER, { headers }));

  it("with the secret → 200, one sweep enqueued, brought and run", async () => {
    const before = records();
    await send();
    drop();
    queueFront.requests.length = 0;
    const response = await get({ authorization: `Bearer ${env.CRON_SECRET}` });
    expect(response.status).toBe(200);
    expect(queueFront.requests.map(({ path, body }) => [path, body])).toEqual([
      [`/v2/publish/${WORKER}`, '{"job":"sweep"}'],
    ]);
    await brought.reached(1);
    expect(brought.all).toEqual([{ path: "/api/relay", body: '{"job":"sweep"}', status: 200 }]);
    expect(records()).toBe(before + 1);
  });

  it("without, or with anything else → 401, nothing enqueued", async () => {
    const right = `Bearer ${env.CRON_SECRET}`;
    for (const given of [
      "",
      right.slice(0, -1),
      `${right}x`,
      right.replace("Bearer ", ""),
      right.toLowerCase(),
      "Bearer ",
    ]) {
      expect(await refused(get({ authorization: given })), given).toBe(401);
    }
    expect(await refused(get({}))).toBe(401);
    expect(
      await refused(get({ "upstash-signature": await queueSignature({ body: "", key: currentKey, url: WORKER }) })),
    ).toBe(401);
  });
});

describe("the failure callback", () => {
  const noted = async () => {
    const raw = await engine.command(["ZRANGE", "relay:jobs:failed", "0", "-1"]);
    return (Array.isArray(raw) ? raw : []).map((one) => JSON.parse(String(one)));
  };
  const tell = (body: object | string, sent: Sent = {}) =>
    send({ url: FAILURE, to: failure.POST, body: typeof body === "string" ? body : JSON.stringify(body), ...sent });
  const base64 = (text: string) => Buffer.from(text).toString("base64");

  it("a job QStash gave up on → noted with status, message and job", async () => {
    const body = {
      status: 500,
      sourceMessageId: "msg_1",
      sourceBody: base64('{"job":"sweep"}'),
      body: base64("secret"),
      more: 1,
    };
    expect((await tell(body)).status).toBe(200);
    expect(await noted()).toEqual([{ status: 500, messageId: "msg_1", job: '{"job":"sweep"}' }]);
  });

  it("an unreadable job published to the real queue → 489, dead letter, callback, noted", async () => {
    const response = await fetch(`${queue.url}/v2/publish/${WORKER}`, {
      method: "POST",
      headers: { authorization: `Bearer ${env.QSTASH_TOKEN}`, "upstash-failure-callback": FAILURE },
      body: "not a job",
    });
    const { messageId } = (await response.json()) as { messageId: string };
    await brought.reached(2);
    expect(brought.all.map(({ path, status }) => [path, status])).toEqual([
      ["/api/relay", 489],
      ["/api/relay/failure", 200],
    ]);
    expect(await noted()).toEqual([{ status: 489, messageId, job: "not a job" }]);
  });

  it("120 of them → the newest 100 are kept", async () => {
    for (let n = 0; n < 120; n += 1) await tell({ status: 500, sourceMessageId: `msg_${String(n).padStart(3, "0")}` });
    const kept = (await noted()).map(({ messageId }) => messageId).sort();
    expect(kept).toHaveLength(100);
    expect(kept[0]).toBe("msg_020");
    expect(kept.at(-1)).toBe("msg_119");
  });

  it("the same callback twice → noted once", async () => {
    for (let n = 0; n < 2; n += 1) await tell({ status: 500, sourceMessageId: "msg_1" });
    expect(await noted()).toHaveLength(1);
  });

  it("a huge job, or fields of other types → noted, cut to a bounded size", async () => {
    await tell({ status: "503", sourceMessageId: "m".repeat(201), sourceBody: base64("j".repeat(2000)) });
    await tell({ status: {}, sourceMessageId: 5, sourceBody: base64("j".repeat(100_000)) });
    for (const one of await noted()) expect(JSON.stringify(one).length).toBeLessThan(600);
    expect((await noted()).map(({ status }) => status).sort()).toEqual([0, 503]);
  });

  it("signed but no object → 200, nothing noted", async () => {
    for (const body of ["", "x", "[]", "null"]) expect((await tell(body)).status, body).toBe(200);
    expect(await noted()).toEqual([]);
  });

  it("unsigned, forged, or signed for the worker → 401", async () => {
    const body = JSON.stringify({ status: 500, sourceMessageId: "forged" });
    expect(await refused(failure.POST(new Request(FAILURE, { method: "POST", body })))).toBe(401);
    expect(await refused(tell(body, { key: secret() }))).toBe(401);
    expect(await refused(tell(body, { url: WORKER }))).toBe(401);
    expect(await noted()).toEqual([]);
  });
});

describe("the route", () => {
  it("its longest run is a literal, as Next.js needs it, and the one the queue is told", async () => {
    const source = await readFile("app/api/relay/route.ts", "utf8");
    expect(/export const maxDuration = (\d+);/.exec(source)?.[1]).toBe(`${JOB_SECONDS}`);
    expect(worker.maxDuration).toBe(JOB_SECONDS);
  });

  it("methods: POST and GET for jobs and cron, only POST for the callback", () => {
    expect(Object.keys(worker).sort()).toEqual(["GET", "POST", "maxDuration"]);
    expect(Object.keys(failure)).toEqual(["POST"]);
  });
});
