import { describe, expect, it } from "vitest";
import { FOLDER, type KnownFile } from "@/lib/core/known-file.ts";
import { collapse, type Entry, type PlanInput, plan } from "@/lib/core/plan.ts";
import { aDeletion, aFile, aFolder, NOW, rules } from "../support/builders.ts";

const SINCE = NOW - 60_000;

interface Given {
  known?: Record<string, KnownFile>;
  owners?: Record<string, string>;
  instance?: Partial<PlanInput["instance"]>;
  phase?: PlanInput["phase"];
  follows?: boolean;
}

function planned(entries: readonly Entry[], given: Given = {}) {
  const { known = {}, owners = {}, instance, phase = "following", follows = false } = given;
  return plan({
    entries: collapse(entries),
    phase,
    known: new Map(Object.entries(known)),
    pathOwners: new Map(Object.entries(owners)),
    follow: follows ? { listed: new Set(entries.flatMap((entry) => (entry.kind === "file" ? [entry.id] : []))) } : null,
    instance: { id: "env", folder: "/inbox", since: SINCE, backfill: "none", rules: rules(), ...instance },
    now: NOW,
    seenBy: "notification",
  });
}

const paths = (entries: readonly Entry[], given?: Given) => planned(entries, given).deliveries.map(({ path }) => path);
const nothing = { files: new Map(), deliveries: [], skipped: [], pathsGone: [], foldersGone: [] };

describe("a file", () => {
  it("never seen + listed → one live delivery that names revision, path, size, times and who brought it", () => {
    const file = aFile({ rev: "rev7", path: "/Inbox/Trip/A.jpg", size: 99, serverModified: NOW - 1000 });
    const { deliveries, files, paths: table } = planned([file]);
    expect(deliveries).toEqual([
      {
        id: "id:a",
        instance: "env",
        rev: "rev7",
        name: "A.jpg",
        path: "/Inbox/Trip/A.jpg",
        size: 99,
        serverModified: NOW - 1000,
        priority: "live",
        seenAt: NOW,
        seenBy: "notification",
        attempts: [],
      },
    ]);
    expect(files).toEqual(new Map([["id:a", { rev: "rev7", path: "/Inbox/Trip/A.jpg" }]]));
    expect(table).toEqual(new Map([["/inbox/trip/a.jpg", "id:a"]]));
  });

  it("known + a new revision → a live delivery of the new revision", () => {
    const { deliveries } = planned([aFile({ rev: "rev2" })], {
      known: { "id:a": { rev: "rev1", path: "/inbox/a.jpg" } },
    });
    expect(deliveries).toMatchObject([{ id: "id:a", rev: "rev2", priority: "live" }]);
  });

  it("known + renamed, moved or only written in another case → one delivery of the same id, path remembered", () => {
    for (const path of ["/inbox/b.jpg", "/inbox/deep/a.jpg", "/inbox/A.JPG"]) {
      const { deliveries, files } = planned([aFile({ path })], {
        known: { "id:a": { rev: "rev1", path: "/inbox/a.jpg" } },
      });
      expect(deliveries, path).toMatchObject([{ id: "id:a", rev: "rev1", path }]);
      expect(files.get("id:a"), path).toEqual({ rev: "rev1", path });
    }
  });

  it("moved out of the folder → no delivery, skipped with the folder named; moved back → delivered", () => {
    const out = planned([aFile({ path: "/other/a.jpg" })], {
      known: { "id:a": { rev: "rev1", path: "/inbox/a.jpg" } },
    });
    expect(out.deliveries).toEqual([]);
    expect(out.skipped).toEqual([{ path: "/other/a.jpg", reason: "outside the folder /inbox" }]);
    const known = Object.fromEntries(out.files);
    expect(paths([aFile()], { known })).toEqual(["/inbox/a.jpg"]);
  });

  it("known, unchanged + listed again → nothing to store or deliver", () => {
    expect(planned([aFile()], { known: { "id:a": { rev: "rev1", path: "/inbox/a.jpg" } } })).toMatchObject(nothing);
  });

  it("same listing planned twice → the second plan has nothing", () => {
    const entries = [aFile(), aFile({ id: "id:b", path: "/inbox/b.tmp" }), aFolder("/inbox/x")];
    const first = planned(entries);
    expect(first.deliveries).toHaveLength(1);
    expect(planned(entries, { known: Object.fromEntries(first.files) })).toMatchObject(nothing);
  });

  it("not selected → skipped with the reason, also remembered; renamed into the selection → delivered", () => {
    const first = planned([aFile({ path: "/inbox/a.jpg.part" })]);
    expect(first.deliveries).toEqual([]);
    expect(first.skipped).toEqual([{ path: "/inbox/a.jpg.part", reason: "a temporary file" }]);
    expect(first.files.get("id:a")?.skipped).toBe("a temporary file");
    expect(paths([aFile()], { known: Object.fromEntries(first.files) })).toEqual(["/inbox/a.jpg"]);
  });

  it("without content to download → skipped with the reason", () => {
    const { deliveries, skipped } = planned([aFile({ isDownloadable: false })]);
    expect(deliveries).toEqual([]);
    expect(skipped[0]?.reason).toContain("no content");
  });
});

describe("the baseline", () => {
  const old = (changes = {}) => aFile({ serverModified: SINCE - 1000, ...changes });

  it("old file, no backfill → remembered as old, neither delivered nor skipped", () => {
    const { deliveries, skipped, files } = planned([old()], { phase: "baseline" });
    expect(deliveries).toEqual([]);
    expect(skipped).toEqual([]);
    expect(files.get("id:a")).toEqual({ rev: "rev1", path: "/inbox/a.jpg", old: true, size: 10 });
  });

  it("old file + rename after the baseline → still not delivered, still old", () => {
    const { deliveries, files } = planned([old({ path: "/inbox/b.jpg" })], {
      known: { "id:a": { rev: "rev1", path: "/inbox/a.jpg", old: true } },
    });
    expect(deliveries).toEqual([]);
    expect(files.get("id:a")).toEqual({ rev: "rev1", path: "/inbox/b.jpg", old: true, size: 10 });
  });

  it("old file, backfill all → delivered behind; a newer one in the same listing → live", () => {
    const entries = [old(), aFile({ id: "id:b", path: "/inbox/b.jpg" })];
    const { deliveries } = planned(entries, { phase: "baseline", instance: { backfill: "all" } });
    expect(deliveries.map(({ id, priority }) => [id, priority])).toEqual([
      ["id:a", "backfill"],
      ["id:b", "live"],
    ]);
  });

  it("old file, backfill all, not selected → skipped with the reason", () => {
    const { deliveries, skipped } = planned([old({ size: 1001 })], {
      phase: "baseline",
      instance: { backfill: "all" },
    });
    expect(deliveries).toEqual([]);
    expect(skipped).toHaveLength(1);
  });

  it("file backfilled + edited → its new revision is live", () => {
    const entries = [aFile({ rev: "rev2" })];
    const known = { "id:a": { rev: "rev1", path: "/inbox/a.jpg" } };
    const { deliveries } = planned(entries, { known, phase: "baseline", instance: { backfill: "all" } });
    expect(deliveries).toMatchObject([{ rev: "rev2", priority: "live" }]);
  });

  it("modified in the second of `since` → new, although its whole-second time is earlier; the second before → old", () => {
    const since = Date.UTC(2026, 10, 20, 8, 0, 0, 700);
    const at = (serverModified: number) =>
      paths([aFile({ serverModified })], { phase: "baseline", instance: { since } });
    expect(at(Date.UTC(2026, 10, 20, 8, 0, 0))).toEqual(["/inbox/a.jpg"]);
    expect(at(Date.UTC(2026, 10, 20, 7, 59, 59))).toEqual([]);
  });

  it("old time but unknown while following or after a cursor reset → moved in since: live", () => {
    for (const phase of ["following", "rebuilding"] as const) {
      expect(planned([old()], { phase }).deliveries, phase).toMatchObject([{ priority: "live" }]);
    }
  });
});

describe("a deletion", () => {
  it("of a file we know → its path goes, nothing is delivered", () => {
    const result = planned([aDeletion("/inbox/a.jpg")], { owners: { "/inbox/a.jpg": "id:a" } });
    expect(result).toMatchObject({ ...nothing, pathsGone: ["/inbox/a.jpg"] });
  });

  it("of a folder we know → its path and all below it go", () => {
    const result = planned([aDeletion("/inbox/Trip")], { owners: { "/inbox/trip": FOLDER } });
    expect(result).toMatchObject({ pathsGone: ["/inbox/trip"], foldersGone: ["/inbox/trip"] });
  });

  it("of a path we never knew → nothing", () => {
    expect(planned([aDeletion("/inbox/x")])).toMatchObject(nothing);
  });

  it("then a new file at the same path in one listing → the file is delivered and keeps the path", () => {
    const result = planned([aDeletion("/inbox/a.jpg"), aFile({ id: "id:new" })], {
      owners: { "/inbox/a.jpg": "id:a" },
    });
    expect(result.deliveries.map(({ id }) => id)).toEqual(["id:new"]);
    expect(result.pathsGone).toEqual([]);
    expect(result.paths.get("/inbox/a.jpg")).toBe("id:new");
  });

  it("of a folder, then the folder and a file in it again → the folder stays in the table, the file is delivered", () => {
    const folder: Entry = { kind: "folder", path: "/inbox/trip", pathLower: "/inbox/trip" };
    const entries = [aDeletion("/inbox/trip"), folder, aFile({ path: "/inbox/trip/a.jpg" })];
    const result = planned(entries, { owners: { "/inbox/trip": FOLDER } });
    expect(result.deliveries).toHaveLength(1);
    expect(result.pathsGone).toEqual([]);
    expect(result.paths.get("/inbox/trip")).toBe(FOLDER);
  });

  it("the pair of a move, in either order → old path gone, one delivery at the new path", () => {
    const pair = [aDeletion("/inbox/a.jpg"), aFile({ path: "/inbox/b.jpg" })];
    const given = { known: { "id:a": { rev: "rev1", path: "/inbox/a.jpg" } }, owners: { "/inbox/a.jpg": "id:a" } };
    for (const entries of [pair, pair.toReversed()]) {
      const result = planned(entries, given);
      expect(result.deliveries).toMatchObject([{ id: "id:a", path: "/inbox/b.jpg" }]);
      expect(result.pathsGone).toEqual(["/inbox/a.jpg"]);
    }
  });
});

describe("one listing that contradicts itself", () => {
  it("same path twice → the last entry of the path wins", () => {
    const entries = [aFile({ rev: "rev1" }), aFile({ rev: "rev2" })];
    expect(planned(entries).deliveries).toMatchObject([{ rev: "rev2" }]);
    expect(paths([aFile({ id: "id:a" }), aFile({ id: "id:b" })])).toHaveLength(1);
  });

  it("same file at two paths → delivered once, at the last", () => {
    expect(paths([aFile(), aFile({ path: "/inbox/b.jpg" })])).toEqual(["/inbox/b.jpg"]);
  });

  it("file, then its deletion or that of its folder → not delivered; a path that only begins alike stays", () => {
    expect(paths([aFile(), aDeletion("/inbox/a.jpg")])).toEqual([]);
    const trip = aFile({ path: "/inbox/trip/a.jpg" });
    const tripTwo = aFile({ id: "id:b", path: "/inbox/trip2/a.jpg" });
    expect(paths([trip, tripTwo, aDeletion("/inbox/trip")])).toEqual(["/inbox/trip2/a.jpg"]);
  });

  it("many files → delivered in the order of the listing", () => {
    const entries = Array.from({ length: 50 }, (_, n) => aFile({ id: `id:${n}`, path: `/inbox/${49 - n}.jpg` }));
    expect(planned(entries).deliveries.map(({ id }) => id)).toEqual(entries.map(({ id }) => id));
  });

  it("ids and paths named like parts of every object → kept apart like any other", () => {
    const entries = ["__proto__", "constructor", "toString"].map((name) =>
      aFile({ id: name, path: `/inbox/${name}`, size: 1 }),
    );
    expect(planned(entries).deliveries.map(({ id }) => id)).toEqual(["__proto__", "constructor", "toString"]);
  });
});
