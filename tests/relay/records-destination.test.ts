/** Destination `records` attempt by attempt, against the emulated endpoint; what it sent is looked at, byte for byte. */
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Credential } from "@/lib/core/credential.ts";
import type { Delivery } from "@/lib/core/delivery.ts";
import type { Destination, Read, SourceReader } from "@/lib/core/destination.ts";
import type { Outcome } from "@/lib/core/outcome.ts";
import { createRecordsClient } from "@/lib/destinations/records/client.ts";
import { createRecordsDestination } from "@/lib/destinations/records/destination.ts";
import { createFacebookRecords, type FacebookOptions, type FacebookRecords } from "../sandbox/facebook-records.ts";
import { type Handler, listen } from "../sandbox/http-bridge.ts";
import { aClaim, aDelivery, anAttempt, NOW, secret } from "../support/builders.ts";

const URL_OF_RECORDS = "http://facebook.test/v1/records";

interface Sent {
  method: string;
  url: string;
  headers: Headers;
  body: string;
}

let facebook: FacebookRecords;
let destination: Destination;
let credential: Credential & { renewals: number };
let source: SourceReader & { files: Map<string, string>; current: Read<Pick<Delivery, "name" | "rev" | "size">> };
const sent: Sent[] = [];
/** Answers in the endpoint's place where it gives a response. */
let instead: (request: Sent) => Response | null;

beforeEach(() => start());

function start(options: Partial<FacebookOptions> & { url?: string } = {}) {
  sent.length = 0;
  instead = () => null;
  const { url = URL_OF_RECORDS, ...rest } = options;
  facebook = createFacebookRecords({ now: () => NOW, token: secret(), ...rest });
  const first = facebook.token();
  credential = {
    fingerprint: "fingerprint",
    renewals: 0,
    current: async () => ({ kind: "token", value: first }),
    async renew() {
      this.renewals += 1;
      return { kind: "token", value: facebook.token() };
    },
  };
  source = {
    files: new Map(),
    current: { kind: "gone" },
    async content(rev) {
      const content = this.files.get(rev);
      return content === undefined ? { kind: "gone" } : { kind: "read", value: Buffer.from(content) };
    },
    part: () => expect.unreachable("records are made of whole files"),
    at: () => expect.unreachable("records are made of revisions"),
    address: () => expect.unreachable("records hold no address"),
    sharedLink: () => expect.unreachable("records hold no link"),
    async metadata() {
      return this.current;
    },
    isSelected: () => expect.unreachable("records do not follow deletions"),
  };
  const client = createRecordsClient({
    url,
    timeoutMs: 5000,
    now: () => NOW,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { method, headers } = request;
      const one = { method, url: request.url, headers, body: await request.clone().text() };
      sent.push(one);
      return instead(one) ?? facebook.handle(request);
    },
  });
  destination = createRecordsDestination({ client, credential, source, now: () => NOW });
}

async function deliver(changes: Partial<Delivery> = {}, mayGoOn = () => true): Promise<Outcome> {
  const group = [aClaim({ delivery: aDelivery(changes) })];
  const [outcome] = await destination.deliver(group, anAttempt({ mayGoOn }));
  if (outcome === undefined) throw new Error("a delivery without an outcome");
  return outcome;
}
const asked = () => sent.map(({ method, url }) => `${method} ${url.slice("http://facebook.test".length)}`);
const bodies = () => sent.filter(({ body }) => body !== "").map(({ body }) => JSON.parse(body));
const json = (content: object) => {
  source.files.set("rev1", JSON.stringify(content));
  return { name: "a.json" };
};
const SEARCH = "GET /v1/records?id=facebook_a";

describe("a file that has no record", () => {
  it("→ searched, then created: delivered", async () => {
    expect(await deliver()).toEqual({ kind: "delivered", remoteId: "facebook_a", wrote: true });
    expect(asked()).toEqual([SEARCH, "POST /v1/records"]);
    expect(bodies()).toEqual([{ id: "facebook_a", status: "active", name: "a.jpg" }]);
    expect(facebook.records()).toEqual(bodies());
  });

  it("→ each request carries the bearer token; the write its type and an idempotency key", async () => {
    await deliver();
    for (const { headers } of sent) expect(headers.get("authorization")).toBe(`Bearer ${facebook.token()}`);
    const [search, write] = sent;
    expect(search?.headers.has("idempotency-key")).toBe(false);
    expect(write?.headers.get("idempotency-key")).toMatch(/^[0-9a-f]{64}$/);
    expect(write?.headers.get("content-type")).toBe("application/json");
  });

  it("written again after a lost answer → the same key; another revision or content → another", async () => {
    const keyOf = async (changes: Partial<Delivery>) => {
      instead = ({ method }) => (method === "POST" ? new Response(null, { status: 500 }) : null);
      await deliver(changes);
      return sent.at(-1)?.headers.get("idempotency-key");
    };
    const key = await keyOf({});
    expect(await keyOf({ attempts: [], seenAt: NOW + 1 })).toBe(key);
    expect(await keyOf({ rev: "rev2" })).not.toBe(key);
    expect(await keyOf({ name: "b.jpg" })).not.toBe(key);
  });
});

describe("a file that has a record", () => {
  beforeEach(async () => {
    await deliver();
    sent.length = 0;
  });

  it("equal → searched only: updated, nothing written", async () => {
    expect(await deliver()).toEqual({ kind: "updated", remoteId: "facebook_a", wrote: false });
    expect(asked()).toEqual([SEARCH]);
  });

  it("different → updated under its own address; the endpoint's other fields stay", async () => {
    Object.assign(facebook.records()[0] ?? {}, { likes: 5 });
    expect(await deliver({ rev: "rev2", name: "b.jpg" })).toMatchObject({ kind: "updated", wrote: true });
    expect(asked()).toEqual([SEARCH, "PATCH /v1/records/facebook_a"]);
    expect(facebook.records()).toEqual([{ id: "facebook_a", status: "active", name: "b.jpg", likes: 5 }]);
  });
});

describe("what a search may answer", () => {
  const record = { id: "facebook_a", status: "active", name: "a.jpg" };
  const answers = (body: unknown, status = 200) => {
    instead = ({ method }) =>
      method === "GET" ? new Response(typeof body === "string" ? body : JSON.stringify(body), { status }) : null;
  };

  it.each([
    ["a list", [record]],
    ["a list under data", { data: [record] }],
    ["the record itself", record],
    ["a list with others", [{ id: "facebook_b" }, record]],
  ])("%s → found", async (_, body) => {
    answers(body);
    expect(await deliver()).toMatchObject({ kind: "updated", wrote: false });
  });

  it.each([
    ["an empty list", [], 200],
    ["an empty list under data", { data: [] }, 200],
    ["only others, as an endpoint that ignores the id", [{ id: "facebook_b" }, { id: 7 }], 200],
    ["an id that only begins alike", [{ id: "facebook_a1" }], 200],
    ["nothing", "", 200],
    ["404", { error: "none" }, 404],
  ])("%s → none, created", async (_, body, status) => {
    answers(body, status);
    expect(await deliver()).toMatchObject({ kind: "delivered", wrote: true });
    expect(facebook.records()).toHaveLength(1);
  });

  it.each([
    ["a login page", "<html>sign in</html>"],
    ["another object", { ok: true }],
    ["records without ids", [{ name: "a.jpg" }]],
    ["a text", '"none"'],
    ["null", "null"],
    ["more than 1 MiB", `[${" ".repeat(1_100_000)}]`],
  ])("%s → not understood: tried later, nothing written", async (_, body) => {
    answers(body);
    expect(await deliver()).toMatchObject({ kind: "retryAt", hold: false });
    expect(asked()).toEqual([SEARCH]);
  });
});

describe("an answer that is lost", () => {
  it.each(["createdBut500", "createdButLost"] as const)(
    "%s → unclear; the next attempt finds the record, one write",
    async (name) => {
      facebook.trouble(name, { count: 1 });
      expect(await deliver()).toMatchObject({ kind: "unclear" });
      expect(await deliver()).toEqual({ kind: "updated", remoteId: "facebook_a", wrote: false });
      expect(facebook.writes()).toHaveLength(1);
      expect(facebook.doubles()).toEqual([]);
    },
  );

  it("search fails or gets no answer → tried later, no write attempted", async () => {
    for (const trouble of ["serverError", "lost"] as const) {
      facebook.trouble(trouble, { count: 1 });
      expect(await deliver(), trouble).toMatchObject({ kind: "retryAt", hold: false });
    }
    expect(asked()).toEqual([SEARCH, SEARCH]);
  });

  it("record deleted between search and write → unclear, then created", async () => {
    await deliver();
    instead = ({ method }) => (method === "PATCH" ? Response.json({ error: "gone" }, { status: 404 }) : null);
    expect(await deliver({ name: "b.jpg" })).toMatchObject({ kind: "unclear" });
  });

  it("written, but the answer is endless → unclear, not rejected", async () => {
    instead = ({ method }) =>
      method === "POST"
        ? new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(100_000)) }))
        : null;
    expect(await deliver()).toMatchObject({ kind: "unclear" });
  });
});

describe("429", () => {
  it("to the search → held until the time named, nothing written", async () => {
    facebook.trouble("tooMany", { count: 1, retryAfter: 9 });
    expect(await deliver()).toMatchObject({ kind: "retryAt", at: NOW + 9000, cause: "rateLimited", hold: true });
    expect(asked()).toEqual([SEARCH]);
  });

  it("to the write → held, and not unclear: nothing was written", async () => {
    facebook.fail({ route: "POST /v1/records", status: 429, count: 1 });
    expect(await deliver()).toMatchObject({ kind: "retryAt", at: null, hold: true });
    expect(facebook.records()).toEqual([]);
  });
});

describe("401", () => {
  /** The token renewed meanwhile is the one the endpoint takes. */
  const renewWith = (result: Awaited<ReturnType<Credential["renew"]>>) => {
    credential.renew = async () => result;
  };

  it("token refused, renewed → the whole attempt again with the new token: delivered", async () => {
    renewWith({ kind: "token", value: "new" });
    instead = ({ method, headers }) => {
      if (headers.get("authorization") !== "Bearer new") return Response.json({ error: "expired" }, { status: 401 });
      return method === "GET" ? Response.json([]) : Response.json({}, { status: 201 });
    };
    expect(await deliver()).toMatchObject({ kind: "delivered", wrote: true });
    expect(asked()).toEqual([SEARCH, SEARCH, "POST /v1/records"]);
  });

  it("refused again after the renewal → unauthorized, two searches and no more", async () => {
    facebook.expireToken();
    expect(await deliver()).toMatchObject({ kind: "unauthorized" });
    expect(asked()).toEqual([SEARCH, SEARCH]);
    expect(credential.renewals).toBe(1);
  });

  it("nothing to renew it with → unauthorized, with what to do", async () => {
    facebook.expireToken();
    renewWith({ kind: "refused", message: "set a new FACEBOOK_API_KEY" });
    expect(await deliver()).toEqual({ kind: "unauthorized", message: "set a new FACEBOOK_API_KEY" });
    expect(asked()).toEqual([SEARCH]);
  });

  it("token endpoint down → later, held for all: no request without a token", async () => {
    facebook.expireToken();
    renewWith({ kind: "unavailable", message: "the token endpoint answered 503" });
    expect(await deliver()).toMatchObject({ kind: "retryAt", hold: true, message: "the token endpoint answered 503" });
  });

  it("no token at all → unauthorized without a request", async () => {
    credential.current = async () => ({ kind: "refused", message: "link it again" });
    expect(await deliver()).toEqual({ kind: "unauthorized", message: "link it again" });
    expect(sent).toEqual([]);
  });
});

describe("400", () => {
  const now = (name: string, rev: string, content?: string) => {
    if (content !== undefined) source.files.set(rev, content);
    source.current = { kind: "read", value: { name, rev, size: 10 } };
  };
  const writes = () => asked().filter((line) => !line.startsWith("GET")).length;

  it("file unchanged → rejected with what the endpoint said, one write", async () => {
    facebook.trouble("badRequest", { count: 1 });
    now("a.jpg", "rev1");
    const outcome = await deliver();
    expect(outcome).toMatchObject({ kind: "rejected" });
    expect(JSON.stringify(outcome)).toContain("refused on purpose with 400");
    expect(writes()).toBe(1);
  });

  it("file changed meanwhile → mapped again and sent once more: delivered", async () => {
    facebook.trouble("badRequest", { count: 1 });
    now("better.jpg", "rev2");
    expect(await deliver()).toMatchObject({ kind: "delivered", wrote: true });
    expect(bodies().map(({ name }) => name)).toEqual(["a.jpg", "better.jpg"]);
  });

  it("the refused field taken out of the file meanwhile → sent once more without it", async () => {
    const delivery = json({ email: "ann@example.com", amount: 5 });
    facebook.trouble("badRequest", { count: 1 });
    now("a.json", "rev2", JSON.stringify({ amount: 5 }));
    expect(await deliver(delivery)).toMatchObject({ kind: "delivered", wrote: true });
    expect(facebook.records()).toEqual([{ id: "facebook_a", status: "active", name: "a.json", amount: 5 }]);
  });

  it("changed, and refused again → rejected, two writes and no more", async () => {
    facebook.trouble("badRequest", { rate: 1 });
    now("better.jpg", "rev2");
    expect(await deliver()).toMatchObject({ kind: "rejected" });
    expect(writes()).toBe(2);
  });

  it("changed into something that cannot be mapped → rejected, the field named", async () => {
    facebook.trouble("badRequest", { count: 1 });
    now("a.json", "rev2", '{"email":"x"}');
    expect(await deliver(json({ amount: 1 }))).toMatchObject({
      kind: "rejected",
      message: expect.stringContaining("email"),
    });
    expect(writes()).toBe(1);
  });

  it("file gone meanwhile → skipped", async () => {
    facebook.trouble("badRequest", { count: 1 });
    expect(await deliver()).toEqual({ kind: "skipped", reason: "the file is no longer in Dropbox" });
  });

  it("Dropbox cannot be asked → tried later, not dead", async () => {
    facebook.trouble("badRequest", { count: 1 });
    source.current = { kind: "later", at: NOW + 3000, message: "Dropbox rateLimited" };
    expect(await deliver()).toMatchObject({ kind: "retryAt", at: NOW + 3000, hold: false });
  });

  it("422 → treated alike", async () => {
    facebook.fail({ route: "POST /v1/records", status: 422, count: 1 });
    now("better.jpg", "rev2");
    expect(await deliver()).toMatchObject({ kind: "delivered" });
  });
});

describe("a JSON file", () => {
  it("its fields → in the record; the revision of the listing is read, not a newer one", async () => {
    const delivery = json({ email: "ann@example.com", name: "Ann", amount: "12.50", status: "paid" });
    source.files.set("rev2", JSON.stringify({ name: "newer" }));
    expect(await deliver(delivery)).toMatchObject({ kind: "delivered" });
    expect(facebook.records()).toEqual([
      { id: "facebook_a", email: "ann@example.com", name: "Ann", amount: 12.5, status: "paid" },
    ]);
  });

  it("invalid → rejected with the field named, no request", async () => {
    expect(await deliver(json({ email: "x" }))).toMatchObject({
      kind: "rejected",
      message: expect.stringContaining("email"),
    });
    expect(sent).toEqual([]);
  });

  it("revision gone → skipped, no request; Dropbox busy → later, at the time it named", async () => {
    expect(await deliver({ name: "a.json" })).toEqual({ kind: "skipped", reason: "the file is no longer in Dropbox" });
    source.content = async () => ({ kind: "later", at: NOW + 5000, message: "Dropbox rateLimited" });
    expect(await deliver({ name: "a.json" })).toMatchObject({ kind: "retryAt", at: NOW + 5000, hold: false });
    expect(sent).toEqual([]);
  });

  it("over 1 MiB → mapped by its name, its content never read", async () => {
    source.content = async () => {
      throw new Error("read all the same");
    };
    expect(await deliver({ name: "a.json", size: 1_048_577 })).toMatchObject({ kind: "delivered" });
    expect(bodies()).toEqual([{ id: "facebook_a", status: "active", name: "a.json" }]);
  });
});

describe("a hold that begins meanwhile", () => {
  it("before the search → returned, no request", async () => {
    expect(await deliver({}, () => false)).toEqual({ kind: "returned" });
    expect(sent).toEqual([]);
  });

  it("between search and write → returned, nothing written", async () => {
    expect(await deliver({}, () => sent.length === 0)).toEqual({ kind: "returned" });
    expect(asked()).toEqual([SEARCH]);
    expect(facebook.records()).toEqual([]);
  });
});

describe("what is told and where it goes", () => {
  it("a redirect → not followed: the token stays here, tried later", async () => {
    instead = () => Response.redirect("http://elsewhere.test/v1/records", 302);
    expect(await deliver()).toMatchObject({ kind: "retryAt" });
    expect(sent.map(({ url }) => new URL(url).host)).toEqual(["facebook.test"]);
  });

  it("a redirect that fetch itself would follow, record and all → the other host is never asked", async () => {
    let elsewhere = 0;
    const serve = async (handler: Handler) => {
      const server = await listen(handler, 0, "127.0.0.1");
      onTestFinished(server.close);
      return server.url;
    };
    const other = await serve(async () => {
      elsewhere += 1;
      return Response.json([]);
    });
    const url = await serve(async () => new Response(null, { status: 307, headers: { location: other } }));
    const client = createRecordsClient({ url, timeoutMs: 5000, now: () => NOW, fetch });
    const record = { id: "facebook_a", status: "active", name: "a.jpg" };
    for (const call of [client.search(secret(), record.id), client.create(secret(), record, "key")])
      expect(await call).toMatchObject({ ok: false, status: 307 });
    expect(elsewhere).toBe(0);
  });

  it("an error that echoes the token, with line breaks and a long text → one short line without it", async () => {
    const echo = `bad token ${facebook.token()}\n\tsee ${facebook.token()} ${"x".repeat(5000)}`;
    instead = ({ method }) => (method === "GET" ? null : new Response(echo, { status: 403 }));
    const outcome = await deliver();
    const told = "message" in outcome ? outcome.message : "";
    expect(told).toContain("403 bad token");
    expect(told).not.toContain(facebook.token());
    expect(told.length).toBeLessThan(300);
    expect(told).not.toMatch(/[\n\t]/);
  });

  it("the endpoint under a path, with a slash at its end or a query of its own → the record's address is below it", async () => {
    for (const [url, address] of [
      ["http://facebook.test/api/v1/records", "/api/v1/records/facebook_a"],
      ["http://facebook.test/v1/records/", "/v1/records/facebook_a"],
      ["http://facebook.test/v1/records?tenant=7", "/v1/records/facebook_a?tenant=7"],
    ] as const) {
      start({ url });
      instead = ({ method }) =>
        method === "GET" ? Response.json([{ id: "facebook_a", name: "old" }]) : Response.json({});
      expect(await deliver(), url).toMatchObject({ kind: "updated", wrote: true });
      expect(asked()[1]).toBe(`PATCH ${address}`);
      expect(new URL(sent[0]?.url ?? "").searchParams.get("id")).toBe("facebook_a");
    }
  });

  it("a file id with signs that mean something in an address → one record, found again", async () => {
    const odd = { id: "id:a/b?c=d&e #f%" };
    expect(await deliver(odd)).toMatchObject({ kind: "delivered", remoteId: "facebook_a/b?c=d&e #f%" });
    expect(await deliver({ ...odd, name: "b.jpg" })).toMatchObject({ kind: "updated", wrote: true });
    expect(facebook.records()).toHaveLength(1);
  });
});
