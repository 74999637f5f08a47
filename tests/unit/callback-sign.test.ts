import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { signedHeaders } from "@/lib/destinations/callback/sign.ts";

const BODY = '{"severity":"medium","topic":"instance-1001-dropbox-events","message":{"eventId":"evt_1"}}';
const VECTOR = { id: "msg_01", body: BODY, at: 1_767_225_600_000 };
/** Published with the vectors; it opens nothing. */
const DEMO_SECRET = `whsec_${Buffer.from("0123456789abcdef0123456789abcdef").toString("base64")}`;
const newSecret = () => `whsec_${randomBytes(32).toString("base64")}`;

describe("the vectors of the reference", () => {
  it("a secret in the standard's form → its signature, over id, time and body", () => {
    const headers = signedHeaders({ secrets: [DEMO_SECRET], signatureKey: null }, VECTOR);
    expect(headers["webhook-id"]).toBe("msg_01");
    expect(headers["webhook-timestamp"]).toBe("1767225600");
    expect(headers["webhook-signature"]).toBe("v1,ZF7wITzqNa0gAyHKgQwum2mkCbOIdVK8o8Nq+jtBrtM=");
    expect(headers).not.toHaveProperty("elements-webhook-signature");
  });

  it("any other text as secret → taken letter by letter", () => {
    const headers = signedHeaders({ secrets: ["relay-demo-key"], signatureKey: null }, VECTOR);
    expect(headers["webhook-signature"]).toBe("v1,7FSMEwwHwrEpq7l7rD4OppOtsNL2B+Vz3iiYOZygnFY=");
  });

  it("a signature key → the older form, over the body alone", () => {
    const headers = signedHeaders({ secrets: [DEMO_SECRET], signatureKey: "relay-demo-key" }, VECTOR);
    expect(headers["elements-webhook-signature"]).toBe("sha256=q6AG/MjrnTOHnonGTIqOdxnkoLgDY8fUGORH3C9hmLo=");
    expect(headers["elements-webhook-id"]).toBe("msg_01");
  });
});

describe("the standardwebhooks package", () => {
  it("what we sign → accepted; one letter of body, id or time changed → refused", () => {
    const secret = newSecret();
    const at = Date.now();
    const headers = signedHeaders({ secrets: [secret], signatureKey: null }, { id: "msg_1", body: BODY, at });
    const hook = new Webhook(secret);
    expect(hook.verify(BODY, headers)).toEqual(JSON.parse(BODY));
    expect(() => hook.verify(`${BODY} `, headers)).toThrow();
    expect(() => hook.verify(BODY, { ...headers, "webhook-id": "msg_2" })).toThrow();
    const later = `${Math.floor(at / 1000) + 1}`;
    expect(() => hook.verify(BODY, { ...headers, "webhook-timestamp": later })).toThrow();
  });

  it("two secrets while one is rotated → accepted under either, refused under a third", () => {
    const [current, previous] = [newSecret(), newSecret()];
    const sent = { id: "msg_1", body: BODY, at: Date.now() };
    const headers = signedHeaders({ secrets: [current, previous], signatureKey: null }, sent);
    for (const secret of [current, previous]) expect(new Webhook(secret).verify(BODY, headers)).toBeTruthy();
    expect(() => new Webhook(newSecret()).verify(BODY, headers)).toThrow();
    expect(headers["webhook-signature"]?.split(" ")).toHaveLength(2);
  });

  it("letters beyond ASCII → signed as the bytes that are sent", () => {
    const secret = newSecret();
    const body = JSON.stringify({ path: "/Größe/🦉.pdf" });
    const headers = signedHeaders({ secrets: [secret], signatureKey: null }, { id: "msg_1", body, at: Date.now() });
    expect(new Webhook(secret).verify(Buffer.from(body), headers)).toEqual({ path: "/Größe/🦉.pdf" });
  });

  it("the time of the attempt, not of the event → a repeat days later is still accepted", () => {
    const secret = newSecret();
    const sent = { id: "msg_1", body: BODY };
    const old = signedHeaders({ secrets: [secret], signatureKey: null }, { ...sent, at: Date.now() - 86_400_000 });
    expect(() => new Webhook(secret).verify(BODY, old)).toThrow();
    const again = signedHeaders({ secrets: [secret], signatureKey: null }, { ...sent, at: Date.now() });
    expect(new Webhook(secret).verify(BODY, again)).toBeTruthy();
    expect(again["webhook-id"]).toBe(old["webhook-id"]);
  });
});
