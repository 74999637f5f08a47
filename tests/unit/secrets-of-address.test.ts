import { describe, expect, it } from "vitest";
import type { Instance } from "@/lib/core/instance.ts";
import { secretsFor } from "@/lib/core/secrets-of-address.ts";

const to = (...destinations: object[]) => ({ destinations }) as unknown as Instance;
const records = (url: string) => to({ kind: "records", id: "a", url });
const callback = (url: string) => to({ kind: "callback", id: "a", url });
const kept = { token: "t", headers: "h", basicUsername: "u", basicPassword: "p", signingSecret: "s" };

describe("kept secrets at a changed address", () => {
  it("another path of the same origin, or no change → all of them", () => {
    expect(secretsFor(records("https://a.example/1"), records("https://a.example/2"), "a", kept)).toBe(kept);
    expect(secretsFor(callback("https://a.example/1"), callback("https://a.example/1"), "a", kept)).toBe(kept);
  });

  it.each(["https://b.example/1", "http://a.example/1", "https://a.example:8443/1"])("records at %s → none", (url) => {
    expect(secretsFor(records("https://a.example/1"), records(url), "a", kept)).toBeNull();
  });

  it("a callback at another origin → what signs, not what is sent", () => {
    const left = secretsFor(callback("https://a.example/1"), callback("https://b.example/1"), "a", kept);
    expect(left).toEqual({ token: "t", signingSecret: "s" });
  });

  it("another kind under the same id → none; the Dropbox side, which is no destination → all", () => {
    expect(secretsFor(records("https://a.example/1"), callback("https://a.example/1"), "a", kept)).toBeNull();
    expect(secretsFor(records("https://a.example/1"), to(), "source", kept)).toBe(kept);
  });
});
