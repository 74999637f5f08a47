import { describe, expect, it } from "vitest";
import { parseNotification } from "@/lib/dropbox/notification.ts";

const parse = (body: unknown, accountsMax?: number) =>
  parseNotification(Buffer.from(typeof body === "string" ? body : JSON.stringify(body)), accountsMax);
const accounts = (...ids: string[]) => ({ kind: "accounts", accounts: ids });

describe("parseNotification", () => {
  it("either key order, several accounts, one repeated → each account once", () => {
    const list_folder = { accounts: ["dbid:A_b-1", "dbid:B", "dbid:A_b-1"] };
    const delta = { users: [4711] };
    expect(parse({ list_folder, delta })).toEqual(accounts("dbid:A_b-1", "dbid:B"));
    expect(parse({ delta, list_folder, tomorrow: null })).toEqual(accounts("dbid:A_b-1", "dbid:B"));
  });

  it("list_folder or its accounts missing, null or empty → no accounts", () => {
    for (const body of [
      {},
      { delta: {} },
      { list_folder: null },
      { list_folder: {} },
      { list_folder: { accounts: [] } },
    ]) {
      expect(parse(body)).toEqual(accounts());
    }
  });

  it("id outside the alphabet, too long or no text → passed over, the others kept", () => {
    const ids = ["dbid:A", "a b", "", "x".repeat(129), "a\u0000", "ü", "a\n", 5, null];
    expect(parse({ list_folder: { accounts: ids } })).toEqual(accounts("dbid:A"));
  });

  it("no JSON, truncated, no object, accounts of another type → unreadable", () => {
    for (const body of [
      "",
      "x",
      '{"list_folder":{"acc',
      "null",
      "[]",
      '"a"',
      { list_folder: 5 },
      { list_folder: { accounts: "dbid:A" } },
    ]) {
      expect(parse(body), JSON.stringify(body)).toEqual({ kind: "unreadable" });
    }
  });

  it("broken UTF-8, then a good one → the good one is read", () => {
    expect(parse("\xff").kind).toBe("unreadable");
    expect(parseNotification(Uint8Array.of(0xe2, 0x82))).toEqual({ kind: "unreadable" }); // half a character
    expect(parse({ list_folder: { accounts: ["dbid:A"] } })).toEqual(accounts("dbid:A"));
  });

  it("broken UTF-8 or a NUL byte → unreadable", () => {
    expect(parseNotification(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))).toEqual({ kind: "unreadable" });
    expect(parse("{}\u0000")).toEqual({ kind: "unreadable" });
  });

  it("more accounts than the limit → tooMany; at the limit → accounts", () => {
    const body = { list_folder: { accounts: ["dbid:A", "dbid:B", "dbid:C"] } };
    expect(parse(body, 2)).toEqual({ kind: "tooMany" });
    expect(parse(body, 3)).toEqual(accounts("dbid:A", "dbid:B", "dbid:C"));
  });
});
