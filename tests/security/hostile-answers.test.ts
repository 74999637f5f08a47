/** Answers of Dropbox and of the records endpoint, over real HTTP: each ends in a documented outcome, in bounded time and memory. */
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { classify } from "@/lib/destinations/records/classify.ts";
import { createRecordsClient } from "@/lib/destinations/records/client.ts";
import { refreshRecordsToken } from "@/lib/destinations/records/oauth.ts";
import { createDropboxClient } from "@/lib/dropbox/client.ts";
import { refreshAccessToken } from "@/lib/dropbox/oauth.ts";
import { secret } from "../support/builders.ts";
import { endlessly, type HostileServer, type Misbehaviour, startHostileServer } from "../support/hostile-server.ts";

let server: HostileServer;
beforeAll(async () => {
  server = await startHostileServer();
});
afterAll(() => server.close());

const token = secret();
/** A fetch that tells how much was taken out of its answers, after decompression. */
function counting() {
  let taken = 0;
  const counted: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (response.body === null) return response;
    const counter = new TransformStream<Uint8Array, Uint8Array>(
      {
        transform(chunk, controller) {
          taken += chunk.byteLength;
          controller.enqueue(chunk);
        },
      },
      undefined,
      { highWaterMark: 0 },
    );
    return new Response(response.body.pipeThrough(counter), response);
  };
  return { fetch: counted, taken: () => taken };
}

/** Every call there is, and the kind it ended in. None may throw. */
function calls(timeoutMs: number, fetch: typeof globalThis.fetch) {
  const dropbox = createDropboxClient({ apiUrl: server.url, contentUrl: server.url, fetch, timeoutMs });
  const records = createRecordsClient({ url: `${server.url}/v1/records`, fetch, timeoutMs, now: Date.now });
  const refresh = { url: `${server.url}/token`, clientId: "c", clientSecret: secret(), refreshToken: secret() };
  const record = { id: "facebook_a", status: "active", name: "a" };
  const kindOf = async (result: ReturnType<typeof dropbox.listFolder>) => {
    const ended = await result;
    return ended.ok ? "ok" : ended.error.kind;
  };
  return {
    list: () => kindOf(dropbox.listFolder(token, { path: "", recursive: true, limit: 500 })),
    continue: () => kindOf(dropbox.listFolderContinue(token, "cursor")),
    async download() {
      const ended = await dropbox.download(token, "rev:1", { maxBytes: 1024 * 1024 });
      return ended.ok ? "ok" : ended.error.kind;
    },
    async dropboxRefresh() {
      const options = { apiUrl: server.url, appKey: "k", appSecret: secret(), refreshToken: secret() };
      const ended = await refreshAccessToken({ ...options, fetch, timeoutMs });
      return ended.ok ? "ok" : ended.kind;
    },
    async search() {
      const ended = await records.search(token, "facebook_a");
      return ended.ok ? "ok" : classify(ended, "search", 0).kind;
    },
    async create() {
      const ended = await records.create(token, record, "key");
      return ended.ok ? "ok" : classify(ended, "write", 0).kind;
    },
    async recordsRefresh() {
      return (await refreshRecordsToken({ ...refresh, fetch, timeoutMs })).kind;
    },
  };
}
type Call = keyof ReturnType<typeof calls>;
const LIMITS: Record<Call, number> = {
  list: 16 * 1024 * 1024,
  continue: 16 * 1024 * 1024,
  download: 1024 * 1024,
  dropboxRefresh: 64 * 1024,
  search: 1024 * 1024,
  create: 1024 * 1024,
  recordsRefresh: 64 * 1024,
};
const ALL = Object.keys(LIMITS) as Call[];
/** What a pipe may hold beyond what was asked for. */
const SLACK = 256 * 1024;

async function endings(behave: Misbehaviour, timeoutMs = 5_000): Promise<Record<Call, string>> {
  server.behave(behave);
  const ended = await Promise.all(
    ALL.map(async (call) => {
      const counter = counting();
      const kind = await calls(timeoutMs, counter.fetch)[call]();
      expect(counter.taken(), call).toBeLessThanOrEqual(LIMITS[call] + SLACK);
      return [call, kind] as const;
    }),
  );
  await server.quiet();
  return Object.fromEntries(ended) as Record<Call, string>;
}

const NOT_NOW = { dropboxRefresh: "unavailable", recordsRefresh: "unavailable" };
const ok =
  (body: string | Uint8Array, headers: Record<string, string> = {}): Misbehaviour =>
  (response) =>
    response.writeHead(200, headers).end(body);

describe("an answer without end", () => {
  it("plain → given up at the limit, the connection closed", async () => {
    const piece = new Uint8Array(64 * 1024).fill(0x20);
    const ended = await endings((response) => endlessly(response.writeHead(200), piece));
    const tooLarge = { list: "tooLarge", continue: "tooLarge", download: "tooLarge" };
    expect(ended).toEqual({ ...tooLarge, ...NOT_NOW, search: "retryAt", create: "unclear" });
  });

  it("as the body of an error → its status decides", async () => {
    const piece = new Uint8Array(64 * 1024).fill(0x61);
    expect(await endings((response) => endlessly(response.writeHead(500), piece))).toEqual({
      ...{ list: "server", continue: "server", download: "server" },
      ...{ ...NOT_NOW, search: "retryAt", create: "unclear" },
    });
  });

  const zeros = new Uint8Array(48 * 1024 * 1024);
  const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

  it.each([
    ["gzip", gzipSync],
    ["br", (bytes: Uint8Array) => brotliCompressSync(bytes, quick)],
  ] as const)("a bomb in %s → limited after decompression", async (encoding, compress) => {
    const bomb = compress(zeros);
    expect(bomb.byteLength).toBeLessThan(128 * 1024);
    const ended = await endings(ok(bomb, { "content-encoding": encoding, "content-length": `${bomb.byteLength}` }));
    const tooLarge = { list: "tooLarge", continue: "tooLarge", download: "tooLarge" };
    expect(ended).toEqual({ ...tooLarge, ...NOT_NOW, search: "retryAt", create: "unclear" });
  });

  it("a bomb within a bomb → limited all the same", async () => {
    const bomb = gzipSync(gzipSync(zeros));
    const ended = await endings(ok(bomb, { "content-encoding": "gzip, gzip" }));
    for (const call of ALL) expect(ended[call], call).not.toBe("ok");
  });
});

describe("an answer that does not come", () => {
  const late = {
    ...{ list: "timeout", continue: "timeout", download: "timeout" },
    ...{ ...NOT_NOW, search: "retryAt", create: "unclear" },
  };

  it.each<[string, Misbehaviour]>([
    ["no head", () => undefined],
    ["a head, and no body", (response) => response.writeHead(200).flushHeaders()],
    ["an error's head, and no body", (response) => response.writeHead(400).flushHeaders()],
    ["half a body", (response) => void response.writeHead(200).write("[")],
    [
      "half a body in gzip",
      (response) => void response.writeHead(200, { "content-encoding": "gzip" }).write(gzipSync("[]").subarray(0, 12)),
    ],
  ])("%s → the time-out ends it", async (_, behave) => {
    expect(await endings(behave, 150)).toEqual(late);
  });

  it("a byte now and then for ever → the time-out is for the whole, not from byte to byte", async () => {
    const timers = new Set<NodeJS.Timeout>();
    const ended = await endings((response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(" "), 5);
      timers.add(timer);
      response.once("close", () => clearInterval(timer));
    }, 150);
    for (const timer of timers) clearInterval(timer);
    expect(ended).toEqual(late);
  });
});

describe("an answer that breaks off, or is none", () => {
  const broken = {
    ...{ list: "network", continue: "network", download: "network" },
    ...{ ...NOT_NOW, search: "retryAt", create: "unclear" },
  };

  it.each<[string, Misbehaviour]>([
    [
      "fewer bytes than announced",
      (response) => void response.writeHead(200, { "content-length": "100" }).write("[]", () => response.destroy()),
    ],
    ["closed before a head", (response) => response.destroy()],
    ["no HTTP", (response) => void response.socket?.end("SSH-2.0-x\r\n\r\n")],
    ["a head of 100 KB", (response) => void response.writeHead(200, { "x-a": "a".repeat(100_000) }).end()],
    [
      "a header with a line break smuggled in",
      (response) => void response.socket?.end("HTTP/1.1 200 OK\r\nx: a\n\0b\r\n\r\n"),
    ],
    ["gzip that is none", ok("not gzip", { "content-encoding": "gzip" })],
  ])("%s → a failure of the network", async (_, behave) => {
    expect(await endings(behave)).toEqual(broken);
  });
});

describe("an answer of another kind", () => {
  it.each([
    ["a page of HTML", "<!doctype html><title>Log in</title>"],
    ["nothing", ""],
    ["null", "null"],
    ["a text", '"ok"'],
    ["a number", "1e999"],
    ["half a listing", '{"entries":[],"cursor":"c"'],
    ["a listing of the wrong types", '{"entries":{},"cursor":5,"has_more":"no","data":{}}'],
    ["a listing with something behind it", '{"entries":[],"cursor":"c","has_more":false}garbage'],
    ["a hundred thousand brackets", "[".repeat(60_000) + "]".repeat(60_000)],
    ["a prototype", '{"__proto__":{"entries":[],"cursor":"c","has_more":false,"data":[]}}'],
  ])("%s → no listing, no record, no token; a written record stays written", async (name, body) => {
    const ended = await endings(ok(body));
    expect([ended.list, ended.continue]).toEqual(["invalidAnswer", "invalidAnswer"]);
    expect([ended.dropboxRefresh, ended.recordsRefresh]).toEqual(["unavailable", "unavailable"]);
    // An empty answer to a search is how some endpoints say "none".
    expect(ended.search).toBe(name === "nothing" ? "ok" : "retryAt");
    expect([ended.create, ended.download]).toEqual(["ok", "ok"]);
  });

  it("bytes that are no UTF-8 → no listing", async () => {
    const body = Buffer.concat([
      Buffer.from('{"entries":[],"has_more":false,"cursor":"'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]);
    expect((await endings(ok(body))).list).toBe("invalidAnswer");
  });

  it.each([301, 302, 303, 307, 308])(
    "%i to another host → an outcome; nobody is asked there, no credential leaves",
    async (status) => {
      const ended = await endings(
        (response) => void response.writeHead(status, { location: `${server.elsewhere}/v1/records` }).end(),
      );
      expect(ended).toEqual({
        ...{ list: "invalidAnswer", continue: "invalidAnswer", download: "invalidAnswer" },
        ...{ ...NOT_NOW, search: "retryAt", create: "retryAt" },
      });
      expect(server.requests).toHaveLength(ALL.length);
      for (const { headers } of server.requests) expect(headers.host).toBe(new URL(server.url).host);
    },
  );

  it.each([204, 205, 304, 299, 418, 451, 511, 599])("%i without a body → an outcome", async (status) => {
    const ended = await endings((response) => void response.writeHead(status).end());
    for (const call of ["list", "continue", "download"] as const)
      expect(ended[call]).toMatch(/^(invalidAnswer|badRequest|server)$/);
    expect(ended.dropboxRefresh).toBe("unavailable");
    expect(ended.recordsRefresh).toMatch(/^(unavailable|refused)$/);
    expect(ended.create).toMatch(status < 300 ? /^ok$/ : /^(retryAt|unclear|rejected)$/);
  });
});

describe("what an answer may make us remember", () => {
  it("a wait of a thousand years, a negative one, a date before Christ → at most a day, at least none", async () => {
    const records = createRecordsClient({ url: server.url, fetch, timeoutMs: 5_000, now: () => 0 });
    for (const wait of [
      "31536000000",
      "9".repeat(300),
      "-5",
      "Fri, 31 Dec 9999 23:59:59 GMT",
      "Thu, 01 Jan -001 00:00:00 GMT",
      "1e9",
      "0x10",
    ]) {
      server.behave((response) => void response.writeHead(429, { "retry-after": wait }).end());
      const answer = await records.search(token, "a");
      const asked = answer.ok ? -1 : (answer.retryAfterMs ?? 0);
      expect(asked, wait).toBeGreaterThanOrEqual(0);
      expect(asked, wait).toBeLessThanOrEqual(86_400_000);
    }
  });

  it("a cookie, a request id of odd letters, a link to follow → none comes back", async () => {
    const odd = { "set-cookie": "a=b", link: `<${server.elsewhere}>; rel=preload`, "x-dropbox-request-id": "a b/../c" };
    await endings((response) => void response.writeHead(400, odd).end("{}"));
    await endings((response) => void response.writeHead(200, odd).end("{}"));
    expect(server.requests).toHaveLength(ALL.length);
    for (const { headers } of server.requests) expect(headers.cookie).toBeUndefined();
    server.behave((response) => void response.writeHead(500, odd).end("{}"));
    const dropbox = createDropboxClient({ apiUrl: server.url, contentUrl: server.url, fetch, timeoutMs: 5_000 });
    const answer = await dropbox.currentAccount(token);
    expect(answer.ok ? "" : answer.error.requestId).toBeNull();
  });
});
