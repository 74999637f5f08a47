import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupPhotos, type WaitingPhoto, type WindowSettings } from "@/lib/destinations/page/post-window.ts";

const settings = (changes: Partial<WindowSettings> = {}): WindowSettings => ({
  enabled: true,
  windowMs: 100,
  maxPerPost: 3,
  ...changes,
});
const photos = (seenAt: number[], folder = "/in"): WaitingPhoto[] =>
  seenAt.map((at, order) => ({ id: `${folder}${order}`, folder, seenAt: at, order }));
const idsReady = (waiting: WaitingPhoto[], now: number, changes: Partial<WindowSettings> = {}) =>
  groupPhotos(waiting, settings(changes), now).ready.map(({ ids }) => ids.join(" "));

describe("one folder", () => {
  it("photos within the window of the first → one post when it closes, not a moment before", () => {
    const waiting = photos([1000, 1099]);
    expect(groupPhotos(waiting, settings(), 1099)).toEqual({ ready: [], nextReadyAt: 1100 });
    expect(groupPhotos(waiting, settings(), 1100)).toEqual({
      ready: [{ folder: "/in", ids: ["/in0", "/in1"], readyAt: 1100 }],
      nextReadyAt: null,
    });
  });

  it("a photo at the end of the window → joins; one later → a post of its own", () => {
    expect(idsReady(photos([1000, 1100]), 1200)).toEqual(["/in0 /in1"]);
    expect(idsReady(photos([1000, 1101]), 1300)).toEqual(["/in0", "/in1"]);
  });

  it("a steady stream → the window of the first photo closes all the same", () => {
    expect(groupPhotos(photos([1000, 1060, 1120, 1180]), settings(), 1180)).toEqual({
      ready: [{ folder: "/in", ids: ["/in0", "/in1"], readyAt: 1100 }],
      nextReadyAt: 1220,
    });
  });

  it("as many as a post holds → ready when the last of them was seen; the rest waits for its own window", () => {
    const found = groupPhotos(photos([1000, 1010, 1020, 1030]), settings(), 1030);
    expect(found.ready).toEqual([{ folder: "/in", ids: ["/in0", "/in1", "/in2"], readyAt: 1020 }]);
    expect(found.nextReadyAt).toBe(1130);
  });

  it("given in any order → posted in the order of arrival; equal places → by id", () => {
    expect(idsReady(photos([1000, 1001, 1002]).reverse(), 2000)).toEqual(["/in0 /in1 /in2"]);
    const same = ["b", "a"].map((id) => ({ id, folder: "/in", seenAt: 1000, order: 0 }));
    expect(idsReady(same, 2000)).toEqual(["a b"]);
  });
});

describe("settings and folders", () => {
  it("off, or one per post → each photo by itself, at once", () => {
    for (const changes of [{ enabled: false }, { maxPerPost: 1 }, { maxPerPost: 0 }]) {
      expect(idsReady(photos([1000, 1000, 1001]), 1001, changes)).toEqual(["/in0", "/in1", "/in2"]);
    }
  });

  it("a window of nothing → what one listing showed is together, at once", () => {
    expect(idsReady(photos([1000, 1000, 1001]), 1001, { windowMs: 0 })).toEqual(["/in0 /in1", "/in2"]);
  });

  it("two folders at the same time → never in one post; the earlier one first", () => {
    const waiting = [...photos([1050], "/b"), ...photos([1000, 1010], "/a")];
    expect(idsReady(waiting, 1200)).toEqual(["/a0 /a1", "/b0"]);
  });

  it("nothing waiting → nothing ready, nothing next", () => {
    expect(groupPhotos([], { enabled: true, windowMs: 60_000, maxPerPost: 10 }, 5)).toEqual({
      ready: [],
      nextReadyAt: null,
    });
  });
});

const anySettings = fc.record({
  enabled: fc.boolean(),
  windowMs: fc.nat(200),
  maxPerPost: fc.integer({ min: 1, max: 5 }),
});
const arrivals = fc.array(fc.record({ folder: fc.constantFrom("/a", "/b"), gap: fc.nat(150) }), { maxLength: 40 });

describe("any arrivals, looked at any times", () => {
  it("photos leave as their groups become ready → each once, in order, within size and window", () => {
    fc.assert(
      fc.property(arrivals, anySettings, fc.integer({ min: 1, max: 90 }), (gaps, chosen, tick) => {
        let at = 1000;
        const all = gaps.map(({ folder, gap }, order) => {
          at += gap;
          return { id: `${order}`, folder, seenAt: at, order };
        });
        const byId = new Map(all.map((photo) => [photo.id, photo]));
        const posted: string[][] = [];
        for (let now = 1000; now <= at + chosen.windowMs + tick; now += tick) {
          const gone = new Set(posted.flat());
          const waiting = all.filter(({ id, seenAt }) => seenAt <= now && !gone.has(id));
          const { ready, nextReadyAt } = groupPhotos(waiting, chosen, now);
          posted.push(...ready.map(({ ids }) => ids));
          const left = waiting.length - ready.flatMap(({ ids }) => ids).length;
          expect(nextReadyAt === null).toBe(left === 0);
          if (nextReadyAt !== null) expect(nextReadyAt).toBeGreaterThan(now);
        }
        expect(posted.flat().toSorted()).toEqual(all.map(({ id }) => id).toSorted());
        for (const folder of ["/a", "/b"]) {
          const sent = posted.flat().filter((id) => byId.get(id)?.folder === folder);
          expect(sent).toEqual(all.filter((photo) => photo.folder === folder).map(({ id }) => id));
        }
        for (const ids of posted) {
          const members = ids.flatMap((id) => byId.get(id) ?? []);
          const times = members.map(({ seenAt }) => seenAt);
          expect(new Set(members.map(({ folder }) => folder)).size).toBe(1);
          expect(ids.length).toBeLessThanOrEqual(chosen.enabled ? chosen.maxPerPost : 1);
          expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(chosen.windowMs);
        }
      }),
    );
  });

  it("times and places at odds → still each once, and per folder ready in the order of places", () => {
    const anyPhotos = fc.uniqueArray(
      fc.record({ id: fc.string(), folder: fc.constantFrom("/a", "/b"), seenAt: fc.nat(500), order: fc.nat(20) }),
      { selector: ({ id }) => id, maxLength: 30 },
    );
    fc.assert(
      fc.property(anyPhotos, anySettings, fc.nat(800), (waiting, chosen, now) => {
        const all = groupPhotos(waiting, chosen, Number.MAX_SAFE_INTEGER).ready;
        expect(all.flatMap(({ ids }) => ids).toSorted()).toEqual(waiting.map(({ id }) => id).toSorted());
        const early = groupPhotos(waiting, chosen, now).ready;
        expect(all.slice(0, early.length)).toEqual(early);
        const orderOf = new Map(waiting.map(({ id, order }) => [id, order]));
        for (const folder of ["/a", "/b"]) {
          const orders = all
            .filter((group) => group.folder === folder)
            .flatMap(({ ids }) => ids.map((id) => orderOf.get(id)));
          expect(orders).toEqual(orders.toSorted((a, b) => (a ?? 0) - (b ?? 0)));
        }
      }),
    );
  });
});
