/** The webhook route as Dropbox meets it: real requests, real signatures, and the real SDK in front of the local queue. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type RunningQueue, startQueue } from "@/lib/local/queue/server.ts";
import { createEngine } from "@/lib/local/redis/engine.ts";
import {
  anEnvironment,
  collector,
  dropboxSignature,
  type Front,
  notificationFor,
  PUBLIC_URL,
  secret,
  startFront,
  turns,
} from "../support/builders.ts";

const LIMIT = 64 * 1024;
const URL_OF_ROUTE = "http://localhost/api/dropbox/webhook";

let route: typeof import("@/app/api/dropbox/webhook/route.ts");
let queue: RunningQueue;
let front: Front;
const env = anEnvironment({ DROPBOX_APP_SECRET_PREVIOUS: secret() });
const appSecret = env.DROPBOX_APP_SECRET ?? "";
const previousSecret = env.DROPBOX_APP_SECRET_PREVIOUS ?? "";

/** What the queue brought to the worker. */
const brought = collector<{ address: string; job: unknown }>();

beforeAll(async () => {
  queue = await startQueue({
    backend: createEngine({ now: Date.now }),
    token: env.QSTASH_TOKEN ?? "",
    currentSigningKey: env.QSTASH_CURRENT_SIGNING_KEY ?? "",
    nextSigningKey: env.QSTASH_NEXT_SIGNING_KEY ?? "",
    forward: { [PUBLIC_URL]: "http://127.0.0.1:9" },
    fetch: async (address, { body }) => {
      brought.add({ address, job: JSON.parse(Buffer.from(body ?? []).toString()) });
      return new Response("ok");
    },
  });
  front = await startFront(queue.url);
  Object.assign(process.env, env, { QSTASH_URL: front.url });
  route = await import("@/app/api/dropbox/webhook/route.ts");
});
afterAll(async () => {
  await front.close();
  await queue.close();
});

let messagesBefore = 0;
/** Notifications of one account within one second share jobs; each test begins a second of its own. */
let ahead = 0;
const realNow = Date.now;
Date.now = () => realNow() + ahead;
beforeEach(() => {
  ahead += 2_000;
  front.reset();
  brought.all.length = 0;
  messagesBefore = queue.messages();
});
afterEach(() => vi.useRealTimers());

const messages = () => queue.messages() - messagesBefore;

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

function post(body: Body, headers: Record<string, string | null> = {}): Promise<Response> {
  const all = { "content-type": "application/json", ...headers };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null);
  return route.POST(new Request(URL_OF_ROUTE, { method: "POST", headers: given, body, duplex: "half" } as RequestInit));
}

const signed = (body: string | Uint8Array<ArrayBuffer>, key = appSecret, headers: Record<string, string | null> = {}) =>
  post(body, { "x-dropbox-signature": dropboxSignature(key, body), ...headers });

/** The answer, once it is sure that it neither says anything nor caused any request. */
async function refused(answer: Promise<Response>): Promise<number> {
  const response = await answer;
  expect(await response.text()).toBe("");
  await turns();
  expect(front.requests).toEqual([]);
  return response.status;
}

/** A body made as it is read; `sent()` is how many bytes were asked for. */
function stream(make: (n: number) => Uint8Array | null | Error) {
  let n = 0;
  let sent = 0;
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = make(n++);
        if (chunk === null) return controller.close();
        if (chunk instanceof Error) return controller.error(chunk);
        sent += chunk.byteLength;
        controller.enqueue(chunk);
      },
      cancel() {
        isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, sent: () => sent, isCancelled: () => isCancelled };
}

describe("challenge", () => {
  const get = (query: string) => route.GET(new Request(`${URL_OF_ROUTE}${query}`));

  it.each(["abc", "x y&<script>", "ü😀", "a".repeat(1024)])(
    "asked with %j → echoed as plain text",
    async (challenge) => {
      const response = get(`?challenge=${encodeURIComponent(challenge)}`);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe(challenge);
      expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(response.headers.get("cache-control")).toBe("no-store");
    },
  );

  it("missing, empty, under another name or too long → 400 without an echo", async () => {
    for (const query of ["", "?", "?challenge=", "?Challenge=echo", `?challenge=${"echo".repeat(257)}`]) {
      const response = get(query);
      expect(response.status, query).toBe(400);
      expect(await response.text()).not.toContain("echo");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  it("any other method → left to the framework's 405", () => {
    expect(Object.keys(route).sort()).toEqual(["GET", "POST"]);
  });
});

describe("a signed notification", () => {
  it("one account → 200 and exactly one message: its sync job, to the worker", async () => {
    const before = Date.now();
    const response = await signed(notificationFor("dbid:A"));
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
    expect(front.requests.map(({ path }) => path)).toEqual([`/v2/publish/${PUBLIC_URL}/api/relay`]);
    const job = JSON.parse(front.requests[0]?.body ?? "");
    expect(job).toEqual({ job: "sync", account: "dbid:A", notifiedAt: job.notifiedAt });
    expect(job.notifiedAt).toBeGreaterThanOrEqual(before);
    expect(job.notifiedAt).toBeLessThanOrEqual(Date.now());
    await brought.reached(1);
    expect(messages()).toBe(1);
    expect(brought.all).toEqual([{ address: "http://127.0.0.1:9/api/relay", job }]);
  });

  it("several accounts, one twice → 200, one batch request, one message each", async () => {
    expect((await signed(notificationFor("dbid:A", "dbid:B", "dbid:A", "dbid:C"))).status).toBe(200);
    expect(front.requests.map(({ path }) => path)).toEqual(["/v2/batch"]);
    await brought.reached(3);
    expect(messages()).toBe(3);
    expect(brought.all.map(({ job }) => job)).toMatchObject(
      ["dbid:A", "dbid:B", "dbid:C"].map((account) => ({ job: "sync", account })),
    );
  });

  it("signed with the previous secret → 200 and its message", async () => {
    expect((await signed(notificationFor("dbid:A"), previousSecret)).status).toBe(200);
    expect(messages()).toBe(1);
  });

  it("unknown fields, another type of text or none named → 200 and its message", async () => {
    const body = JSON.stringify({ tomorrow: [{}], list_folder: { accounts: ["dbid:A"], more: 1 } });
    for (const type of ["application/json; charset=utf-8", "text/plain", "application/octet-stream", null]) {
      expect((await signed(body, appSecret, { "content-type": type })).status, String(type)).toBe(200);
    }
    expect(messages()).toBe(4);
  });

  it("nothing we follow in it → 200, no request to the queue", async () => {
    for (const body of [
      "{}",
      '{"delta":{"users":[1]}}',
      '{"list_folder":{"accounts":[]}}',
      '{"list_folder":{}}',
      '{"list_folder":{"accounts":["no account"]}}',
    ]) {
      expect(await refused(signed(body)), body).toBe(200);
    }
  });

  it("in pieces of one byte, a letter cut in two → read as a whole", async () => {
    const bytes = Buffer.from(JSON.stringify({ note: "ü", list_folder: { accounts: ["dbid:A"] } }));
    const { body } = stream((n) => (n < bytes.length ? Uint8Array.of(bytes[n] ?? 0) : null));
    const response = await post(body, { "x-dropbox-signature": dropboxSignature(appSecret, bytes) });
    expect(response.status).toBe(200);
    expect(messages()).toBe(1);
  });

  it("1,000 accounts → 200, requests of at most 100 messages, one message each", async () => {
    const accounts = Array.from({ length: 1000 }, (_, n) => `dbid:${n}`);
    expect((await signed(notificationFor(...accounts))).status).toBe(200);
    expect(front.requests).toHaveLength(10);
    for (const { body } of front.requests) expect(JSON.parse(body)).toHaveLength(100);
    expect(messages()).toBe(1000);
  });
});

describe("notifications at once", () => {
  it("26 while a request to the queue is under way → all in one batch after it, every account once", async () => {
    const release = front.hold();
    const first = signed(notificationFor("dbid:first"));
    await front.arrived(1);
    const rest = Array.from({ length: 26 }, (_, n) => signed(notificationFor(`dbid:${n % 13}`)));
    await turns(50);
    expect(front.requests).toHaveLength(1);
    release();
    for (const response of await Promise.all([first, ...rest])) expect(response.status).toBe(200);
    expect(front.requests.map(({ path }) => path)).toEqual([`/v2/publish/${PUBLIC_URL}/api/relay`, "/v2/batch"]);
    expect(messages()).toBe(14);
  });
});

describe("the queue in trouble", () => {
  /** The SDK writes to the console by itself. */
  const said: string[] = [];
  beforeEach(() => {
    said.length = 0;
    for (const method of ["error", "warn", "log"] as const) {
      vi.spyOn(console, method).mockImplementation((...parts) => void said.push(parts.map(String).join(" ")));
    }
  });
  afterEach(() => {
    vi.restoreAllMocks();
    for (const [name, value] of Object.entries(env)) {
      if (/SECRET|TOKEN|KEY/.test(name)) expect(said.join("\n"), name).not.toContain(value);
    }
  });

  it.each([401, 429, 500, 503])("answers %i → 503, and 200 again when it is back", async (status) => {
    front.mode = status;
    const response = await signed(notificationFor("dbid:A"));
    expect(response.status).toBe(503);
    expect(await response.text()).toBe("");
    expect(front.requests).toHaveLength(1);
    front.mode = "pass";
    expect((await signed(notificationFor("dbid:A"))).status).toBe(200);
    expect(messages()).toBe(1);
  });

  it("breaks the connection → 503", async () => {
    front.mode = "break";
    expect((await signed(notificationFor("dbid:A"))).status).toBe(503);
    expect(messages()).toBe(0);
  });

  it("refuses one message of a batch → 503, so that Dropbox notifies again", async () => {
    front.answer = () => Response.json([{ messageId: "msg_1" }, { error: "no more messages today" }]);
    expect((await signed(notificationFor("dbid:A", "dbid:B"))).status).toBe(503);
  });

  it("never answers → 503 to the first and to one that waited behind it, both within Dropbox's ten seconds", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const release = front.hold();
    const statuses: number[] = [];
    const note = (response: Response) => void statuses.push(response.status);
    const first = signed(notificationFor("dbid:A")).then(note);
    await front.arrived(1);
    const second = signed(notificationFor("dbid:B")).then(note);
    await turns();
    await vi.advanceTimersByTimeAsync(4999);
    await front.arrived(2);
    await vi.advanceTimersByTimeAsync(5000);
    await turns();
    expect(statuses).toEqual([503, 503]);
    release();
    await Promise.all([first, second]);
  });
});

describe("forged or unsigned", () => {
  const body = notificationFor("dbid:A");
  const good = dropboxSignature(appSecret, body);

  it.each([
    ["none", null],
    ["empty", ""],
    ["one digit short", good.slice(1)],
    ["one digit long", `${good}0`],
    ["upper case", good.toUpperCase()],
    ["with a prefix", `sha256=${good}`],
    ["twice", `${good}, ${good}`],
    ["base64", Buffer.from(good, "hex").toString("base64")],
    ["not hex", "g".repeat(64)],
    ["not ASCII", "\u00e9".repeat(64)],
    ["very long", "a".repeat(10_000)],
    ["one digit wrong", (good[0] === "0" ? "1" : "0") + good.slice(1)],
    ["of another body", dropboxSignature(appSecret, `${body} `)],
    ["by another secret", dropboxSignature(secret(), body)],
    ["by the empty secret", dropboxSignature("", body)],
  ])("signature: %s → 403, nothing asked of the queue", async (_, signature) => {
    expect(await refused(post(body, { "x-dropbox-signature": signature }))).toBe(403);
  });

  it("signed, then one byte of the body changed, added or taken → 403", async () => {
    for (const changed of [body.replace("A", "B"), `${body}\n`, body.slice(0, -1), ""]) {
      expect(await refused(post(changed, { "x-dropbox-signature": good })), changed).toBe(403);
    }
  });

  it("unsigned and unreadable, empty or not UTF-8 → 403: nobody learns what would be read", async () => {
    for (const unsigned of ["", "x", "[]", Buffer.from([0xff, 0xfe])]) expect(await refused(post(unsigned))).toBe(403);
  });
});

describe("signed but not a notification", () => {
  it.each([
    ["empty", ""],
    ["no JSON", "accounts=dbid:A"],
    ["cut off", '{"list_folder":{"accounts":["dbid:A"'],
    ["null", "null"],
    ["a list", '["dbid:A"]'],
    ["a text", '"dbid:A"'],
    ["a number", "5"],
    ["list_folder of another type", '{"list_folder":"dbid:A"}'],
    ["accounts of another type", '{"list_folder":{"accounts":"dbid:A"}}'],
    ["with a NUL", `${notificationFor("dbid:A")}\u0000`],
    ["with a NUL in an account", '{"list_folder":{"accounts":["dbid:\u0000A"]}}'],
    ["not UTF-8", Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')])],
    ["UTF-16", Buffer.from(notificationFor("dbid:A"), "utf16le")],
  ])("%s → 400, nothing asked of the queue", async (_, body) => {
    expect(await refused(signed(body))).toBe(400);
  });

  it("nested 20,000 deep → 400, not a crash", async () => {
    const deep = `{"list_folder":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
    expect(await refused(signed(deep))).toBe(400);
  });

  it.each([
    "text/html",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "image/png",
    "application/jsonx",
  ])("content type %s → 415, nothing asked of the queue", async (type) => {
    expect(await refused(signed(notificationFor("dbid:A"), appSecret, { "content-type": type }))).toBe(415);
  });
});

describe("too much", () => {
  it("5 MB, signed or not → 413", async () => {
    const body = new Uint8Array(5_000_000).fill(0x20);
    expect(await refused(post(body))).toBe(413);
    expect(await refused(signed(body))).toBe(413);
  });

  it("at the limit → read; one byte more → 413", async () => {
    const padded = (length: number) => notificationFor("dbid:A").padEnd(length, " ");
    expect(await refused(signed(padded(LIMIT + 1)))).toBe(413);
    expect((await signed(padded(LIMIT))).status).toBe(200);
  });

  it("10,000 accounts, long or short ids → 413", async () => {
    const long = Array.from({ length: 10_000 }, (_, n) => `dbid:${String(n).padStart(35, "0")}`);
    const short = Array.from({ length: 10_000 }, () => "a");
    expect(notificationFor(...short).length).toBeLessThan(LIMIT);
    for (const accounts of [long, short]) expect(await refused(signed(notificationFor(...accounts)))).toBe(413);
  });

  it("1,001 accounts → 413", async () => {
    const accounts = Array.from({ length: 1001 }, (_, n) => `dbid:${n}`);
    expect(await refused(signed(notificationFor(...accounts)))).toBe(413);
  });

  it("5 MB announced → 413 without reading any of it", async () => {
    const { body, sent } = stream(() => new Uint8Array(1000));
    expect(await refused(post(body, { "content-length": "5000000" }))).toBe(413);
    expect(sent()).toBe(0);
  });

  it("a body that never ends, whatever length it announces → 413 after little more than the limit, and let go", async () => {
    for (const length of [null, "10", "-1", "many"]) {
      const { body, sent, isCancelled } = stream(() => new Uint8Array(1000));
      expect(await refused(post(body, { "content-length": length }))).toBe(413);
      expect(sent()).toBeLessThanOrEqual(LIMIT + 1000);
      expect(isCancelled()).toBe(true);
    }
  });

  it("a body that breaks off half way → 400", async () => {
    const { body } = stream((n) => (n < 3 ? new Uint8Array(10) : new Error("the caller has gone")));
    expect(await refused(post(body, { "x-dropbox-signature": "a".repeat(64) }))).toBe(400);
  });
});
