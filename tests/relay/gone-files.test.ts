/** Files that go and come back, followed by their posts. */
import { afterEach, describe, expect, it } from "vitest";
import { GONE_GRACE_MS } from "@/lib/core/gone.ts";
import { pictureOf } from "../sandbox/picture.ts";
import { createWorld, type World, type WorldOptions } from "../support/world.ts";

let world: World;
afterEach(() => world.close());

type OnDelete = "keep" | "hide" | "delete";
async function following(onDelete: OnDelete, env: Record<string, string> = {}, more: WorldOptions = {}) {
  world = await createWorld({ page: {}, ...more, env: { PAGE_ON_DELETE: onDelete, PAGE_ALBUM_MAX: "1", ...env } });
  await world.sweep();
  world.advance(60_000);
}
let seed = 1000;
function photo(path: string) {
  seed += 1;
  return world.dropbox.files.addFile(path, pictureOf(seed, 24, 18));
}
async function posted(path: string) {
  const node = photo(path);
  await world.notify();
  await world.settle();
  expect(posts().at(-1)?.photoIds).toHaveLength(1);
  return node;
}
async function listed() {
  await world.notify();
  await world.settle();
}
const posts = () => world.graph.posts().filter(({ deletedAt }) => deletedAt === null);
const shown = () => posts().flatMap(({ hidden, message }) => (hidden ? [] : [message]));
const removals = () => world.graph.writes().filter(({ what }) => what === "delete");
const said = (text: string) => world.logged.some((line) => line.includes(text));
const atRest = async () => expect(await world.counts()).toMatchObject({ due: 0, claimed: 0, dead: 0, unclear: 0 });
const ledger = async () => Number(await world.backend.command(["HLEN", `${outbox()}:ledger`]));
const owners = async () => Number(await world.backend.command(["HLEN", `${outbox()}:owners`]));
const outbox = () => `relay:d:env_page_${world.graph.page.id}`;

describe("a file that is deleted", () => {
  it.each([
    ["keep", ["a"], 1],
    ["hide", [], 1],
    ["delete", [], 0],
  ] as const)("its post, PAGE_ON_DELETE=%s → %j shown, %i there", async (onDelete, messages, there) => {
    await following(onDelete);
    await posted("/inbox/a.png");
    world.dropbox.files.deletePath("/inbox/a.png");
    await listed();
    expect(shown()).toEqual(messages);
    expect(posts()).toHaveLength(there);
    expect(said('"gone":"deleted"')).toBe(true);
    await atRest();
  });

  it("PAGE_ON_DELETE=keep → asks neither Facebook nor Dropbox for it, and why is told", async () => {
    await following("keep");
    await posted("/inbox/a.png");
    world.dropbox.files.deletePath("/inbox/a.png");
    await world.notify();
    const before = [world.graph.requests(), world.dropbox.requests()];
    await world.settle();
    expect([world.graph.requests(), world.dropbox.requests()]).toEqual(before);
    expect(said("PAGE_ON_DELETE=keep leaves its post")).toBe(true);
  });

  it("before the grace is over → nothing; at its end → gone", async () => {
    await following("delete");
    await posted("/inbox/a.png");
    world.dropbox.files.deletePath("/inbox/a.png");
    const at = world.now();
    await world.notify();
    await world.runUntil(at + GONE_GRACE_MS - 1);
    expect(posts()).toHaveLength(1);
    await world.settle();
    expect(posts()).toHaveLength(0);
  });

  it("while it waits to be posted → never posted, and why is told", async () => {
    await following("delete", { PAGE_ALBUM_MAX: "10", PAGE_ALBUM_WINDOW_SECONDS: "600" });
    photo("/inbox/a.png");
    await world.notify();
    world.dropbox.files.deletePath("/inbox/a.png");
    await listed();
    expect(world.graph.writes()).toEqual([]);
    expect(said("was never on the Page")).toBe(true);
    await atRest();
  });

  it("old, or not selected → no request to Facebook", async () => {
    world = await createWorld({ page: {}, env: { PAGE_ON_DELETE: "delete", EXCLUDE: "**/*.pdf" } });
    photo("/inbox/old.png");
    world.advance(3_600_000);
    await world.sweep();
    world.dropbox.files.addFile("/inbox/a.pdf", "x");
    await listed();
    world.dropbox.files.deletePath("/inbox/old.png");
    world.dropbox.files.deletePath("/inbox/a.pdf");
    const before = world.graph.requests();
    await listed();
    expect(world.graph.requests()).toBe(before);
    await atRest();
  });

  it("its post is unclear → the post is found and taken away", async () => {
    await following("delete");
    world.graph.trouble("publishedBut500", { route: "POST /{page}/feed", count: 1 });
    photo("/inbox/a.png");
    await world.notify();
    world.dropbox.files.deletePath("/inbox/a.png");
    await listed();
    expect(world.graph.posts()).toHaveLength(1);
    expect(posts()).toEqual([]);
    await atRest();
  });

  it("its video was asked for and is unclear → the video is taken away", async () => {
    await following("delete");
    world.graph.trouble("publishedBut500", { route: "POST /{page}/videos:finish", count: 1 });
    world.dropbox.files.addFile("/inbox/clip.mp4", { size: 20_000 });
    await world.notify();
    world.dropbox.files.deletePath("/inbox/clip.mp4");
    await listed();
    world.advance(3_600_000);
    expect(world.graph.videos().filter(({ deletedAt }) => deletedAt === null)).toEqual([]);
    await atRest();
  });

  it("another file put in its place, nothing said of the first → its post goes, the other's comes", async () => {
    await following("delete");
    await posted("/inbox/a.png");
    world.dropbox.files.deletePath("/inbox/a.png");
    photo("/inbox/a.png");
    await listed();
    expect(posts()).toHaveLength(1);
    expect(removals()).toHaveLength(1);
    await atRest();
  });

  it("no deletion at Facebook was answered → done again until one is; gone by hand → as good", async () => {
    await following("delete");
    await posted("/inbox/a.png");
    await posted("/inbox/b.png");
    const [byHand] = posts();
    world.graph.fail({ route: "DELETE /{post}", error: "serviceDown", count: 3 });
    world.dropbox.files.deletePath("/inbox/a.png");
    world.dropbox.files.deletePath("/inbox/b.png");
    await world.notify();
    if (byHand !== undefined) byHand.deletedAt = world.now();
    await world.settle();
    expect(posts()).toEqual([]);
    await atRest();
    expect([await ledger(), await owners()]).toEqual([0, 0]);
  });
});

describe("a file that is moved", () => {
  it.each([
    ["out of the folder", "/elsewhere/a.png"],
    ["to a name that is not selected", "/inbox/a.png.part"],
  ])("%s, PAGE_ON_DELETE=delete → no post; moved back → a new one", async (_where, to) => {
    await following("delete", { DROPBOX_FOLDER: "/inbox" }, {});
    await posted("/inbox/a.png");
    world.dropbox.files.renameFile("/inbox/a.png", to);
    await listed();
    expect(posts()).toEqual([]);
    world.dropbox.files.renameFile(to, "/inbox/a.png");
    await listed();
    expect(shown()).toEqual(["a"]);
    await atRest();
  });

  it("edited beyond the limit of size → its post stays; then deleted → it goes", async () => {
    await following("delete", { SIZE_MAX_BYTES: "100000" });
    await posted("/inbox/a.png");
    world.dropbox.files.editFile("/inbox/a.png", { size: 200_000 });
    await listed();
    expect(shown()).toEqual(["a"]);
    world.dropbox.files.deletePath("/inbox/a.png");
    await listed();
    expect(posts()).toEqual([]);
    await atRest();
  });

  it("within the folder, the two halves in two listings a moment apart → the same post", async () => {
    await following("delete");
    await posted("/inbox/a.png");
    world.dropbox.listing.pageMax = 1;
    world.dropbox.files.renameFile("/inbox/a.png", "/inbox/sub/b.png");
    await listed();
    expect(removals()).toEqual([]);
    expect(shown()).toEqual(["a"]);
    await atRest();
  });

  it("the second half cannot be listed for an hour → not deleted meanwhile, for Dropbox is asked", async () => {
    await following("delete");
    const node = await posted("/inbox/a.png");
    world.dropbox.files.deletePath("/inbox/a.png");
    await world.notify();
    const place = { name: "b.png", pathDisplay: "/inbox/b.png", pathLower: "/inbox/b.png" };
    world.dropbox.files.restoreFile({ ...node, ...place });
    world.dropbox.fail({ route: "files/list_folder/continue", status: 500, count: 50 });
    await world.runUntil(world.now() + 3_600_000);
    expect(removals()).toEqual([]);
    world.dropbox.faults.clear();
    await listed();
    expect(removals()).toEqual([]);
    expect(shown()).toEqual(["a"]);
    await atRest();
  });
});

describe("a file that comes back", () => {
  it.each([
    ["keep", 1, 0],
    ["hide", 1, 0],
    ["delete", 2, 1],
  ] as const)(
    "restored with its id and revision, PAGE_ON_DELETE=%s → shown, %i made, %i taken away",
    async (onDelete, made, removed) => {
      for (const onEdit of ["keep", "text", "replace"]) {
        await following(onDelete, { PAGE_ON_EDIT: onEdit });
        const node = await posted("/inbox/a.png");
        world.dropbox.files.deletePath("/inbox/a.png");
        await listed();
        world.dropbox.files.restoreFile(node);
        await listed();
        expect(shown(), onEdit).toEqual(["a"]);
        expect(world.graph.posts(), onEdit).toHaveLength(made);
        expect(removals(), onEdit).toHaveLength(removed);
        expect([await ledger(), await owners()]).toEqual([1, 1]);
        await atRest();
        if (onEdit !== "replace") await world.close();
      }
    },
  );

  it("and the day's posts are used up → its new post waits for the next", async () => {
    await following("delete", { PAGE_POSTS_PER_DAY: "1" });
    const node = await posted("/inbox/a.png");
    world.dropbox.files.deletePath("/inbox/a.png");
    await listed();
    world.dropbox.files.restoreFile(node);
    const at = world.now();
    await world.notify();
    await world.runUntil(at + 23 * 3_600_000 + 50 * 60_000);
    expect(posts()).toEqual([]);
    await world.settle();
    expect(shown()).toEqual(["a"]);
    await atRest();
  });

  it("before the grace is over → its post was never touched", async () => {
    await following("delete");
    const node = await posted("/inbox/a.png");
    world.dropbox.files.deletePath("/inbox/a.png");
    await world.notify();
    world.dropbox.files.restoreFile(node);
    await listed();
    expect(removals()).toEqual([]);
    expect(shown()).toEqual(["a"]);
    await atRest();
  });

  it("deleted, restored and deleted again → no post; restored once more → one", async () => {
    await following("delete");
    const node = await posted("/inbox/a.png");
    for (const expected of [[], ["a"], [], ["a"]]) {
      if (expected.length === 0) world.dropbox.files.deletePath("/inbox/a.png");
      else world.dropbox.files.restoreFile(node);
      await listed();
      expect(shown()).toEqual(expected);
    }
    await atRest();
  });

  it("while the deletion of its post went unanswered, but was done → a new post", async () => {
    await following("delete");
    const node = await posted("/inbox/a.png");
    world.graph.fail({ route: "DELETE /{post}", when: "after", error: "serviceDown", count: 1 });
    world.dropbox.files.deletePath("/inbox/a.png");
    const at = world.now();
    await world.notify();
    await world.runUntil(at + GONE_GRACE_MS + 1_000);
    expect(posts()).toEqual([]);
    world.dropbox.files.restoreFile(node);
    await listed();
    expect(shown()).toEqual(["a"]);
    await atRest();
  });

  it("while the deletion of its post went unanswered, and was not done → its post stays", async () => {
    await following("delete");
    const node = await posted("/inbox/a.png");
    world.graph.fail({ route: "DELETE /{post}", error: "serviceDown", count: 1 });
    world.dropbox.files.deletePath("/inbox/a.png");
    const at = world.now();
    await world.notify();
    await world.runUntil(at + GONE_GRACE_MS + 1_000);
    world.dropbox.files.restoreFile(node);
    await listed();
    expect(removals()).toEqual([]);
    expect(world.graph.posts()).toHaveLength(1);
    await atRest();
  });

  it("while hiding its post went unanswered → shown", async () => {
    await following("hide");
    const node = await posted("/inbox/a.png");
    world.graph.fail({ route: "POST /{post}", when: "after", error: "serviceDown", count: 1 });
    world.dropbox.files.deletePath("/inbox/a.png");
    const at = world.now();
    await world.notify();
    await world.runUntil(at + GONE_GRACE_MS + 1_000);
    expect(shown()).toEqual([]);
    world.dropbox.files.restoreFile(node);
    await listed();
    expect(shown()).toEqual(["a"]);
    await atRest();
  });

  it("edited while it was away, hidden and PAGE_ON_EDIT=replace → the new one alone", async () => {
    await following("hide", { PAGE_ON_EDIT: "replace", DROPBOX_FOLDER: "/inbox" });
    await posted("/inbox/a.png");
    world.dropbox.files.renameFile("/inbox/a.png", "/elsewhere/a.png");
    await listed();
    photo("/elsewhere/a.png");
    world.dropbox.files.renameFile("/elsewhere/a.png", "/inbox/a.png");
    await listed();
    expect(posts()).toHaveLength(1);
    expect(shown()).toEqual(["a"]);
    await atRest();
  });
});

describe("a post of several photos", () => {
  async function album(onDelete: OnDelete) {
    await following(onDelete, { PAGE_ALBUM_MAX: "10" });
    for (const name of ["a", "b", "c"]) photo(`/inbox/Fair/${name}.png`);
    await listed();
    expect(posts()).toMatchObject([{ photoIds: [expect.any(String), expect.any(String), expect.any(String)] }]);
  }

  it("one file deleted → its photo alone goes; the last one → the post", async () => {
    await album("delete");
    const [post] = posts();
    const before = post?.photoIds ?? [];
    world.dropbox.files.deletePath("/inbox/Fair/b.png");
    await listed();
    expect(posts()[0]?.photoIds).toEqual([before[0], before[2]]);
    world.dropbox.files.deletePath("/inbox/Fair/a.png");
    world.dropbox.files.deletePath("/inbox/Fair/c.png");
    await listed();
    expect(posts()).toEqual([]);
    await atRest();
    expect([await ledger(), await owners()]).toEqual([0, 0]);
  });

  it("one file deleted, hide → the post stays as it is, and why is told", async () => {
    await album("hide");
    world.dropbox.files.deletePath("/inbox/Fair/b.png");
    await listed();
    expect(posts()).toMatchObject([{ hidden: false, photoIds: { length: 3 } }]);
    expect(said("one alone cannot be hidden")).toBe(true);
    await atRest();
  });
});

describe("a folder", () => {
  async function folder(onDelete: OnDelete, count: number) {
    await following(onDelete, { DROPBOX_FOLDER: "/inbox" });
    for (let n = 0; n < count; n += 1) world.dropbox.files.addFile(`/inbox/Fair/${n % 3}/${n}.pdf`, `text ${n}`);
    world.dropbox.files.addFile("/inbox/Fair.pdf", "beside it");
    await listed();
    expect(posts()).toHaveLength(count + 1);
  }

  it("deleted, which names nothing of what was in it → every post below goes, and no other", async () => {
    await folder("delete", 30);
    world.dropbox.files.deletePath("/inbox/Fair");
    await listed();
    expect(shown()).toEqual(["Fair"]);
    await atRest();
  });

  it("of 1,500 files, death in the middle of it → all of them are gone in the end, in bounded parts", async () => {
    await following("delete", { PAGE_OTHER_FILES: "skip" });
    const { links } = world.context.services;
    const source = links[0]?.source;
    if (source === undefined) throw new Error("no link");
    for (let n = 0; n < 1_500; n += 1) world.dropbox.files.addFile(`/inbox/Fair/${n % 9}/${n}.pdf`, "x");
    await listed();
    world.dropbox.files.deletePath("/inbox/Fair");
    const commit = source.commit;
    const sizes: number[] = [];
    source.commit = async (input) => {
      sizes.push(input.believedPaths.size);
      if (sizes.length === 7) throw new Error("the process dies here");
      return commit(input);
    };
    await expect(world.notify()).rejects.toThrow("dies here");
    world.advance(30_001);
    await world.sweep();
    await world.settle();
    const known = (await world.backend.command(["HVALS", "relay:i:env:files"])) as Buffer[];
    expect(known.filter((value) => `${value}`.includes('"gone":"deleted"'))).toHaveLength(1_500);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(500);
    expect(Number(await world.backend.command(["HLEN", "relay:i:env:paths"]))).toBe(1);
    await atRest();
  });

  it("moved out → the same", async () => {
    await folder("delete", 5);
    world.dropbox.files.renameFile("/inbox/Fair", "/elsewhere");
    await listed();
    expect(shown()).toEqual(["Fair"]);
    await atRest();
  });

  it("renamed, one entry a listing → no post goes", async () => {
    await folder("delete", 6);
    world.dropbox.listing.pageMax = 1;
    world.dropbox.files.renameFile("/inbox/Fair", "/inbox/Market");
    await listed();
    expect(removals()).toEqual([]);
    expect(posts()).toHaveLength(7);
    await atRest();
  });

  it("deleted and made again within one listing → what is in it again stays, the rest goes", async () => {
    await folder("delete", 6);
    const kept = world.dropbox.files.at("/inbox/Fair/0/0.pdf");
    world.dropbox.files.deletePath("/inbox/Fair");
    if (kept?.tag !== "file") throw new Error("no such file");
    world.dropbox.files.restoreFile(kept);
    await listed();
    expect(shown().sort()).toEqual(["0", "Fair"]);
    await atRest();
  });

  it("replaced by a file of its name → what was in it goes", async () => {
    await folder("delete", 3);
    world.graph.manners.repeatWindowMs = 0;
    world.dropbox.files.deletePath("/inbox/Fair");
    world.dropbox.files.addFile("/inbox/Fair", "a file now");
    await listed();
    expect(shown().sort()).toEqual(["Fair", "Fair"]);
    await atRest();
  });
});

describe("another account", () => {
  it("with a folder of the same name that is deleted → the former account's posts stay", async () => {
    await following("delete");
    await posted("/inbox/a.png");
    world.dropbox.files.deletePath("/inbox/a.png");
    photo("/inbox/b.png");
    await world.backend.command(["HSET", "relay:i:env:source", "account", "dbid:another"]);
    world.dropbox.resetCursors();
    await world.sweep();
    world.dropbox.files.deletePath("/inbox");
    await listed();
    expect(shown()).toEqual(["a"]);
    await atRest();
  });
});
