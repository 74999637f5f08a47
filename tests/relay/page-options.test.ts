/** What an instance may choose besides: reels, links to other files, and addresses that Facebook fetches from. */
import { afterEach, describe, expect, it } from "vitest";
import { pictureOf } from "../sandbox/picture.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
afterEach(() => world.close());

async function following(env: Record<string, string>, manners: Record<string, unknown> = {}) {
  // The emulated Facebook fetches from the emulated Dropbox, as the real one would.
  const fetchFrom: typeof fetch = (input, init) => world.dropbox.handle(new Request(input, init));
  world = await createWorld({ page: { fetch: fetchFrom, manners }, env });
  await world.sweep();
  world.advance(60_000);
}
async function drop(path: string, content: Uint8Array | string | { size: number }) {
  world.dropbox.files.addFile(path, content);
  await world.notify();
  await world.settle();
  world.advance(3_600_000);
  await world.sweep();
  await world.settle();
}
const posts = () => world.graph.posts().filter(({ deletedAt }) => deletedAt === null);
const shownVideos = () => world.graph.videos().filter(({ postId }) => postId !== null);
const attempts = () => world.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "delivery.attempted");
const atRest = async () => expect(await world.counts()).toMatchObject({ due: 0, claimed: 0, dead: 0, unclear: 0 });

describe("PAGE_VIDEOS=reel", () => {
  it("an MP4 → a reel with its words, sent in one go; a MOV → an ordinary video", async () => {
    await following({ PAGE_VIDEOS: "reel" });
    await drop("/inbox/clip.mp4", { size: 5_000_000 });
    await drop("/inbox/film.mov", { size: 50_000 });
    const found = shownVideos().map(({ reel, description, size }) => ({ reel, description, size }));
    expect(found).toEqual([
      { reel: true, description: "clip", size: 5_000_000 },
      { reel: false, description: "film", size: 50_000 },
    ]);
    await atRest();
  });

  it.each([
    ["POST /video-upload/{video}", "videoAspect"],
    ["POST /{page}/video_reels:finish", "videoDuration"],
    ["POST /{page}/video_reels:finish", "videoResolution"],
    ["POST /{page}/video_reels:finish", "videoFrameRate"],
  ])("%s answers %s → an ordinary video, once", async (route, error) => {
    await following({ PAGE_VIDEOS: "reel" });
    world.graph.fail({ route, error, count: 1 });
    await drop("/inbox/clip.mp4", { size: 50_000 });
    expect(shownVideos()).toMatchObject([{ reel: false, size: 50_000 }]);
    expect(world.graph.doubles()).toEqual([]);
    await atRest();
  });

  it("found to be no reel only when Facebook works on it → an ordinary video, once", async () => {
    await following({ PAGE_VIDEOS: "reel" }, { processing: "fails" });
    world.dropbox.files.addFile("/inbox/clip.mp4", { size: 50_000 });
    await world.notify();
    world.graph.manners.processing = "succeeds";
    world.advance(60_000);
    await world.settle();
    world.advance(60_000);
    expect(shownVideos()).toMatchObject([{ reel: false, size: 50_000 }]);
    await atRest();
  });

  it.each(["publishedBut500", "publishedButLost"] as const)(
    "%s at each step → one reel, its bytes whole",
    async (name) => {
      await following({ PAGE_VIDEOS: "reel" });
      for (const route of [
        "POST /{page}/video_reels:start",
        "POST /video-upload/{video}",
        "POST /{page}/video_reels:finish",
      ])
        world.graph.trouble(name, { route, count: 1 });
      await drop("/inbox/clip.mp4", { size: 9_000_000 });
      expect(shownVideos()).toMatchObject([{ reel: true, size: 9_000_000, received: 9_000_000 }]);
      await atRest();
    },
  );

  it("31 reels in a day → the last waits until Facebook takes it, then is shown", async () => {
    await following({ PAGE_VIDEOS: "reel" });
    for (let n = 0; n < 31; n += 1) world.dropbox.files.addFile(`/inbox/${n}.mp4`, { size: 5000 });
    await world.notify();
    for (let hour = 0; hour < 50 && (await world.counts()).due > 0; hour += 1) {
      await world.settle(2000);
      world.advance(3_600_000);
      await world.sweep();
    }
    expect(shownVideos()).toHaveLength(31);
    expect(world.graph.requestsIntoHold()).toBe(0);
    await atRest();
  });

  it("PAGE_UPLOAD=url → Facebook fetches it; when it cannot, the bytes are sent", async () => {
    for (const isFetched of [true, false]) {
      await following({ PAGE_VIDEOS: "reel", PAGE_UPLOAD: "url", PAGE_CAPTIONS: "off" });
      if (!isFetched) world.graph.trouble("uploadHost", { route: "POST /video-upload/{video}", count: 1 });
      await drop("/inbox/clip.mp4", { size: 50_000 });
      expect(shownVideos()).toMatchObject([{ reel: true, size: 50_000 }]);
      expect(world.dropbox.requests("POST /2/files/download")).toBe(isFetched ? 0 : 1);
      await atRest();
      if (isFetched) await world.close();
    }
  });
});

describe("PAGE_OTHER_FILES=link", () => {
  const env = { PAGE_OTHER_FILES: "link", PAGE_MESSAGE: "{{ stem }}{% if link %}: {{ link }}{% endif %}" };

  it("a document → a post with a link to it, made once, and named by {{ link }}; a photo beside it → none", async () => {
    await following(env);
    await drop("/inbox/Minutes.pdf", "x");
    await drop("/inbox/fair.png", pictureOf(1, 24, 18));
    const [post, photo] = posts();
    expect(post?.link).toMatch(/^https:\/\/www\.dropbox\.com\/scl\/fi\/.+\/Minutes\.pdf\?rlkey=k&dl=0$/);
    expect(post?.message).toBe(`Minutes: ${post?.link}`);
    expect(photo).toMatchObject({ message: "fair", link: null });
    await atRest();
  });

  it("its answer lost → the link that is there already is taken, one post", async () => {
    await following(env);
    world.graph.trouble("lost", { route: "POST /{page}/feed", count: 1 });
    await drop("/inbox/Minutes.pdf", "x");
    expect(posts()).toHaveLength(1);
    expect(world.dropbox.requests("POST /2/sharing/list_shared_links")).toBe(1);
    await atRest();
  });

  it("Facebook cannot read the page behind it → a minute later the link is in the text only", async () => {
    await following({ PAGE_OTHER_FILES: "link" }, { unreadableLink: "dropbox.com" });
    await drop("/inbox/Minutes.pdf", "x");
    expect(posts()).toMatchObject([
      { link: null, message: expect.stringMatching(/^Minutes\n\nhttps:\/\/www\.dropbox/) },
    ]);
    await atRest();
  });

  it("the scope is missing → said what to do, asked again an hour later, photos go on", async () => {
    await following(env);
    world.dropbox.fail({
      route: "POST /2/sharing/create_shared_link_with_settings",
      status: 401,
      tag: "missing_scope",
      count: 1,
    });
    world.dropbox.files.addFile("/inbox/Minutes.pdf", "x");
    world.dropbox.files.addFile("/inbox/fair.png", pictureOf(1, 24, 18));
    await world.notify();
    expect(attempts().find(({ path }) => path === "/inbox/Minutes.pdf")?.message).toContain("tick sharing.write");
    expect(posts()).toHaveLength(1);
    await world.settle();
    expect(posts()).toHaveLength(2);
    await atRest();
  });

  it("not chosen → no link is made, {{ link }} is empty", async () => {
    await following({ ...env, PAGE_OTHER_FILES: "text" });
    await drop("/inbox/Minutes.pdf", "x");
    expect(posts()).toMatchObject([{ message: "Minutes", link: null }]);
    expect(world.dropbox.requests("POST /2/sharing/create_shared_link_with_settings")).toBe(0);
  });
});

describe("PAGE_UPLOAD=url", () => {
  it("a small photo → fetched by Facebook, its bytes not read; one to be converted → sent as bytes", async () => {
    await following({ PAGE_UPLOAD: "url", PAGE_CAPTIONS: "off" });
    await drop("/inbox/a.png", pictureOf(1, 24, 18));
    expect(world.dropbox.requests("POST /2/files/download")).toBe(0);
    await drop("/inbox/b.webp", pictureOf(2, 24, 18));
    expect(world.dropbox.requests("POST /2/files/download")).toBe(1);
    expect(posts()).toHaveLength(2);
    expect(world.logged.join("")).not.toContain("/cd/0/get/");
    await atRest();
  });

  it.each(["badImage", "badUrl", "photoType", "invalidFile"])(
    "%s → the bytes are sent in the same attempt",
    async (error) => {
      await following({ PAGE_UPLOAD: "url" });
      world.graph.fail({ route: "POST /{page}/photos", error, count: 1 });
      await drop("/inbox/a.png", pictureOf(1, 24, 18));
      expect(attempts().map(({ kind }) => kind)).toEqual(["delivered"]);
      expect(posts()).toHaveLength(1);
    },
  );
});
