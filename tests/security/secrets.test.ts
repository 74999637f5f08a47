/** Every byte the relay writes, says, stores, enqueues or asks for, searched for every secret it has, in every usual form. */
import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parseEnv, secretsOf } from "@/lib/env.ts";
import { createLog } from "@/lib/log.ts";
import { acceptNotification } from "@/lib/relay/accept-notification.ts";
import { answerFailure } from "@/lib/relay/answer-failure.ts";
import { answerCron, answerJob } from "@/lib/relay/answer-job.ts";
import { type Context, createContext, realWorld } from "@/lib/relay/context.ts";
import { type Attacked, attackRoutes, FAILURE, WEBHOOK, WORKER } from "../support/attacked.ts";
import { dropboxSignature, notificationFor, queueSignature, secret } from "../support/builders.ts";

let relay: Attacked;
let context: Context;
/** Log, console and answers. */
const said: string[] = [];
/** Waits are not waited for, but the clock moves. */
let slept = 0;
/** Tokens that came up on the way. */
const granted = new Set<string>();

beforeAll(async () => {
  relay = await attackRoutes({ renewable: true });
});
afterAll(() => relay.close());
beforeEach(() => {
  for (const method of ["error", "warn", "log", "info", "debug"] as const)
    vi.spyOn(console, method).mockImplementation((...parts) => void said.push(parts.map(String).join(" ")));
  // No hiding: what reaches the log must be clean before it gets there.
  const log = createLog("trace", { write: (line) => void said.push(line) });
  const sleep = async (ms: number) => {
    slept += ms;
  };
  context = createContext(
    parseEnv(relay.env),
    realWorld({ log, sleep, now: () => Date.now() + slept, fetch: (url, init) => fetch(url, init) }),
  );
});
afterEach(() => vi.restoreAllMocks());

/** The texts whose presence would give the secret away. */
function formsOf(hushed: string): string[] {
  const bytes = Buffer.from(hushed);
  const aligned = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "")
      .slice(before === 0 ? 0 : before + 1, -1),
  );
  return [
    hushed,
    hushed.slice(0, 12),
    hushed.slice(-12),
    encodeURIComponent(hushed),
    bytes.toString("hex"),
    ...aligned.flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]),
    [...hushed].reverse().join(""),
    createHash("sha256").update(hushed).digest("hex"),
  ];
}
const secrets = () => [...secretsOf(parseEnv(relay.env)), ...granted];

function expectNone(places: string[]): void {
  const all = secrets();
  expect(all.length).toBeGreaterThanOrEqual(12);
  for (const hushed of all) {
    for (const form of formsOf(hushed)) {
      // Not the secret itself in the message of a test that fails.
      const at = places.findIndex((place) => place.includes(form));
      expect(at < 0 ? "" : `a secret of ${hushed.length} letters in place ${at}`).toBe("");
    }
  }
}

async function inRedis(): Promise<string[]> {
  const ask = async (...command: string[]) =>
    JSON.stringify(await relay.engine.command(command), (_, value) =>
      value?.type === "Buffer" ? Buffer.from(value.data).toString() : value,
    );
  const keys = ((await relay.engine.command(["KEYS", "*"])) as Buffer[]).map(String);
  const read = { string: ["GET"], hash: ["HGETALL"], zset: ["ZRANGE", "0", "-1"] } as const;
  return Promise.all(
    keys.map(async (key) => {
      const type = /"status":"(\w+)"/.exec(await ask("TYPE", key))?.[1] as keyof typeof read;
      const [command, ...more] = read[type];
      return `${key} ${await ask(command, key, ...more)}`;
    }),
  );
}

/** What it asked of others: a bearer token in its header, at its own host; a grant's secrets in the form; nothing anywhere else. */
function askedBeside(): string[] {
  const bearers: Record<string, string[]> = {
    "redis.test": [relay.env.UPSTASH_REDIS_REST_TOKEN ?? ""],
    "queue.test": [relay.env.QSTASH_TOKEN ?? ""],
  };
  return relay.asked.map(({ url, method, headers, body }) => {
    const { host, pathname } = new URL(url);
    const own = bearers[host];
    const beside = headers.filter(([name, value]) => {
      if (name !== "authorization") return true;
      if (own !== undefined) expect(own).toContain(value.replace(/^Bearer /, ""));
      return false;
    });
    const isGrant = pathname.endsWith("/oauth2/token") || pathname.endsWith("/oauth/token");
    return `${method} ${url} ${JSON.stringify(beside)} ${isGrant ? "" : body}`;
  });
}

async function expectSilence(): Promise<void> {
  granted.add(relay.facebook.token());
  expectNone([...said, ...(await inRedis()), ...askedBeside()]);
  said.length = 0;
  relay.asked.length = 0;
}

async function answered(response: Promise<Response> | Response): Promise<number> {
  const one = await response;
  said.push(`${JSON.stringify([...one.headers])} ${await one.clone().text()}`);
  return one.status;
}
async function job(value: object, url = WORKER, headers: Record<string, string> = {}): Promise<number> {
  const body = JSON.stringify(value);
  const signature = await queueSignature({ body, key: relay.env.QSTASH_CURRENT_SIGNING_KEY ?? "", url });
  const request = new Request(url, { method: "POST", body, headers: { "upstash-signature": signature, ...headers } });
  return answered(url === FAILURE ? answerFailure(context, request) : answerJob(context, request));
}
const sweep = () => job({ job: "sweep" });
let dropped = 0;
const drop = (text = "x", ending = "jpg") => relay.dropbox.files.addFile(`/in/${dropped++}.${ending}`, text);

/** A service that repeats what it was told, in all the ways one sees. */
const echoes = (token: string) => [
  `{"error":{"message":"not for Bearer ${token}"}}`,
  `<html><pre>Authorization: Bearer ${token}</pre></html>`,
  `token ${token} is unknown`,
  `Basic ${Buffer.from(`user:${token}`).toString("base64")}`,
  `?access_token=${encodeURIComponent(token)}&x=${Buffer.from(token).toString("hex")}`,
  `${"x".repeat(195)}${token}`,
];

describe("no secret in log, console, answers, Redis, messages or requests", () => {
  it("files delivered, edited, skipped and rejected", async () => {
    await sweep();
    drop();
    drop('{"name":"Ann","email":"ann@example.com"}', "json");
    drop('{"name": ', "json");
    drop('{"email":"nobody"}', "json");
    drop("x", "tmp");
    expect(await sweep()).toBe(200);
    expect(relay.facebook.records().length).toBeGreaterThanOrEqual(2);
    expect(said.join()).toContain("delivery.attempted");
    await expectSilence();
  });

  it.each([400, 403, 409, 429, 500])("%i from the records endpoint, echoing the token", async (status) => {
    for (const body of echoes(relay.facebook.token())) {
      relay.facebook.fail({
        route: "POST /v1/records",
        status,
        body,
        count: 1,
        ...(status === 429 ? { retryAfter: 0 } : {}),
      });
      drop();
      await sweep();
    }
    relay.facebook.faults.clear();
    await sweep();
    await expectSilence();
  });

  it.each([400, 409, 429, 500])("%i from Dropbox, echoing the token", async (status) => {
    for (const body of echoes(relay.dropbox.accessToken)) {
      relay.dropbox.fail({ route: "files/list_folder/continue", status, body, count: 1 });
      await sweep();
      relay.dropbox.fail({ route: "files/download", status, body, count: 1 });
      drop("{}", "json");
      await sweep();
    }
    relay.dropbox.faults.clear();
    await sweep();
    await expectSilence();
  });

  it("both tokens expire and are renewed, the refusals and a failing renewal echo them → renewed, and kept sealed", async () => {
    relay.facebook.fail({
      route: "POST /oauth/token",
      status: 503,
      body: echoes(relay.env.FACEBOOK_CLIENT_SECRET ?? "").join(),
      count: 1,
    });
    relay.dropbox.fail({
      route: "oauth2/token",
      status: 400,
      body: JSON.stringify({ error: "x", error_description: echoes(relay.env.DROPBOX_APP_SECRET ?? "").join() }),
      count: 1,
    });
    relay.facebook.expireToken();
    relay.dropbox.expireToken();
    const before = relay.asked.length;
    for (let n = 0; n < 4; n += 1) {
      drop();
      await sweep();
    }
    const renewals = relay.asked.slice(before).filter(({ url }) => url.endsWith("/token"));
    expect(renewals.length).toBeGreaterThanOrEqual(3);
    for (const { headers } of relay.asked.slice(before)) {
      const bearer = headers.find(([name]) => name === "authorization")?.[1]?.replace(/^Bearer /, "");
      if (bearer !== undefined) granted.add(bearer);
    }
    const sealed = (await inRedis()).filter((one) => one.startsWith("relay:token:"));
    expect(sealed.length).toBeGreaterThanOrEqual(1);
    await expectSilence();
  });

  it("both renewals refused for good", async () => {
    relay.facebook.revokeRefresh();
    relay.facebook.expireToken();
    relay.dropbox.unlink();
    drop();
    await sweep();
    await sweep();
    expect(said.join()).toContain("DROPBOX_REFRESH_TOKEN");
    await expectSilence();
  });

  it("requests that bring our own secrets along, wherever they can stand", async () => {
    for (const hushed of secrets()) {
      const odd = { "x-dropbox-signature": hushed, "upstash-signature": hushed, cookie: hushed };
      const request = (url: string, body: string) =>
        new Request(`${url}?token=${hushed}`, { method: "POST", headers: odd, body });
      expect(await answered(answerJob(context, request(WORKER, hushed)))).toBe(401);
      expect(await answered(answerFailure(context, request(FAILURE, hushed)))).toBe(401);
      const result = await acceptNotification(request(WEBHOOK, hushed), { ...context, secrets: context.appSecrets });
      expect(result.kind).toBe("badSignature");
      const cron = new Request(WORKER, { headers: { authorization: `Basic ${hushed}` } });
      expect(await answered(answerCron(context, cron))).toBe(401);
    }
    await expectSilence();
  });

  it("signed messages, good, unreadable and given up", async () => {
    const body = notificationFor(relay.dropbox.accountId);
    const headers = { "x-dropbox-signature": dropboxSignature(relay.dropbox.appSecret, body) };
    expect((await relay.post(WEBHOOK, body, headers)).status).toBe(200);
    expect(await job({ job: "nothing" })).toBe(489);
    const sourceBody = Buffer.from('{"job":"sweep"}').toString("base64");
    expect(await job({ status: 500, sourceMessageId: "msg_1", sourceBody }, FAILURE)).toBe(200);
    const cron = new Request(WORKER, { headers: { authorization: `Bearer ${relay.env.CRON_SECRET}` } });
    expect(await answered(answerCron(context, cron))).toBe(200);
    await expectSilence();
  });

  it("the search itself finds what is there", () => {
    const hushed = secret();
    granted.add(hushed);
    const places = [
      hushed,
      encodeURIComponent(hushed),
      ...echoes(hushed).slice(0, 5),
      Buffer.from(`a${hushed}b`).toString("base64url"),
    ];
    for (const place of places) expect(() => expectNone([place])).toThrow(/a secret of 32 letters/);
    granted.delete(hushed);
  });
});
