import { describe, expect, it } from "vitest";
import { FOLDER, type KnownFile } from "@/lib/core/known-file.ts";
import { collapse, type Entry, plan } from "@/lib/core/plan.ts";
import { aDeletion, aFile, aFolder, NOW, rules } from "../support/builders.ts";

const POSTED: KnownFile = { rev: "rev1", path: "/inbox/a.jpg" };
const AT = { "/inbox/a.jpg": "id:a" };

interface Given {
  known?: Record<string, KnownFile>;
  owners?: Record<string, string>;
  follows?: boolean;
  /** Files that the listing shows in another part of it. */
  elsewhere?: string[];
}

function planned(entries: readonly Entry[], given: Given = {}) {
  const { known = { "id:a": POSTED }, owners = AT, follows = true, elsewhere = [] } = given;
  const listed = new Set([...elsewhere, ...entries.flatMap((entry) => (entry.kind === "file" ? [entry.id] : []))]);
  return plan({
    entries: collapse(entries),
    phase: "following",
    known: new Map(Object.entries(known)),
    pathOwners: new Map(Object.entries(owners)),
    follow: follows ? { listed } : null,
    instance: { id: "env", folder: "/inbox", since: 0, backfill: "none", rules: rules() },
    now: NOW,
    seenBy: "sweep",
  });
}
const gone = (entries: readonly Entry[], given?: Given) =>
  planned(entries, given).deliveries.map(({ id, gone: why }) => [id, why]);
const knownAfter = (entries: readonly Entry[], given?: Given) => Object.fromEntries(planned(entries, given).files);

describe("a deleted file", () => {
  it("delivered before → one delivery of it that says so, under a revision of its own", () => {
    const { deliveries, files, pathsGone } = planned([aDeletion("/inbox/a.jpg")]);
    expect(deliveries).toMatchObject([
      { id: "id:a", gone: "deleted", rev: "gone-rev1", name: "a.jpg", seenBy: "sweep" },
    ]);
    expect(files.get("id:a")).toEqual({ ...POSTED, gone: "deleted" });
    expect(pathsGone).toEqual(["/inbox/a.jpg"]);
  });

  it("the same listing read twice → the same plan; under what it made known → nothing", () => {
    const entries = [aDeletion("/inbox/a.jpg")];
    expect(planned(entries)).toEqual(planned(entries));
    expect(gone(entries, { known: knownAfter(entries), owners: {} })).toEqual([]);
    expect(gone(entries, { known: knownAfter(entries) })).toEqual([]);
  });

  it("nobody follows → its path goes and nothing else", () => {
    const { deliveries, files } = planned([aDeletion("/inbox/a.jpg")], { follows: false });
    expect([deliveries, files]).toEqual([[], new Map()]);
  });

  it.each([
    ["older than the relay", { ...POSTED, old: true }],
    ["not selected", { ...POSTED, skipped: "a hidden file" }],
    ["gone already", { ...POSTED, gone: "movedOut" as const }],
    ["last seen at another path", { ...POSTED, path: "/inbox/b.jpg" }],
  ])("%s → nothing", (_what, file) => {
    expect(gone([aDeletion("/inbox/a.jpg")], { known: { "id:a": file } })).toEqual([]);
  });

  it("restored with the same id and revision → delivered as new, known as there", () => {
    const known = knownAfter([aDeletion("/inbox/a.jpg")]);
    const back = planned([aFile()], { known, owners: {} });
    expect(back.deliveries).toMatchObject([{ id: "id:a", rev: "rev1" }]);
    expect(back.deliveries[0]).not.toHaveProperty("gone");
    expect(back.files.get("id:a")).toEqual(POSTED);
    expect(gone([aDeletion("/inbox/a.jpg")], { known: Object.fromEntries(back.files) })).toEqual([["id:a", "deleted"]]);
  });

  it("its path in lower case is not what letters alone make of it → found all the same", () => {
    const path = "/inbox/İ.jpg";
    const file = aFile({ path, pathLower: "/inbox/i̇x.jpg" });
    const known = knownAfter([file], { known: {}, owners: {} });
    const deletion: Entry = { kind: "deleted", path, pathLower: file.pathLower };
    expect(gone([deletion], { known, owners: { [file.pathLower]: "id:a" } })).toEqual([["id:a", "deleted"]]);
  });
});

describe("a file that is renamed or moved", () => {
  it("both halves in one listing, in either order, or in another part of it → not gone", () => {
    const halves = [aDeletion("/inbox/a.jpg"), aFile({ path: "/inbox/b.jpg" })];
    for (const entries of [halves, halves.toReversed()]) expect(gone(entries)).toEqual([["id:a", undefined]]);
    expect(gone([aDeletion("/inbox/a.jpg")], { elsewhere: ["id:a"] })).toEqual([]);
  });

  it("only in another case → not gone", () => {
    const entries = [aDeletion("/inbox/a.jpg"), aFile({ path: "/inbox/A.JPG" })];
    expect(gone(entries)).toEqual([["id:a", undefined]]);
  });

  it("the old path told after the new one, in a listing of its own → not gone", () => {
    const known = knownAfter([aFile({ path: "/inbox/b.jpg" })]);
    expect(gone([aDeletion("/inbox/a.jpg")], { known })).toEqual([]);
  });

  it("the new path told after the old one → gone, then delivered", () => {
    const known = knownAfter([aDeletion("/inbox/a.jpg")]);
    expect(gone([aFile({ path: "/inbox/b.jpg" })], { known, owners: {} })).toEqual([["id:a", undefined]]);
  });

  it.each([
    ["out of the folder", "/other/a.jpg"],
    ["to a name that is not selected", "/inbox/a.jpg.part"],
  ])("%s → moved out; deleted there → nothing more; back → delivered", (_where, path) => {
    const moved = [aFile({ path })];
    expect(gone(moved)).toEqual([["id:a", "movedOut"]]);
    expect(planned(moved).skipped).toHaveLength(1);
    const known = knownAfter(moved);
    expect(gone([aDeletion(path)], { known, owners: { [path]: "id:a" } })).toEqual([]);
    expect(gone([aFile()], { known, owners: {} })).toEqual([["id:a", undefined]]);
  });

  it("edited beyond the limit of size → it is there still; deleted afterwards → gone", () => {
    const large = [aFile({ rev: "rev2", size: 1001 })];
    expect(gone(large)).toEqual([]);
    expect(gone([aDeletion("/inbox/a.jpg")], { known: knownAfter(large) })).toEqual([["id:a", "deleted"]]);
  });
});

describe("what takes a path over", () => {
  it("another file, the deletion not told → the first is gone, the other delivered", () => {
    expect(gone([aFile({ id: "id:b" })])).toEqual([
      ["id:a", "deleted"],
      ["id:b", undefined],
    ]);
  });

  it("a folder → the file is gone", () => {
    expect(gone([aFolder("/inbox/a.jpg")])).toEqual([["id:a", "deleted"]]);
  });

  it("a file in a folder's place → what was in the folder is to be looked for", () => {
    const { foldersGone } = planned([aFile({ path: "/inbox/Trip" })], { owners: { "/inbox/trip": FOLDER } });
    expect(foldersGone).toEqual(["/inbox/trip"]);
  });

  it("a folder deleted and made again in one listing → the same", () => {
    const entries = [aDeletion("/inbox/Trip"), aFolder("/inbox/Trip")];
    const { foldersGone, pathsGone } = planned(entries, { owners: { "/inbox/trip": FOLDER } });
    expect([foldersGone, pathsGone]).toEqual([["/inbox/trip"], []]);
  });
});
