/** The same requests to the routes as Next answers them and as the launcher does before Next: no difference may be seen. */
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import next from "next";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOT_ROUTES, withHotRoutes } from "@/lib/local/hot-routes.ts";
import { type LocalServices, startLocalServices } from "@/lib/local/local-services.ts";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import { dropboxSignature, notificationFor, queueSignature } from "../support/builders.ts";
import { freePort } from "../support/free-port.ts";
import { until } from "./until.ts";

let sandbox: Sandbox;
let services: LocalServices;
let publicUrl: string;
const closing: (() => unknown)[] = [];
const ports = { next: 0, hot: 0 };
type Way = keyof typeof ports;

async function listen(listener: RequestListener, port = 0): Promise<number> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  sandbox = await startSandbox();
  const port = await freePort();
  publicUrl = `http://127.0.0.1:${port}`;
  services = await startLocalServices({
    redisUrl: null,
    dataDir: null,
    publicBaseUrl: publicUrl,
    loopbackBaseUrl: publicUrl,
    log: () => undefined,
  });
  Object.assign(process.env, sandbox.env, services.env, { PUBLIC_BASE_URL: publicUrl, LOG_LEVEL: "silent" });
  const app = next({ dev: false, dir: process.cwd() });
  await app.prepare();
  closing.push(() => app.close());
  const handle = app.getRequestHandler();
  const byNext: RequestListener = (request, response) => void handle(request, response);
  ports.next = await listen(byNext);
  ports.hot = await listen(
    withHotRoutes(HOT_ROUTES, byNext, () => undefined),
    port,
  );
});
afterAll(async () => {
  await services.close();
  for (const close of closing.reverse()) await close();
  await sandbox.close();
});

interface Answer {
  status: string;
  headers: Record<string, string>;
  body: string;
}

/** How the answer was framed and when, and what Next's router says of itself, is nobody's business. */
const UNCOMPARED = /^(date|connection|keep-alive|transfer-encoding|content-length|vary)$/;

/** Sends these bytes and reads one answer, or null when the connection ends without one. */
function exchange(way: Way, bytes: string | Buffer): Promise<Answer | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(ports[way], "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      text += chunk;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text === "" ? null : parse(text)));
  });
}

/** A page's scripts carry a nonce of this one answer. */
function withoutNonce(text: string): string {
  const nonce = /'nonce-([^']+)'/.exec(text)?.[1];
  return nonce === undefined ? text : text.replaceAll(nonce, "nonce");
}

function parse(received: string): Answer {
  const text = withoutNonce(received);
  const cut = text.indexOf("\r\n\r\n");
  const [status = "", ...lines] = text.slice(0, cut).split("\r\n");
  const all = lines.map((line) => [line.split(":")[0]?.toLowerCase() ?? "", line.slice(line.indexOf(":") + 2)]);
  const raw = text.slice(cut + 4);
  const isChunked = /\r\ntransfer-encoding: chunked/i.test(text.slice(0, cut));
  const body = isChunked ? raw.replace(/(^|\r\n)[0-9a-f]+\r\n/g, "").replace(/\r\n$/, "") : raw;
  return { status, headers: Object.fromEntries(all.filter(([name = ""]) => !UNCOMPARED.test(name))), body };
}

interface Sent {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** The connection ends after the answer, so that its end is known. */
function bytesOf({ method = "POST", path, headers = {}, body = "" }: Sent): Buffer {
  const all = { host: "relay.test", connection: "close", "content-length": `${Buffer.byteLength(body)}`, ...headers };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === "" ? [] : [`${name}: ${value}`]));
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`), Buffer.from(body)]);
}

const both = async (sent: Sent) => ({
  byNext: await exchange("next", bytesOf(sent)),
  hot: await exchange("hot", bytesOf(sent)),
});

const WEBHOOK = "/api/dropbox/webhook";
const json = { "content-type": "application/json" };
const signed = (body: string | Buffer) => ({
  ...json,
  "x-dropbox-signature": dropboxSignature(process.env.DROPBOX_APP_SECRET ?? "", body),
});
const jobBy = async (body: string, path = "/api/relay") => ({
  path,
  body,
  headers: {
    ...json,
    "upstash-signature": await queueSignature({
      body,
      key: process.env.QSTASH_CURRENT_SIGNING_KEY ?? "",
      url: `${publicUrl}${path}`,
    }),
  },
});

describe("refused or accepted", () => {
  const body = notificationFor("dbid:A");
  const many = notificationFor(...Array.from({ length: 1001 }, (_, n) => `dbid:${n}`));
  const cases: [string, string, () => Sent | Promise<Sent>][] = [
    ["notification, signed", "200", () => ({ path: WEBHOOK, headers: signed(body), body })],
    ["notification, signed, with a query", "200", () => ({ path: `${WEBHOOK}?a=1`, headers: signed(body), body })],
    ["notification, unsigned", "403", () => ({ path: WEBHOOK, headers: json, body })],
    ["notification, empty", "403", () => ({ path: WEBHOOK })],
    ["notification, signed, no JSON", "400", () => ({ path: WEBHOOK, headers: signed("x"), body: "x" })],
    ["notification, HTML", "415", () => ({ path: WEBHOOK, headers: { "content-type": "text/html" }, body })],
    ["notification, 1,001 accounts", "413", () => ({ path: WEBHOOK, headers: signed(many), body: many })],
    ["notification, 200 kB", "413", () => ({ path: WEBHOOK, headers: json, body: Buffer.alloc(200_000, " ") })],
    [
      "notification, in chunks",
      "200",
      () => ({
        path: WEBHOOK,
        headers: { ...signed(body), "content-length": "", "transfer-encoding": "chunked" },
        body: `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      }),
    ],
    ["job, signed", "200", () => jobBy('{"job":"sweep"}')],
    ["job, signed, not ours", "489", () => jobBy('{"job":"other"}')],
    ["job, unknown instance", "489", () => jobBy('{"job":"drain","instance":"none"}')],
    ["job, unsigned", "401", () => ({ path: "/api/relay", headers: json, body: '{"job":"sweep"}' })],
    ["job, signed for another route", "401", async () => ({ ...(await jobBy("{}")), path: "/api/relay/failure" })],
    ["failure, signed", "200", () => jobBy('{"status":500}', "/api/relay/failure")],
    ["failure, unsigned", "401", () => ({ path: "/api/relay/failure", body: "{}" })],
    ...["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"].flatMap((method): (typeof cases)[number][] =>
      [WEBHOOK, "/api/relay", "/api/relay/failure"].map((path) => [`${method} ${path}`, "", () => ({ method, path })]),
    ),
    ["challenge", "200", () => ({ method: "GET", path: `${WEBHOOK}?challenge=abc` })],
    ["challenge, encoded", "200", () => ({ method: "GET", path: `${WEBHOOK}?a=1&challenge=a%20b+c%3Cb%3E%zz` })],
    ["challenge, too long", "400", () => ({ method: "GET", path: `${WEBHOOK}?challenge=${"a".repeat(1025)}` })],
    ["challenge, with a body", "200", () => ({ method: "GET", path: `${WEBHOOK}?challenge=abc`, body: "x" })],
    ...[`${WEBHOOK}/`, "/api/dropbox//webhook", "/API/relay", "/api/relay/other", "/api/relay%2Ffailure"].map(
      (path): (typeof cases)[number] => [`POST ${path}`, "", () => ({ path })],
    ),
  ];

  it.each(cases)("%s → %s; the same status, headers and body both ways", async (_, status, sent) => {
    const { byNext, hot } = await both(await sent());
    expect(hot).toEqual(byNext);
    expect(hot?.status).toContain(`HTTP/1.1 ${status}`);
  });
});

describe("a caller that goes half way", () => {
  it.each(["hot", "next"] as const)("%s: nothing enqueued, and the next request is answered", async (way) => {
    const before = (await services.counts()).qstashMessages;
    const body = notificationFor("dbid:gone");
    const whole = bytesOf({ path: WEBHOOK, headers: signed(body), body });
    await new Promise<void>((resolve) => {
      const socket = connect(ports[way], "127.0.0.1", () => {
        socket.write(whole.subarray(0, whole.length - 5), () => socket.resetAndDestroy());
      });
      socket.on("close", () => resolve());
    });
    const answer = await exchange(way, bytesOf({ path: WEBHOOK, headers: json, body }));
    expect(answer?.status).toContain("403");
    expect((await services.counts()).qstashMessages).toBe(before);
  });
});

describe("a kept connection", () => {
  it("a refused long body, then a good request on the same connection → the rest is not taken for a request", async () => {
    const body = notificationFor("dbid:A");
    const trap = bytesOf({ path: WEBHOOK, headers: signed(body), body }).toString();
    const first = bytesOf({ path: WEBHOOK, headers: { connection: "keep-alive" }, body: trap.repeat(1000) });
    const second = bytesOf({ path: WEBHOOK, headers: json, body });
    const before = (await services.counts()).qstashMessages;
    const text = await new Promise<string>((resolve, reject) => {
      let seen = "";
      const socket = connect(ports.hot, "127.0.0.1", () => socket.write(Buffer.concat([first, second])));
      socket.on("data", (chunk) => {
        seen += chunk;
      });
      socket.on("error", reject);
      socket.on("close", () => resolve(seen));
    });
    expect([...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status)).toEqual(["413", "403"]);
    expect((await services.counts()).qstashMessages).toBe(before);
  });
});

describe("a file", () => {
  it.each(["hot", "next"] as const)("dropped, then a signed sweep the %s way → its record", async (way) => {
    sandbox.dropbox.files.addFile(`/inbox/${way}.jpg`, "x");
    const answer = await exchange(way, bytesOf(await jobBy('{"job":"sweep"}')));
    expect(answer?.status).toContain("200");
    expect(sandbox.facebook.records().map(({ name }) => name)).toContain(`${way}.jpg`);
  });

  it("dropped, notified the hot way → its record, by a job that came the hot way", async () => {
    expect(await sandbox.dropbox.register(`${publicUrl}${WEBHOOK}`)).toEqual({ ok: true });
    sandbox.dropbox.files.addFile("/inbox/notified.jpg", "x");
    const names = () => sandbox.facebook.records().map(({ name }) => name);
    await until("the record", () => names().includes("notified.jpg"), 20_000);
    expect(sandbox.facebook.doubles()).toEqual([]);
  });
});
