import { describe, expect, it } from "vitest";
import { pageSchema, parseEntry } from "@/lib/dropbox/entry.ts";

const file = {
  ".tag": "file",
  id: "id:a",
  rev: "0162a1b2c3d4e5f6",
  name: "new.jpg",
  path_lower: "/in/new.jpg",
  path_display: "/In/new.jpg",
  size: 182044,
  server_modified: "2026-11-20T09:00:03Z",
  content_hash: "b07c",
};

describe("parseEntry", () => {
  it("file with unknown fields → file, time in ms, downloadable by default", () => {
    expect(parseEntry({ ...file, of_tomorrow: {} })).toEqual({
      kind: "file",
      id: "id:a",
      rev: "0162a1b2c3d4e5f6",
      name: "new.jpg",
      path: "/In/new.jpg",
      pathLower: "/in/new.jpg",
      size: 182044,
      serverModified: Date.UTC(2026, 10, 20, 9, 0, 3),
      isDownloadable: true,
      contentHash: "b07c",
    });
  });

  it("null or missing optional fields → as absent, the hash left out", () => {
    const { content_hash: _, path_display: __, ...bare } = file;
    const nulls = { ...file, content_hash: null, path_display: null, is_downloadable: null, symlink_info: null };
    for (const value of [bare, nulls]) {
      const entry = parseEntry(value);
      expect(entry).toMatchObject({ kind: "file", path: "/in/new.jpg", isDownloadable: true });
      expect(entry).not.toHaveProperty("contentHash");
    }
  });

  it("size over 2^32 → exact; empty file → 0; past 2^53, negative or text → unreadable", () => {
    expect(parseEntry({ ...file, size: 2 ** 32 + 1 })).toMatchObject({ size: 4294967297 });
    expect(parseEntry({ ...file, size: 0 })).toMatchObject({ size: 0 });
    for (const size of [2 ** 53, -1, "5"]) expect(parseEntry({ ...file, size })).toMatchObject({ kind: "unreadable" });
  });

  it("export-only document or symbolic link → not downloadable", () => {
    expect(parseEntry({ ...file, is_downloadable: false })).toMatchObject({ isDownloadable: false });
    expect(parseEntry({ ...file, symlink_info: { target: "/x" } })).toMatchObject({ isDownloadable: false });
  });

  it("folder and deleted → their paths", () => {
    for (const kind of ["folder", "deleted"]) {
      const entry = parseEntry({
        ".tag": kind,
        id: "id:f",
        name: "Sub",
        path_lower: "/in/sub",
        path_display: "/In/Sub",
      });
      expect(entry).toEqual({ kind, pathLower: "/in/sub", path: "/In/Sub" });
    }
  });

  it("unknown tag, bad date, no path, no object → unreadable with the path it has", () => {
    expect(parseEntry({ ...file, ".tag": "tomorrow" })).toEqual({ kind: "unreadable", path: "/In/new.jpg" });
    expect(parseEntry({ ...file, server_modified: "yesterday" })).toEqual({ kind: "unreadable", path: "/In/new.jpg" });
    expect(parseEntry({ ...file, path_lower: null, path_display: 5 })).toEqual({ kind: "unreadable", path: null });
    for (const value of [null, 3, "x", []]) expect(parseEntry(value)).toEqual({ kind: "unreadable", path: null });
  });
});

describe("pageSchema", () => {
  it("one unreadable entry among good ones → the page stands, in order", () => {
    const page = pageSchema.parse({ entries: [file, null, { ...file, id: "id:b" }], cursor: "c", has_more: false });
    expect(page.entries.map(({ kind }) => kind)).toEqual(["file", "unreadable", "file"]);
  });
});
