import { randomBytes } from "node:crypto";
import { CompactEncrypt } from "jose";
import { describe, expect, it } from "vitest";
import { seal, unseal } from "@/lib/store/seal.ts";

const PLACE = "relay:token:a";
const key = () => new Uint8Array(randomBytes(32));

describe("seal", () => {
  it("sealed → unsealed with the same key: the same text, whatever it holds", async () => {
    const own = key();
    for (const text of ["", "token", '{"a":"ü😀\u0000"}', "x".repeat(100_000)]) {
      expect(await unseal(own, await seal(own, text, PLACE), PLACE)).toBe(text);
    }
  });

  it("sealed → nothing of the text is readable, and twice the same text looks different", async () => {
    const own = key();
    const text = "a-token-nobody-may-read";
    const [one, other] = [await seal(own, text, PLACE), await seal(own, text, PLACE)];
    expect(one).not.toBe(other);
    for (const sealed of [one, other]) {
      expect(sealed).not.toContain(text);
      expect(Buffer.from(sealed, "base64").toString("latin1")).not.toContain(text);
    }
  });

  it("another key, or a key of another length → null", async () => {
    const sealed = await seal(key(), "text", PLACE);
    expect(await unseal(key(), sealed, PLACE)).toBeNull();
    expect(await unseal(new Uint8Array(16), sealed, PLACE)).toBeNull();
  });

  it("moved to the place of another credential, or put there without one → null", async () => {
    const own = key();
    expect(await unseal(own, await seal(own, "text", PLACE), "relay:token:b")).toBeNull();
    const nowhere = new CompactEncrypt(new TextEncoder().encode("text")).setProtectedHeader({
      alg: "dir",
      enc: "A256GCM",
    });
    expect(await unseal(own, await nowhere.encrypt(own), PLACE)).toBeNull();
  });

  it("any part changed, cut off or no sealed text at all → null", async () => {
    const own = key();
    const sealed = await seal(own, "text", PLACE);
    const parts = sealed.split(".");
    const flip = (text: string) => (text.startsWith("A") ? "B" : "A") + text.slice(1);
    // The second part, an encrypted key, is empty with a direct key.
    for (const n of [0, 2, 3, 4]) {
      const changed = parts.map((part, index) => (index === n ? flip(part) : part)).join(".");
      expect(await unseal(own, changed, PLACE), `part ${n}`).toBeNull();
    }
    for (const text of [sealed.slice(0, -4), parts.slice(0, 4).join("."), "", "text", "...."]) {
      expect(await unseal(own, text, PLACE), text).toBeNull();
    }
  });

  it("a seal without encryption, or by another method → null", async () => {
    const header = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
    expect(await unseal(key(), `${header}.${Buffer.from("text").toString("base64url")}.`, PLACE)).toBeNull();
  });
});
