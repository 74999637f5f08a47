import { describe, expect, it } from "vitest";
import {
  holdsAlready,
  JSON_MAX_BYTES,
  mapToRecord,
  readsContent,
  recordIdOf,
} from "@/lib/destinations/records/record.ts";
import { aDelivery } from "../support/builders.ts";

const delivery = aDelivery({ id: "id:AbC_-1", name: "person.json" });
const BASE = { id: "facebook_AbC_-1", status: "active", name: "person.json" };
const map = (content: string | Uint8Array | null) =>
  mapToRecord(delivery, typeof content === "string" ? Buffer.from(content) : content);
const json = (value: unknown) => map(JSON.stringify(value));
const mapped = (fields: object) => ({ kind: "mapped", record: { ...BASE, ...fields } });
const message = (mapping: ReturnType<typeof map>) => (mapping.kind === "invalid" ? mapping.message : "mapped");

describe("a file mapped by its name", () => {
  it("no content → id derived from the file id, active, named as the file", () => {
    expect(map(null)).toEqual(mapped({}));
  });

  it("file ids → record ids one to one, only the leading id: cut", () => {
    expect(recordIdOf("id:a")).toBe("facebook_a");
    expect(recordIdOf("a")).toBe("facebook_a");
    expect(recordIdOf("id:id:a")).toBe("facebook_id:a");
  });

  it("JSON up to 1 MiB → its content takes part; one byte more, or another name → it does not", () => {
    const reads = (name: string, size: number) => readsContent({ name, size });
    expect(JSON_MAX_BYTES).toBe(1_048_576);
    expect(reads("a.json", 1_048_576)).toBe(true);
    expect(reads("A.JSON", 0)).toBe(true);
    expect(reads("a.json", 1_048_577)).toBe(false);
    for (const name of ["a.jpg", "json", "a.json.txt", "ajson"]) expect(reads(name, 5), name).toBe(false);
  });
});

describe("a JSON file", () => {
  it("all four fields → in the record; other fields → left out", () => {
    const fields = { email: "ann@example.com", name: "Ann", amount: 12.5, status: "paid" };
    expect(json({ ...fields, id: "mine", other: { deep: 1 } })).toEqual(mapped(fields));
  });

  it("none of them, or null in their place → the record of the name", () => {
    expect(json({})).toEqual(mapped({}));
    expect(json({ email: null, name: null, amount: null, status: null })).toEqual(mapped({}));
  });

  it.each([
    [0, 0],
    [-1.5, -1.5],
    ["12.50", 12.5],
    ["-3", -3],
  ])("amount %j → %d", (amount, expected) => {
    expect(json({ amount })).toEqual(mapped({ amount: expected }));
  });

  it("name and status with space around → trimmed", () => {
    expect(json({ name: " Ann ", status: " paid\n" })).toEqual(mapped({ name: "Ann", status: "paid" }));
  });

  it.each([
    ["email", ["", "ann", "ann@", "a b@example.com", 5, ["ann@example.com"], {}, false]],
    ["name", ["", "   ", "x".repeat(1001), 5, [], {}, true]],
    ["amount", ["", "12,50", "1e5", "0x10", "ten", " 1", true, [], {}, "9".repeat(400)]],
    ["status", ["", " ", "x".repeat(101), 5, [], {}, true]],
  ])("%s of a wrong type or form → invalid, the field named", (field, values) => {
    for (const value of values)
      expect(message(json({ [field]: value })), JSON.stringify(value)).toContain(`field ${field} `);
  });

  it("amount too large for a number → invalid, never null in the record", () => {
    expect(message(map('{"amount":1e999}'))).toContain("field amount");
  });

  it("not an object (array, null, text, number) → invalid, in words", () => {
    for (const value of [[], [{ email: "ann@example.com" }], null, "text", 5, true]) {
      expect(message(json(value)), JSON.stringify(value)).toContain("the content of the JSON file");
    }
  });

  it("not JSON, cut off, empty or not UTF-8 → invalid, nothing of the content quoted", () => {
    const broken = [
      "{",
      "",
      "hush hush",
      '{"a": hush}',
      '{"a":1}}',
      '{"password":"hush", x}',
      Buffer.from([0x22, 0xff, 0x22]),
    ];
    for (const content of broken) {
      const text = message(map(content));
      expect(text).toContain("not JSON");
      expect(text).not.toContain("hush");
    }
  });

  it("a byte order mark before it → read all the same", () => {
    expect(map('\uFEFF{"amount":1}')).toEqual(mapped({ amount: 1 }));
  });

  it("keys that reach for the prototype → ignored, no prototype changed", () => {
    for (const content of [
      '{"__proto__":{"amount":5,"email":"evil"}}',
      '{"constructor":{"prototype":{"amount":5}}}',
      '{"toString":1,"hasOwnProperty":2}',
    ]) {
      expect(map(content), content).toEqual(mapped({}));
    }
    expect(Object.hasOwn(Object.prototype, "amount")).toBe(false);
  });

  it("a key given twice → the last one", () => {
    expect(map('{"amount":1,"amount":2}')).toEqual(mapped({ amount: 2 }));
  });

  it("nested half a million deep → an answer, not a crash", () => {
    const deep = "[".repeat(500_000) + "]".repeat(500_000);
    expect(message(map(deep))).toContain("JSON");
    expect(map(`{"other":${deep}}`).kind).toMatch(/mapped|invalid/);
  });
});

describe("what the endpoint holds", () => {
  const record = { ...BASE, amount: 5 };
  it("every field equal, more beside them → holds it already", () => {
    expect(holdsAlready({ ...record, createdAt: "x" }, record)).toBe(true);
  });

  it("one field missing, different or of another type → does not", () => {
    for (const change of [{ amount: 6 }, { amount: "5" }, { amount: undefined }, { name: "Person.json" }]) {
      expect(holdsAlready({ ...record, ...change }, record), JSON.stringify(change)).toBe(false);
    }
  });
});
