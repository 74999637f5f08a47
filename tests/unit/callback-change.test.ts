import { describe, expect, it } from "vitest";
import type { Claimed, Delivery } from "@/lib/core/delivery.ts";
import { type Change, changeOf, readTold, writeTold } from "@/lib/destinations/callback/change.ts";
import { EVENTS_MAX, groupsOf } from "@/lib/destinations/callback/groups.ts";
import { writeNote } from "@/lib/destinations/callback/note.ts";
import { aClaim, aDelivery, NOW } from "../support/builders.ts";

const A = "/inbox/a.pdf";
const B = "/inbox/b.pdf";
const claim = (delivery: Partial<Delivery>, more: Partial<Claimed> = {}): Claimed =>
  aClaim({ delivery: aDelivery({ id: "id:1", rev: "1", path: A, name: "a.pdf", ...delivery }), ...more });
function change(delivery: Partial<Delivery>, more: Partial<Claimed> = {}): Change {
  const made = changeOf(claim(delivery, more));
  if ("skipped" in made) throw new Error(made.skipped);
  return made;
}
/** The ledger after this was told. */
const ledgerOf = (told: Change): Claimed["before"] => ({ rev: told.rev, remoteId: writeTold(told), at: NOW });
/** What stands beside the file once this was tried, heard or not. */
const noteOf = ({ id: eventId, after }: Pick<Change, "id" | "after">, place = 0) =>
  writeNote({ messageId: "msg_1", eventId, place, after });
const skipped = (delivery: Partial<Delivery>, more: Partial<Claimed> = {}) =>
  expect(changeOf(claim(delivery, more))).toHaveProperty("skipped");

describe("what is told of a file", () => {
  it("nothing told yet → created, at the time Dropbox names", () => {
    expect(change({ serverModified: NOW - 5000 })).toMatchObject({ kind: "created", path: A, at: NOW - 5000 });
  });

  it("another revision at the same path → updated", () => {
    expect(change({ rev: "2" }, { before: ledgerOf(change({})) })).toMatchObject({ kind: "updated", formerPath: null });
  });

  it("another path, whatever the revision → renamed, with both paths", () => {
    const before = ledgerOf(change({}));
    const renamed = { kind: "renamed", path: B, formerPath: A };
    expect(change({ path: B }, { before })).toMatchObject(renamed);
    expect(change({ path: B, rev: "2" }, { before })).toMatchObject(renamed);
    expect(change({ path: "/inbox/A.pdf" }, { before })).toMatchObject({ kind: "renamed", formerPath: A });
  });

  it("gone → deleted at the path that was told; moved out → says so", () => {
    const before = ledgerOf(change({}));
    expect(change({ gone: "deleted", path: B }, { before })).toMatchObject({
      kind: "deleted",
      path: A,
      movedOut: false,
    });
    expect(change({ gone: "movedOut" }, { before })).toMatchObject({ kind: "deleted", movedOut: true });
  });

  it("gone and never told of, or told to be gone already → nothing to tell", () => {
    skipped({ gone: "deleted" });
    const gone = change({ gone: "deleted" }, { before: ledgerOf(change({})) });
    skipped({ gone: "deleted" }, { before: ledgerOf(gone) });
  });

  it("there again after it was told to be gone → created", () => {
    const gone = change({ gone: "deleted" }, { before: ledgerOf(change({})) });
    expect(change({}, { before: ledgerOf(gone) })).toMatchObject({ kind: "created" });
  });

  it("the same path and revision as told → nothing to tell", () => skipped({}, { before: ledgerOf(change({})) }));
});

describe("an attempt that may have been heard", () => {
  const note = noteOf({ id: "evt_1", after: "" });

  it("gone before its creation was confirmed → deleted is told all the same", () => {
    expect(change({ gone: "deleted" }, { note })).toMatchObject({ kind: "deleted", path: A });
  });

  it("back at the told path, a rename perhaps heard → updated, which names the path", () => {
    expect(change({}, { before: ledgerOf(change({})), note })).toMatchObject({ kind: "updated", path: A });
  });
});

describe("the id of an event", () => {
  it("the same change again → the same id, however often it was attempted", () => {
    const first = change({});
    const delivery = { attempts: [{ number: 1, at: NOW, ms: 1, outcome: "retryAt" }], seenAt: NOW + 9 };
    expect(change(delivery, { attempt: 7, note: noteOf(first), takenOver: true }).id).toBe(first.id);
  });

  it("another instance, file, revision, kind or path → another id each", () => {
    const before = ledgerOf(change({}));
    const other = changeOf(claim({ instance: "other" }));
    const ids = [
      change({}).id,
      "id" in other ? other.id : "",
      change({ id: "id:2" }).id,
      change({ rev: "2" }).id,
      change({ rev: "2" }, { before }).id,
      change({ path: B }, { before }).id,
      change({ gone: "deleted" }, { before }).id,
    ];
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^evt_[0-9a-f]{32}$/);
  });

  it("renamed to and fro under one revision → an id of its own each time", () => {
    const ids: string[] = [];
    let before = ledgerOf(change({}));
    for (const path of [B, A, B, A]) {
      const renamed = change({ path }, { before });
      ids.push(renamed.id);
      before = ledgerOf(renamed);
    }
    expect(new Set(ids).size).toBe(4);
  });

  it("gone and back as it was, none of it confirmed → an id of its own each time, and the same when tried again", () => {
    const gone = { gone: "deleted", rev: "gone-1" } as const;
    const ids: string[] = [];
    let note: string | null = null;
    for (const delivery of [{}, gone, {}, gone, {}]) {
      const tried: Change = change(delivery, { note });
      note = noteOf(tried);
      expect(change(delivery, { note, attempt: 2 })).toEqual(tried);
      ids.push(tried.id);
    }
    expect(new Set(ids).size).toBe(5);
  });

  it("replayed by a person, its first attempt failed → the very event at the next one too, of a file that is gone as well", () => {
    const created = change({});
    const before = ledgerOf(created);
    const replay = { priority: "replay" } as const;
    const first = change(replay, { before });
    expect(change(replay, { before, note: noteOf(first), attempt: 2 })).toMatchObject({
      id: created.id,
      kind: "created",
    });
    const gone = change({ gone: "deleted" }, { before });
    const again = { ...replay, gone: "deleted" } as const;
    const told = change(again, { before: ledgerOf(gone) });
    const next = change(again, { before: ledgerOf(gone), note: noteOf(told), attempt: 2 });
    expect(next).toMatchObject({ id: gone.id, kind: "deleted" });
  });

  it("replayed by a person → the very event that was told last, also of a file that is gone", () => {
    const updated = change({ rev: "2" }, { before: ledgerOf(change({})) });
    expect(change({ rev: "2", priority: "replay" }, { before: ledgerOf(updated) })).toMatchObject({
      id: updated.id,
      kind: "updated",
    });
    const gone = change({ rev: "2", gone: "deleted" }, { before: ledgerOf(updated) });
    const again = change({ rev: "2", gone: "deleted", priority: "replay" }, { before: ledgerOf(gone) });
    expect(again).toMatchObject({ id: gone.id, kind: "deleted" });
  });
});

describe("what the ledger holds", () => {
  it.each([A, "/inbox/with blank  and\nline.pdf", "/🦉 evt_1 /x"])("%j → read back as it was written", (path) => {
    const told = change({ path });
    expect(readTold(writeTold(told))).toEqual({ kind: "created", eventId: told.id, path });
  });

  it.each(["", "facebook_1", "made evt_1 /a", "created", "created evt_1"])("%j → not of our writing", (text) => {
    expect(readTold(text)).toBeNull();
  });
});

describe("groups", () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => claim({ id: `id:${n}` }));
  const idsOf = (groups: readonly (readonly Claimed[])[]) => groups.map((group) => group.map((one) => one.delivery.id));

  it(`50 deliveries → bodies of ${EVENTS_MAX}, ${EVENTS_MAX} and 10, in the order in which they were claimed`, () => {
    const claimed = many(50);
    const groups = groupsOf(claimed);
    expect(groups.map(({ length }) => length)).toEqual([20, 20, 10]);
    expect(groups.flat()).toEqual(claimed);
  });

  it("some that went out together before, among new ones → together again, in their former order, and nothing new with them", () => {
    const claimed = many(6).map((one, n) => {
      const made = changeOf(one);
      return n % 2 === 0 && "id" in made ? { ...one, note: noteOf(made, 6 - n) } : one;
    });
    expect(idsOf(groupsOf(claimed))).toEqual([
      ["id:4", "id:2", "id:0"],
      ["id:1", "id:3", "id:5"],
    ]);
  });

  it("a note of an older change of the file → goes out with the new ones", () => {
    const claimed = [claim({ id: "id:1" }, { note: noteOf({ id: "evt_other", after: "" }) }), claim({ id: "id:2" })];
    expect(idsOf(groupsOf(claimed))).toEqual([["id:1", "id:2"]]);
  });
});
