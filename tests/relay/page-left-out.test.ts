/** A file whose post went unanswered and which, before anybody has looked, is one that the Page leaves out. */
import { afterEach, expect, it } from "vitest";
import { pictureOf } from "../sandbox/picture.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
afterEach(() => world.close());

const posts = () => world.graph.posts().filter(({ deletedAt }) => deletedAt === null);
async function listed() {
  await world.notify();
  await world.settle();
}

/** A picture is posted, and the answer is lost. */
async function unanswered(env: Record<string, string>) {
  world = await createWorld({ page: {}, env: { PAGE_ON_DELETE: "delete", PAGE_ALBUM_MAX: "1", ...env } });
  await world.sweep();
  world.advance(60_000);
  world.graph.trouble("publishedBut500", { route: "POST /{page}/feed", count: 1 });
  world.dropbox.files.addFile("/inbox/a.png", pictureOf(1, 24, 18));
  await world.notify();
  expect(posts()).toHaveLength(1);
}

it.each([
  ["another kind of file, PAGE_OTHER_FILES=skip", "/inbox/a.zip", { PAGE_OTHER_FILES: "skip" }],
  ["a video, PAGE_VIDEOS=skip", "/inbox/a.mp4", { PAGE_VIDEOS: "skip" }],
])("renamed to %s → back again → still one post, which goes with its file", async (_what, to, env) => {
  await unanswered(env);
  world.dropbox.files.renameFile("/inbox/a.png", to);
  await listed();
  world.dropbox.files.renameFile(to, "/inbox/a.png");
  await listed();
  expect(posts()).toHaveLength(1);
  world.dropbox.files.deletePath("/inbox/a.png");
  await listed();
  expect(posts()).toEqual([]);
});

it("edited to a size that no photo may have → deleted → its post goes with it", async () => {
  await unanswered({});
  world.dropbox.files.editFile("/inbox/a.png", { size: 2_000_000_000 });
  await listed();
  world.dropbox.files.deletePath("/inbox/a.png");
  await listed();
  expect(posts()).toEqual([]);
});
