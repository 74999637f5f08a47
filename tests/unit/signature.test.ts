import { createHmac, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isSignedBy } from "@/lib/core/signature.ts";

const secret = randomBytes(12).toString("hex");
const body = Buffer.from('{"list_folder":{"accounts":["dbid:A"]}}');
const sign = (key: string) => createHmac("sha256", key).update(body).digest("hex");

describe("isSignedBy", () => {
  it("signed with either of two secrets → true", () => {
    expect(isSignedBy(["other", secret], body, sign(secret))).toBe(true);
    expect(isSignedBy([secret, "other"], body, sign("other"))).toBe(true);
  });

  it("absent, short, long, upper-case, prefixed or base64 signature → false", () => {
    const good = sign(secret);
    const base64 = createHmac("sha256", secret).update(body).digest("base64");
    for (const header of [null, "", good.slice(0, 63), `${good}0`, good.toUpperCase(), `sha256=${good}`, base64]) {
      expect(isSignedBy([secret], body, header), String(header)).toBe(false);
    }
  });

  it("one wrong digit at either end → false", () => {
    const good = sign(secret);
    const other = (digit: string) => (digit === "0" ? "1" : "0");
    expect(isSignedBy([secret], body, good.slice(0, 63) + other(good.slice(63)))).toBe(false);
    expect(isSignedBy([secret], body, other(good.slice(0, 1)) + good.slice(1))).toBe(false);
  });

  it("body changed by one byte, or no secret → false", () => {
    expect(isSignedBy([secret], Buffer.concat([body, Buffer.from(" ")]), sign(secret))).toBe(false);
    expect(isSignedBy([""], body, sign(""))).toBe(false);
    expect(isSignedBy([], body, sign(secret))).toBe(false);
  });
});
