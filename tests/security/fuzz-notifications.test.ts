/** Notifications and challenges of any bytes: a documented status, an empty body, and jobs for well-formed accounts only. */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Attacked, attackRoutes, WEBHOOK } from "../support/attacked.ts";
import { dropboxSignature, notificationFor, secret } from "../support/builders.ts";

let relay: Attacked;
beforeAll(async () => {
  relay = await attackRoutes();
});
afterAll(() => relay.close());
beforeEach(() => {
  relay.asked.length = 0;
});

const ACCOUNT = /^[A-Za-z0-9:_-]{1,128}$/;
const accountsIn = (body: string): string[] =>
  [JSON.parse(body)].flat().map((one) => ("job" in one ? one : JSON.parse(one.body)).account);

/** Posts it signed; everything that holds for any body is checked. */
async function signed(body: string | Uint8Array<ArrayBuffer>): Promise<number> {
  const before = relay.asked.length;
  const response = await relay.post(WEBHOOK, body, {
    "x-dropbox-signature": dropboxSignature(relay.dropbox.appSecret, body),
  });
  expect(await response.text()).toBe("");
  expect([...response.headers.keys()]).toEqual([]);
  const asked = relay.asked.slice(before);
  if (response.status !== 200) expect(asked).toEqual([]);
  for (const one of asked) {
    expect(new URL(one.url).host).toBe("queue.test");
    for (const account of accountsIn(one.body)) expect(account).toMatch(ACCOUNT);
  }
  return response.status;
}

const depth = (levels: number, open: string, close: string) => open.repeat(levels) + close.repeat(levels);

describe("signed", () => {
  it("any bytes → 200, 400 or 413, and never more than a job for each well-formed account", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect([200, 400]).toContain(await signed(new Uint8Array(bytes)));
      }),
      { numRuns: 150 },
    );
  });

  it("any JSON, at the top, as list_folder, as accounts and as an account → 200 or 400", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (value) => {
        for (const body of [
          value,
          { list_folder: value },
          { list_folder: { accounts: value } },
          { list_folder: { accounts: [value, "dbid:A"] } },
        ])
          expect([200, 400]).toContain(await signed(JSON.stringify(body)));
      }),
      { numRuns: 80 },
    );
  });

  it("accounts of any letters → a job for the well-formed ones, each once, in order; the others cost them nothing", async () => {
    const account = fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.constantFrom("dbid:A", "a/../b", "a*b", "a\r\nb", "__proto__", "", "a".repeat(128), "a".repeat(129)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(account, { maxLength: 6 }), async (accounts) => {
        relay.asked.length = 0;
        expect(await signed(JSON.stringify({ list_folder: { accounts } }))).toBe(200);
        const told = relay.asked.flatMap(({ body }) => accountsIn(body));
        expect(told).toEqual([...new Set(accounts.filter((one) => ACCOUNT.test(one)))]);
      }),
      { numRuns: 80 },
    );
  });

  it.each([
    ["30,000 lists deep", depth(30_000, "[", "]"), 400],
    ["30,000 lists deep within", `{"list_folder":{"accounts":${depth(30_000, "[", "]")}}}`, 200],
    ["10,000 objects deep", depth(10_000, '{"a":', "}").replace("}", "1}"), 200],
    ["the key twice: the last one counts", '{"list_folder":{"accounts":["dbid:A"]},"list_folder":{}}', 200],
    ["a prototype with accounts", '{"__proto__":{"list_folder":{"accounts":["dbid:A"]}}}', 200],
    ["a prototype in list_folder", '{"list_folder":{"__proto__":{"accounts":["dbid:A"]}}}', 200],
    ["accounts that look like a list", '{"list_folder":{"accounts":{"length":1,"0":"dbid:A"}}}', 400],
    ["a number of 50,000 digits", `{"list_folder":{"accounts":[${"9".repeat(50_000)}]}}`, 200],
    ["1e999999", '{"list_folder":{"accounts":[1e999999]}}', 200],
    ["a NUL behind", '{"list_folder":{"accounts":["dbid:A"]}}\u0000', 400],
    ["an escaped NUL in an account", '{"list_folder":{"accounts":["dbid:\\u0000A"]}}', 200],
    ["half a surrogate pair", '{"list_folder":{"accounts":["\\ud800"]}}', 200],
    ["comments", '{"list_folder":/**/{"accounts":["dbid:A"]}}', 400],
    ["NaN", '{"list_folder":NaN}', 400],
    ["two documents", '{"list_folder":{"accounts":["dbid:A"]}}{}', 400],
  ])("%s → %s, and no job", async (name, body, status) => {
    expect(await signed(body)).toBe(status);
    expect(relay.asked, name).toEqual([]);
  });

  it("a byte-order mark in front, signed with it → read as what follows", async () => {
    const body = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(notificationFor("dbid:A"))]);
    expect(await signed(new Uint8Array(body))).toBe(200);
    expect(relay.asked.flatMap(({ body: one }) => accountsIn(one))).toEqual(["dbid:A"]);
  });

  it.each([
    ["an overlong slash", [0xc0, 0xaf]],
    ["a surrogate in UTF-8", [0xed, 0xa0, 0x80]],
    ["a lone continuation", [0x80]],
    ["cut off in a letter", [0xf0, 0x9f, 0x98]],
    ["beyond Unicode", [0xf4, 0x90, 0x80, 0x80]],
  ])("%s in a text → 400", async (_, bytes) => {
    const [before, after] = ['{"note":"', '","list_folder":{"accounts":["dbid:A"]}}'].map((text) => Buffer.from(text));
    expect(await signed(new Uint8Array([...(before ?? []), ...bytes, ...(after ?? [])]))).toBe(400);
  });
});

describe("any signature but the right one", () => {
  const body = notificationFor("dbid:A");
  const sent = (signature: string | string[]) =>
    relay.refusal(
      relay.post(
        WEBHOOK,
        body,
        [signature].flat().map((one) => ["x-dropbox-signature", one] as [string, string]),
      ),
    );

  it("any text a header can hold → 403", async () => {
    const text = fc.string({
      unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)),
      maxLength: 100,
    });
    await fc.assert(
      fc.asyncProperty(text, async (signature) => {
        expect(await sent(signature)).toBe(403);
      }),
      { numRuns: 150 },
    );
  });

  it("the right one changed in one place, in another case, encoding or company → 403", async () => {
    const good = dropboxSignature(relay.dropbox.appSecret, body);
    const bytes = Buffer.from(good, "hex");
    for (let at = 0; at < good.length; at += 7) {
      const other = good[at] === "0" ? "1" : "0";
      expect(await sent(good.slice(0, at) + other + good.slice(at + 1))).toBe(403);
    }
    for (const signature of [
      good.toUpperCase(),
      `0x${good}`,
      `${good}${good}`,
      `sha256=${good}`,
      `"${good}"`,
      bytes.toString("base64"),
      bytes.toString("base64url"),
      bytes.toString("latin1").replace(/[^\u0021-\u00ff]/g, "."),
      good.replace(/./g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0x60)),
      [good, good],
      [good, "0".repeat(64)],
      ["", good],
    ])
      expect(await sent(signature), String(signature)).toBe(403);
  });

  it("blanks around it, which HTTP takes away → accepted; the same under another name → 403", async () => {
    const good = dropboxSignature(relay.dropbox.appSecret, body);
    expect((await relay.post(WEBHOOK, body, { "X-Dropbox-Signature": ` ${good}\t` })).status).toBe(200);
    for (const name of ["dropbox-signature", "x-hub-signature-256", "authorization", "upstash-signature"])
      expect(await relay.refusal(relay.post(WEBHOOK, body, { [name]: good }))).toBe(403);
  });

  it("signed by any other secret that we hold → 403", async () => {
    for (const [name, value] of Object.entries(relay.env)) {
      if (name === "DROPBOX_APP_SECRET" || !/SECRET|TOKEN|KEY/.test(name)) continue;
      expect(await sent(dropboxSignature(value, body)), name).toBe(403);
    }
    for (const key of ["", secret(), "undefined", "null"])
      expect(await sent(dropboxSignature(key, body)), key).toBe(403);
  });
});

describe("the challenge", () => {
  const get = (query: string) => relay.webhook.GET(new Request(`${WEBHOOK}?${query}`));

  it("any text → itself as plain text that nothing takes for HTML, or 400 without it; no other header, nothing asked", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 1200 }), async (text) => {
        const response = get(`challenge=${encodeURIComponent(text.toWellFormed())}`);
        const fits = text !== "" && text.length <= 1024;
        expect(response.status).toBe(fits ? 200 : 400);
        const bytes = Buffer.from(await response.arrayBuffer());
        if (fits) expect(bytes.toString()).toBe(text.toWellFormed());
        expect(Object.fromEntries(response.headers)).toEqual({
          "cache-control": "no-store",
          "content-type": "text/plain; charset=utf-8",
          "x-content-type-options": "nosniff",
        });
      }),
      { numRuns: 100 },
    );
    expect(relay.asked).toEqual([]);
  });

  it.each([
    ["a script", "<script>alert(document.domain)</script>"],
    ["a header", "a\r\nSet-Cookie: a=b\r\n\r\n<html>"],
    ["a polyglot", "\ufeff%PDF-1.4 GIF89a"],
  ])("%s → in the body alone", async (_, text) => {
    const response = get(`challenge=${encodeURIComponent(text)}`);
    expect(Buffer.from(await response.arrayBuffer()).toString()).toBe(text);
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(response.headers.has("set-cookie")).toBe(false);
  });

  it("1 MB, several, or bytes that are no UTF-8 → 400, the first one, replacement marks", async () => {
    expect(get(`challenge=${"a".repeat(1_000_000)}`).status).toBe(400);
    expect(await get("challenge=one&challenge=two").text()).toBe("one");
    expect(await get("challenge=%ff%fe").text()).toBe("\ufffd\ufffd");
    expect(get("__proto__[challenge]=x&challenge[]=x").status).toBe(400);
  });
});
