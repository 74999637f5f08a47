/** The JWT that QStash sends with each delivery and the SDK's Receiver verifies. */

import { createHash, createHmac, randomBytes } from "node:crypto";

const LIFETIME_SECONDS = 300;

const HEADER = encode({ alg: "HS256", typ: "JWT" });

/** `url` is the destination as published: the receiver compares it with its own public address. */
export function signDelivery(signingKey: string, url: string, body: Buffer, now: number): string {
  const issuedAt = Math.floor(now / 1000);
  const claims = encode({
    iss: "Upstash",
    sub: url,
    iat: issuedAt,
    nbf: 0,
    exp: issuedAt + LIFETIME_SECONDS,
    jti: `jwt_${randomBytes(16).toString("base64url")}`,
    body: createHash("sha256").update(body).digest("base64url"),
  });
  const signed = `${HEADER}.${claims}`;
  return `${signed}.${createHmac("sha256", signingKey).update(signed).digest("base64url")}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
