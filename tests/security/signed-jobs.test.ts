/** Messages of the queue, forged, altered, stale or meant for somewhere else: 401 before anything is asked of anybody. */
import { createHash, createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Attacked, attackRoutes, FAILURE, WEBHOOK, WORKER } from "../support/attacked.ts";
import { dropboxSignature, notificationFor, PUBLIC_URL, queueSignature, secret } from "../support/builders.ts";

let relay: Attacked;
let key: string;
beforeAll(async () => {
  relay = await attackRoutes();
  key = relay.env.QSTASH_CURRENT_SIGNING_KEY ?? "";
});
afterAll(() => relay.close());
beforeEach(async () => {
  await relay.engine.command(["FLUSHALL"]);
});

const SWEEP = '{"job":"sweep"}';
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const claimsFor = (body: string, url = WORKER) => {
  const now = Math.floor(Date.now() / 1000);
  const hash = createHash("sha256").update(body).digest("base64url");
  return { iss: "Upstash", sub: url, iat: now, nbf: 0, exp: now + 300, jti: "jwt_1", body: hash };
};
/** A token with any header and claims, under any HMAC. */
function token(header: object, claims: object, by: string | Uint8Array = key, hash = "sha256"): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac(hash, by).update(signed).digest("base64url")}`;
}
const HS256 = { alg: "HS256", typ: "JWT" };
const sent = (signature: string, body: BodyInit = SWEEP, to = WORKER) =>
  relay.refusal(relay.post(to, body, { "upstash-signature": signature }));

describe("a message for one route brought to another", () => {
  it("worker's to the failure callback, the callback's to the worker, either to the webhook → refused", async () => {
    expect(await relay.refusal(relay.job({ url: WORKER, to: FAILURE }))).toBe(401);
    expect(await relay.refusal(relay.job({ url: FAILURE, to: WORKER }))).toBe(401);
    for (const url of [WORKER, FAILURE]) expect(await relay.refusal(relay.job({ url, to: WEBHOOK }))).toBe(403);
  });

  it("a notification, signed by Dropbox's secret, to the routes of the queue → refused", async () => {
    const body = notificationFor("dbid:A");
    const signature = dropboxSignature(relay.dropbox.appSecret, body);
    for (const to of [WORKER, FAILURE]) {
      const headers = { "x-dropbox-signature": signature, "upstash-signature": signature };
      expect(await relay.refusal(relay.post(to, body, headers))).toBe(401);
    }
  });

  it.each([
    ["another host", "https://elsewhere.example.com/api/relay"],
    ["http for https", WORKER.replace("https", "http")],
    ["a port", WORKER.replace(".com", ".com:443")],
    ["a trailing slash", `${WORKER}/`],
    ["a query", `${WORKER}?a=1`],
    ["a fragment", `${WORKER}#a`],
    ["another case", WORKER.replace("relay.", "RELAY.")],
    ["an escaped letter", WORKER.replace("/relay", "/%72elay")],
    ["a dot segment", `${PUBLIC_URL}/api/x/../relay`],
    ["a user", WORKER.replace("https://", "https://relay@")],
    ["the host alone", PUBLIC_URL],
    ["nothing", ""],
  ])("signed for %s → refused, wherever the request says it goes", async (_, url) => {
    const signature = await queueSignature({ body: SWEEP, key, url });
    expect(await sent(signature)).toBe(401);
    // A request cannot be made for the address with a user.
    const to = url === "" || url.includes("@") ? WORKER : url;
    const headers = { "upstash-signature": signature, host: "elsewhere.example.com" };
    const request = new Request(to, { method: "POST", headers, body: SWEEP });
    expect(await relay.refusal(relay.worker.POST(request))).toBe(401);
  });

  it("signed for the public address, arriving under another one as behind a proxy → accepted", async () => {
    const signature = await queueSignature({ body: SWEEP, key, url: WORKER });
    const headers = { "upstash-signature": signature };
    const request = new Request("http://127.0.0.1:3000/api/relay", { method: "POST", headers, body: SWEEP });
    expect((await relay.worker.POST(request)).status).toBe(200);
  });
});

describe("a message out of its time", () => {
  it("expired, or not yet valid → refused", async () => {
    expect(await relay.refusal(relay.job({ expiresIn: -6 }))).toBe(401);
    expect(await relay.refusal(relay.job({ expiresIn: -86_400 }))).toBe(401);
    const soon = Math.floor(Date.now() / 1000) + 30;
    expect(await relay.refusal(relay.job({ claims: { nbf: soon } }))).toBe(401);
  });

  it("times that are no numbers → refused", async () => {
    for (const time of ["soon", null, {}, []]) {
      expect(await sent(token(HS256, { ...claimsFor(SWEEP), exp: time })), JSON.stringify(time)).toBe(401);
      expect(await sent(token(HS256, { ...claimsFor(SWEEP), nbf: time })), JSON.stringify(time)).toBe(401);
    }
  });
});

describe("a forged token", () => {
  it("no algorithm, in any spelling, with or without a signature → refused", async () => {
    for (const alg of ["none", "None", "NONE", "nOnE", "", null, undefined]) {
      const [header, claims, mac] = token({ alg, typ: "JWT" }, claimsFor(SWEEP)).split(".");
      for (const forged of [`${header}.${claims}.`, `${header}.${claims}`, `${header}.${claims}.${mac}`])
        expect(await sent(forged), String(alg)).toBe(401);
    }
  });

  it("an algorithm for key pairs, signed by HMAC with whatever is public → refused", async () => {
    for (const alg of ["RS256", "ES256", "PS256", "EdDSA"])
      expect(await sent(token({ alg }, claimsFor(SWEEP)))).toBe(401);
    for (const by of ["", "Upstash", PUBLIC_URL, WORKER, relay.env.DROPBOX_APP_KEY ?? "key"])
      expect(await sent(token(HS256, claimsFor(SWEEP), by)), by).toBe(401);
  });

  it("another HMAC than QStash's, though under the right key → refused", async () => {
    expect(await sent(token({ alg: "HS512" }, claimsFor(SWEEP), key, "sha512"))).toBe(401);
    expect(await sent(token({ alg: "HS384" }, claimsFor(SWEEP), key, "sha384"))).toBe(401);
    expect(await sent(token({ alg: "HS512" }, claimsFor(SWEEP)))).toBe(401);
  });

  it("signed by another secret of ours, however it is decoded → refused", async () => {
    for (const name of ["QSTASH_TOKEN", "CRON_SECRET", "DROPBOX_APP_SECRET", "ENCRYPTION_KEY", "FACEBOOK_API_KEY"]) {
      const value = relay.env[name] ?? "";
      for (const by of [value, Buffer.from(value, "base64")])
        expect(await sent(token(HS256, claimsFor(SWEEP), by))).toBe(401);
    }
    expect(await sent(token(HS256, claimsFor(SWEEP), Buffer.from(key.slice(4), "base64url")))).toBe(401);
  });

  it("a key of the token's own, named in its header → refused", async () => {
    const own = secret();
    const jwk = { kty: "oct", k: Buffer.from(own).toString("base64url") };
    for (const more of [
      { jwk },
      { kid: own },
      { jku: "https://elsewhere.example.com/keys" },
      { x5u: "https://e.example" },
    ])
      expect(await sent(token({ ...HS256, ...more }, claimsFor(SWEEP), own))).toBe(401);
  });

  it("a header that must be understood, or an unencoded payload → refused", async () => {
    expect(await sent(token({ ...HS256, crit: ["x"], x: 1 }, claimsFor(SWEEP)))).toBe(401);
    expect(await sent(token({ ...HS256, crit: ["b64"], b64: false }, claimsFor(SWEEP)))).toBe(401);
  });

  it("no issuer, another one, no address, no body hash, or claims that are no object → refused", async () => {
    const { iss: _, ...anonymous } = claimsFor(SWEEP);
    const { sub: __, ...nowhere } = claimsFor(SWEEP);
    const { body: ___, ...bodiless } = claimsFor(SWEEP);
    for (const claims of [anonymous, nowhere, bodiless, { ...claimsFor(SWEEP), iss: "upstash" }, [], "x", null, 5]) {
      expect(await sent(token(HS256, claims as object)), JSON.stringify(claims)).toBe(401);
    }
    for (const hash of ["", "=", null, 5, {}, [], true])
      expect(await sent(token(HS256, { ...claimsFor(SWEEP), body: hash })), JSON.stringify(hash)).toBe(401);
  });

  it("a part too many, spaces within, padding, two tokens in two headers → refused", async () => {
    const good = token(HS256, claimsFor(SWEEP));
    for (const forged of [
      `${good}.x`,
      `.${good}`,
      good.replace(".", ". "),
      `${good}=`,
      `Bearer ${good}`,
      good.toUpperCase(),
    ])
      expect(await sent(forged), forged.slice(0, 20)).toBe(401);
    const twice: [string, string][] = [
      ["upstash-signature", good],
      ["upstash-signature", good],
    ];
    expect(await relay.refusal(relay.post(WORKER, SWEEP, twice))).toBe(401);
  });
});

describe("a body other than the signed one", () => {
  it("changed, cut, longer, or the same text in other bytes → refused", async () => {
    const good = token(HS256, claimsFor(SWEEP));
    const bytes = Buffer.from(SWEEP);
    for (const body of [
      '{"job":"sweep" }',
      SWEEP.slice(1),
      "",
      Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
      Buffer.concat([bytes, Buffer.from([0])]),
      Buffer.from(SWEEP, "utf16le"),
    ])
      expect(await sent(good, body)).toBe(401);
  });

  it("bytes that are no UTF-8, which would be read as the signed replacement mark → refused", async () => {
    const signedFor = '{"job":"sweep","note":"\ufffd"}';
    const [before, after] = ['{"job":"sweep","note":"', '"}'].map((text) => Buffer.from(text));
    const signature = token(HS256, claimsFor(signedFor));
    const other = Buffer.concat([before ?? Buffer.alloc(0), Buffer.from([0xff]), after ?? Buffer.alloc(0)]);
    expect(await sent(signature, other)).toBe(401);
    expect((await relay.post(WORKER, signedFor, { "upstash-signature": signature })).status).toBe(200);
  });
});

describe("a good message, seen before", () => {
  it("brought three times, and once more as a repeat → one record, one write", async () => {
    await relay.job();
    relay.dropbox.files.addFile(`/in/${secret()}.jpg`, "x");
    const before = relay.facebook.writes().length;
    const body = JSON.stringify({ job: "sync", account: relay.dropbox.accountId, notifiedAt: Date.now() });
    const signature = await queueSignature({ body, key, url: WORKER });
    for (const more of [
      {},
      {},
      { "upstash-retried": "1" },
      { "upstash-retried": "-1" },
      { "upstash-retried": "1e9" },
    ]) {
      const response = await relay.post(WORKER, body, { "upstash-signature": signature, ...more });
      expect(response.status).toBe(200);
    }
    expect(relay.facebook.writes().length).toBe(before + 1);
    expect(relay.facebook.doubles()).toEqual([]);
  });

  it("the same failure callback ten times → noted once", async () => {
    const body = JSON.stringify({ status: 500, sourceMessageId: "msg_1", sourceBody: "" });
    for (let n = 0; n < 10; n += 1) expect((await relay.job({ body, url: FAILURE })).status).toBe(200);
    expect(Number(await relay.engine.command(["ZCARD", "relay:jobs:failed"]))).toBe(1);
  });
});
