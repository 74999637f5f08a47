/** The record id is made of the file id, which comes from outside: two files never share a record or leave the endpoint's path. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordIdOf } from "@/lib/destinations/records/record.ts";
import { pageSchema, parseEntry } from "@/lib/dropbox/entry.ts";

describe("ids", () => {
  const entry = (id: unknown) =>
    parseEntry({
      ".tag": "file",
      id,
      rev: "0162a1b2c3d4e5f6",
      name: "a.jpg",
      path_lower: "/a.jpg",
      size: 1,
      server_modified: "2026-11-20T09:00:03Z",
    });
  const anyId = fc.oneof(
    fc.string({ unit: "binary", maxLength: 12 }).map((text) => `id:${text}`),
    fc.string({ unit: fc.constantFrom(..."id:./%?#a "), maxLength: 8 }),
  );

  it("any two that are taken and differ → two records, each at an address of its own", () => {
    fc.assert(
      fc.property(anyId, anyId, (one, other) => {
        for (const id of [one, other]) {
          if (entry(id).kind !== "file") continue;
          const segment = encodeURIComponent(recordIdOf(id));
          const url = new URL(`https://example.com/v1/records/${segment}`);
          expect(url.pathname.split("/")).toHaveLength(4);
          expect(decodeURIComponent(url.pathname.slice("/v1/records/".length))).toBe(recordIdOf(id));
          expect([url.search, url.hash]).toEqual(["", ""]);
        }
        if (one !== other && entry(one).kind === "file" && entry(other).kind === "file")
          expect(recordIdOf(one)).not.toBe(recordIdOf(other));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["without id:", "abc"],
    ["nothing after it", "id:"],
    ["in upper case", "ID:abc"],
    ["a line break", "id:a\nb"],
    ["a space", "id:a b"],
    ["a lone surrogate", "id:a\ud800"],
    ["beyond ASCII", "id:ä"],
    ["longer than any", `id:${"a".repeat(256)}`],
    ["the mark of a folder", "folder"],
    ["a prototype", "__proto__"],
    ["a number", 5],
    ["an object", { toString: "id:a" }],
  ])("%s → the entry is unreadable, its path known, and holds up no other", (_, id) => {
    expect(entry(id)).toEqual({ kind: "unreadable", path: "/a.jpg" });
    expect(entry("id:a4ayc_80_OEAAAAAAAAAXw")).toMatchObject({ kind: "file" });
  });
});

describe("a listing", () => {
  const page = (entries: unknown[]) => pageSchema.safeParse({ entries, cursor: "c", has_more: false });

  it("ten times as long as asked for → read; longer than any listing is → refused whole, before it is planned", () => {
    const deletions = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ ".tag": "deleted", path_lower: `/${n}` }));
    expect(page(deletions(5000)).data?.entries).toHaveLength(5000);
    expect(page(deletions(5001)).success).toBe(false);
  });

  it("entries of any JSON → each read or unreadable, never a throw", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 20 }), (entries) => {
        const read = page(entries);
        expect(read.data?.entries).toHaveLength(entries.length);
        for (const one of read.data?.entries ?? []) expect(one.kind).toBe("unreadable");
      }),
    );
  });

  it("a file with any one field of another value → read with it, or unreadable", () => {
    const good = {
      ".tag": "file",
      id: "id:a",
      rev: "0162a1b2c3d4e5f6",
      name: "a.jpg",
      path_lower: "/a.jpg",
      path_display: "/A.jpg",
      size: 1,
      server_modified: "2026-11-20T09:00:03Z",
    };
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(good), "is_downloadable", "__proto__"),
        fc.jsonValue(),
        (field, value) => {
          const one = parseEntry(
            JSON.parse(`${JSON.stringify(good).slice(0, -1)},"${field}":${JSON.stringify(value)}}`),
          );
          if (one.kind !== "file") return;
          expect(one.id).toMatch(/^id:[!-~]+$/);
          for (const text of [one.name, one.path, one.pathLower, one.rev]) expect(typeof text).toBe("string");
          expect(Number.isSafeInteger(one.size) && Number.isFinite(one.serverModified)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
