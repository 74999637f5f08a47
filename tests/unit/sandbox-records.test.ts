import { describe, expect, it } from "vitest";
import { postForm, recordsCaller } from "../sandbox/callers.ts";
import { createManualClock } from "../sandbox/clock.ts";
import { createFacebookRecords, type FacebookOptions } from "../sandbox/facebook-records.ts";

const record = (id = "facebook_1", more: Record<string, unknown> = {}) => ({
  id,
  status: "active",
  name: "a.jpg",
  ...more,
});

function running(more: Partial<FacebookOptions> = {}) {
  const clock = createManualClock();
  const facebook = createFacebookRecords({ now: clock.now, after: clock.after, token: "token", ...more });
  return { facebook, call: recordsCaller(facebook), clock };
}

describe("sandbox records: contract", () => {
  it("created → 201, found by search and by path; unknown id → empty and 404", async () => {
    const { call } = running();
    const created = await call("POST", "", record());
    expect([created.status, created.body]).toEqual([201, record()]);
    expect((await call("GET", "?id=facebook_1")).body).toEqual([record()]);
    expect((await call("GET", "/facebook_1")).body).toEqual(record());
    expect((await call("GET", "?id=other")).body).toEqual([]);
    expect((await call("GET", "/other")).status).toBe(404);
  });

  it("search form data → the array as data", async () => {
    const { call } = running({ searchForm: "data" });
    expect((await call("GET", "?id=x")).body).toEqual({ data: [] });
  });

  it("created twice → a double, with the same key too; keys honoured → one record", async () => {
    const plain = running();
    for (const key of ["k", "k"]) await plain.call("POST", "", record(), { key });
    expect(plain.facebook.records()).toHaveLength(2);
    expect(plain.facebook.doubles()).toEqual(["facebook_1"]);
    const keyed = running({ honourIdempotencyKey: true });
    for (const key of ["k", "k"]) expect((await keyed.call("POST", "", record(), { key })).status).toBe(201);
    expect(keyed.facebook.records()).toHaveLength(1);
  });

  it("patched → merged and logged; unknown → 404; another id in the body → 400", async () => {
    const { facebook, call, clock } = running();
    await call("POST", "", record("a b", { email: "a@example.com" }));
    expect((await call("PATCH", "/a%20b", { name: "b.jpg" })).body).toEqual(
      record("a b", { name: "b.jpg", email: "a@example.com" }),
    );
    expect((await call("PATCH", "/other", { name: "b" })).status).toBe(404);
    expect((await call("PATCH", "/a%20b", { id: "c" })).status).toBe(400);
    expect(facebook.writes()).toEqual([
      { at: clock.now(), method: "POST", id: "a b" },
      { at: clock.now(), method: "PATCH", id: "a b" },
    ]);
  });

  it.each([
    ["no id", { status: "active", name: "a" }, "id"],
    ["empty name", record("x", { name: " " }), "name"],
    ["bad email", record("x", { email: "nobody" }), "email"],
    ["amount as text", record("x", { amount: "5" }), "amount"],
    ["a list", [], ""],
  ])("record with %s → 400 that names the field, nothing stored", async (_, body, field) => {
    const { facebook, call } = running();
    const refused = await call("POST", "", body);
    expect([refused.status, refused.body.error.field]).toEqual([400, field]);
    expect(facebook.records()).toEqual([]);
  });
});

describe("sandbox records: trouble", () => {
  it("createdBut500 → 500, yet the record is there", async () => {
    const { facebook, call } = running();
    facebook.trouble("createdBut500");
    expect((await call("POST", "", record())).status).toBe(500);
    expect(facebook.records()).toHaveLength(1);
  });

  it("answer lost after the write → the call throws, the record is there", async () => {
    const { facebook, call } = running();
    facebook.trouble("createdButLost");
    await expect(call("POST", "", record())).rejects.toThrow("fetch failed");
    expect(facebook.records()).toHaveLength(1);
  });

  it("hangs → nothing until the caller gives up, nothing stored", async () => {
    const { facebook, call } = running();
    facebook.trouble("hangs");
    const abort = new AbortController();
    const open = call("POST", "", record(), { signal: abort.signal });
    abort.abort(new Error("too slow"));
    await expect(open).rejects.toThrow("too slow");
    expect(facebook.records()).toEqual([]);
  });

  it("429 with Retry-After → requests before its end are counted, later ones are not", async () => {
    const { facebook, call, clock } = running();
    facebook.trouble("tooMany", { retryAfter: 10 });
    const refused = await call("GET", "?id=x");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "10"]);
    await clock.advance(9999);
    expect((await call("GET", "?id=x")).status).toBe(200);
    await clock.advance(1);
    await call("GET", "?id=x");
    expect(facebook.requestsIntoHold()).toBe(1);
    expect(facebook.requests()).toBe(3);
    const [asked, ...more] = facebook.waits();
    expect([asked?.heard, more]).toEqual([true, []]);
    expect(facebook.tooEarly()).toEqual([(asked?.until ?? 0) - 1]);
  });

  it("badRequest once → 400, then 201", async () => {
    const { facebook, call } = running();
    facebook.trouble("badRequest", { count: 1 });
    expect((await call("POST", "", record())).status).toBe(400);
    expect((await call("POST", "", record())).status).toBe(201);
  });

  it("latency → the answer comes after it", async () => {
    const { call, clock } = running({ latencyMs: 200 });
    let done = false;
    const open = call("GET", "?id=x").then(() => {
      done = true;
    });
    await clock.advance(199);
    expect(done).toBe(false);
    await clock.advance(1);
    await open;
    expect(done).toBe(true);
  });
});

describe("sandbox records: token", () => {
  const refresh = { clientId: "client", clientSecret: "secret", refreshToken: "first" };
  const form = { grant_type: "refresh_token", client_id: "client", client_secret: "secret" };
  const url = "https://facebook.test/oauth/token";

  it("token expired → 401 until refreshed; the refresh token rotates", async () => {
    const { facebook, call } = running({ refresh });
    facebook.expireToken();
    expect((await call("GET", "?id=x", undefined, { token: "token" })).status).toBe(401);
    const granted = await postForm(facebook, url, { ...form, refresh_token: "first" });
    expect(granted.status).toBe(200);
    expect((await call("GET", "?id=x", undefined, { token: granted.body.access_token })).status).toBe(200);
    expect((await postForm(facebook, url, { ...form, refresh_token: "first" })).body).toEqual({
      error: "invalid_grant",
    });
    expect((await postForm(facebook, url, { ...form, refresh_token: granted.body.refresh_token })).status).toBe(200);
  });

  it("refresh not set up, or the client wrong → invalid_client", async () => {
    const { facebook } = running();
    expect((await postForm(facebook, url, { ...form, refresh_token: "first" })).body).toEqual({
      error: "invalid_client",
    });
  });
});
