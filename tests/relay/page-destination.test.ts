import { afterEach, describe, expect, it } from "vitest";
import { pictureOf } from "../sandbox/picture.ts";
import { createWorld, type World, type WorldOptions } from "../support/world.ts";

let world: World;
afterEach(() => world.close());

async function following(options: WorldOptions = {}) {
  world = await createWorld({ page: {}, ...options });
  await world.sweep();
  world.advance(60_000);
}
let seed = 0;
function photo(path: string) {
  seed += 1;
  world.dropbox.files.addFile(path, pictureOf(seed, 24, 18));
}
const posts = () => world.graph.posts().filter(({ deletedAt }) => deletedAt === null);
const atRest = async () => expect(await world.counts()).toMatchObject({ due: 0, claimed: 0 });

describe("what becomes what", () => {
  it("a photo → one post with it and its name, no token in any address", async () => {
    await following();
    photo("/inbox/Summer fair.png");
    await world.notify();
    expect(posts()).toMatchObject([{ message: "Summer fair" }]);
    expect(posts()[0]?.photoIds).toHaveLength(1);
    expect(world.graph.tokensInUrl()).toBe(0);
    await atRest();
  });

  it("40 photos in one drop → 4 posts of 10, in order, each photo once", async () => {
    await following();
    for (let n = 10; n < 50; n += 1) photo(`/inbox/Fair/${n}.png`);
    await world.notify();
    await world.settle();
    expect(posts().map(({ photoIds }) => photoIds.length)).toEqual([10, 10, 10, 10]);
    expect(posts().map(({ message }) => message)).toEqual(["Fair", "Fair", "Fair", "Fair"]);
    expect(new Set(posts().flatMap(({ photoIds }) => photoIds)).size).toBe(40);
    expect(world.graph.doubles()).toEqual([]);
    await atRest();
  });

  it("a text beside a photo → its caption, and no post of its own", async () => {
    await following();
    world.dropbox.files.addFile("/inbox/fair.txt", "Our summer fair.");
    photo("/inbox/fair.png");
    await world.notify();
    await world.settle();
    expect(posts().map(({ message }) => message)).toEqual(["Our summer fair."]);
    await atRest();
  });

  it("a video of several pieces → one video, its bytes whole", async () => {
    await following();
    world.dropbox.files.addFile("/inbox/clip.mp4", { size: 5_000_000 });
    await world.notify();
    await world.settle();
    expect(world.graph.videos()).toMatchObject([{ size: 5_000_000 }]);
    await atRest();
  });

  it("any other file → a post of its name; told to skip → none", async () => {
    await following();
    world.dropbox.files.addFile("/inbox/Minutes.pdf", "x");
    await world.notify();
    expect(posts().map(({ message }) => message)).toEqual(["Minutes"]);
    await world.close();
    await following({ env: { PAGE_OTHER_FILES: "skip" } });
    world.dropbox.files.addFile("/inbox/Minutes.pdf", "x");
    await world.notify();
    expect(posts()).toEqual([]);
    await atRest();
  });

  it("not a picture, or empty → dead with the reason, the others posted", async () => {
    await following();
    world.dropbox.files.addFile("/inbox/a.jpg", "no picture at all");
    world.dropbox.files.addFile("/inbox/b.jpg", "");
    photo("/inbox/c.png");
    await world.notify();
    await world.settle();
    expect(posts()).toHaveLength(1);
    expect(world.logged.some((line) => line.includes("no picture of a kind that is known"))).toBe(true);
    await atRest();
  });
});

describe("never twice", () => {
  it("every post published but answered 500 once → found by its photo, one post each", async () => {
    await following({ env: { PAGE_ALBUM_MAX: "1" } });
    world.graph.trouble("publishedBut500", { route: "POST /{page}/feed", count: 5 });
    for (let n = 0; n < 5; n += 1) photo(`/inbox/${n}.png`);
    await world.notify();
    await world.settle();
    expect(posts()).toHaveLength(5);
    expect(world.graph.doubles()).toEqual([]);
    await atRest();
  });

  it("30 % published but 500, 10 % throttled → 60 posts, each once, none into a hold", async () => {
    await following({ env: { PAGE_ALBUM_MAX: "1" } });
    world.graph.trouble("publishedBut500", { rate: 0.3 });
    world.graph.fail({ route: "POST /{page}/feed", error: "pageLimit", rate: 0.1, regainMinutes: 3 });
    for (let n = 0; n < 60; n += 1) photo(`/inbox/${n}.png`);
    await world.notify();
    await world.settle(2000);
    expect(posts()).toHaveLength(60);
    expect(world.graph.doubles()).toEqual([]);
    expect(world.graph.requestsIntoHold()).toBe(0);
    await atRest();
  });

  it("a text post whose answer is lost → found by its words; two files of the same words → two posts", async () => {
    await following();
    world.graph.trouble("publishedButLost", { route: "POST /{page}/feed", count: 1 });
    world.dropbox.files.addFile("/inbox/Report.pdf", "x");
    world.dropbox.files.addFile("/inbox/Report.docx", "y");
    world.graph.manners.repeatWindowMs = 0;
    await world.notify();
    await world.settle();
    expect(posts().map(({ message }) => message)).toEqual(["Report", "Report"]);
    await atRest();
  });

  it("a text post that never came to be, another file's of the same words beside it → both posted", async () => {
    await following();
    world.graph.manners.repeatWindowMs = 0;
    world.graph.trouble("lost", { route: "POST /{page}/feed", count: 1 });
    world.dropbox.files.addFile("/inbox/Report.pdf", "x");
    world.dropbox.files.addFile("/inbox/Report.docx", "y");
    await world.notify();
    expect(posts()).toHaveLength(1);
    await world.settle();
    expect(posts().map(({ message }) => message)).toEqual(["Report", "Report"]);
    await atRest();
  });
});

describe("limits", () => {
  it("three posts a day allowed, five photos → the rest wait a day, then go out", async () => {
    await following({ env: { PAGE_ALBUM_MAX: "1", PAGE_POSTS_PER_DAY: "3" } });
    for (let n = 0; n < 5; n += 1) photo(`/inbox/${n}.png`);
    await world.notify();
    expect(posts()).toHaveLength(3);
    expect(await world.counts()).toMatchObject({ due: 2 });
    await world.settle();
    expect(posts()).toHaveLength(5);
    await atRest();
  });

  it("token refused → everything waits, said with what to do", async () => {
    await following();
    world.graph.tokens.end("page", "190/463");
    photo("/inbox/a.png");
    await world.notify();
    expect(posts()).toEqual([]);
    expect(await world.counts()).toMatchObject({ due: 1, dead: 0 });
    expect(world.logged.some((line) => line.includes("FACEBOOK_API_KEY"))).toBe(true);
  });
});

describe("the post follows the file", () => {
  it.each([
    ["keep", ["a"], 1],
    ["text", ["b"], 1],
    ["replace", ["b"], 1],
  ] as const)("a photo renamed, PAGE_ON_EDIT=%s → posts of %j", async (onEdit, messages, count) => {
    await following({ env: { PAGE_ON_EDIT: onEdit } });
    photo("/inbox/a.png");
    await world.notify();
    world.dropbox.files.renameFile("/inbox/a.png", "/inbox/b.png");
    await world.notify();
    await world.settle();
    expect(posts().map(({ message }) => message)).toEqual(messages);
    expect(posts()).toHaveLength(count);
    await atRest();
  });

  it.each([
    ["keep", ["a"]],
    ["text", ["b"]],
    ["replace", ["b"]],
  ] as const)(
    "renamed and edited while its post is unclear, PAGE_ON_EDIT=%s → one post of %j",
    async (onEdit, messages) => {
      await following({ env: { PAGE_ON_EDIT: onEdit } });
      world.graph.trouble("publishedBut500", { route: "POST /{page}/feed", count: 1 });
      photo("/inbox/a.png");
      await world.notify();
      world.dropbox.files.renameFile("/inbox/a.png", "/inbox/b.png");
      photo("/inbox/b.png");
      await world.notify();
      await world.settle();
      expect(posts().map(({ message }) => message)).toEqual(messages);
      const shown = world.graph.photos().find(({ id }) => id === posts()[0]?.photoIds[0]);
      expect(shown?.name).toBe(onEdit === "replace" ? "b.png" : "a.png");
      await atRest();
    },
  );

  it("a video edited while its publication is unclear, replace → the new one alone", async () => {
    await following({ env: { PAGE_ON_EDIT: "replace" } });
    world.graph.trouble("publishedBut500", { route: "POST /{page}/videos:finish", count: 1 });
    world.dropbox.files.addFile("/inbox/clip.mp4", { size: 20_000 });
    await world.notify();
    world.dropbox.files.editFile("/inbox/clip.mp4", { size: 30_000 });
    await world.notify();
    await world.settle();
    world.advance(3_600_000);
    const shown = world.graph.videos().filter(({ deletedAt, finishedAt }) => deletedAt === null && finishedAt !== null);
    expect(shown.map(({ size }) => size)).toEqual([30_000]);
    await atRest();
  });

  it("edited, replace, the new post refused for good → the former stays", async () => {
    await following({ env: { PAGE_ON_EDIT: "replace" } });
    photo("/inbox/a.png");
    await world.notify();
    const [former] = posts();
    world.graph.fail({ route: "POST /{page}/feed", error: "invalidParameter", count: 1 });
    photo("/inbox/a.png");
    await world.notify();
    await world.settle();
    expect(await world.counts()).toMatchObject({ dead: 1 });
    expect(posts().map(({ id }) => id)).toEqual([former?.id]);
  });

  it("edited again while the post of the edit is unclear, replace → the newest alone", async () => {
    await following({ env: { PAGE_ON_EDIT: "replace" } });
    photo("/inbox/a.png");
    await world.notify();
    world.graph.trouble("publishedBut500", { route: "POST /{page}/feed", count: 1 });
    photo("/inbox/a.png");
    await world.notify();
    photo("/inbox/a.png");
    await world.notify();
    await world.settle();
    expect(posts()).toHaveLength(1);
    expect(world.graph.posts()).toHaveLength(3);
    await atRest();
  });

  it("a photo of an album edited, replace → the album is kept whole, with the reason", async () => {
    await following({ env: { PAGE_ON_EDIT: "replace" } });
    photo("/inbox/a.png");
    photo("/inbox/b.png");
    await world.notify();
    photo("/inbox/a.png");
    await world.notify();
    await world.settle();
    expect(posts()).toMatchObject([{ photoIds: [expect.any(String), expect.any(String)] }]);
    expect(world.logged.some((line) => line.includes("shares its post"))).toBe(true);
    await atRest();
  });
});
