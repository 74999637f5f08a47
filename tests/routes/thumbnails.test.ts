/** Small pictures of files: in batches, kept for a while, only of what the relay knows, and never a reason for a page to fail. */
import sharp from "sharp";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readPicture, thumbnailsOf } from "@/lib/dashboard/pictures.ts";
import { findLink } from "@/lib/relay/find-link.ts";
import { createThumbnails } from "@/lib/relay/thumbnails.ts";
import { createTileCache } from "@/lib/relay/tile-cache.ts";
import { pictureOf } from "../sandbox/picture.ts";
import { secret } from "../support/builders.ts";
import { createWorld, type World } from "../support/world.ts";

const worlds: World[] = [];
const current = () => worlds.at(-1)?.context;
vi.doMock("@/lib/relay/context.ts", async (original) => ({
  ...(await original<typeof import("@/lib/relay/context.ts")>()),
  getContext: current,
}));
const { GET } = await import("@/app/thumbnails/route.ts");
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

/** A relay that has listed so many pictures, and what else is in the folder. */
async function relayWith(pictures: number, others: Record<string, string> = {}) {
  const world = await createWorld({ env: { ADMIN_TOKEN: secret() } });
  worlds.push(world);
  const { files } = world.dropbox;
  for (let n = 0; n < pictures; n += 1) files.addFile(`/Photos/${n}.png`, pictureOf(n, 64, 48));
  for (const [path, content] of Object.entries(others)) files.addFile(path, content);
  await world.sweep();
  const found = await findLink(world.context, "");
  if (found === null) throw new Error("no link");
  const wanted = (...paths: string[]) =>
    paths.map((path) => {
      const node = files.at(path);
      if (node?.tag !== "file") throw new Error(`no file ${path}`);
      return { id: node.id, rev: node.rev, path };
    });
  const numbered = (count: number) => wanted(...Array.from({ length: count }, (_, n) => `/Photos/${n}.png`));
  const batches = () => world.dropbox.log().filter(({ label }) => label.includes("get_thumbnail_batch")).length;
  return { world, link: found.link, wanted, numbered, batches };
}

/** How much of each place is covered, from 0 to 255. */
async function covered(webp: Uint8Array, places: number): Promise<number[]> {
  const { data, info } = await sharp(webp).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const rows = 96;
  expect(info).toMatchObject({ width: 96, height: 96 * 25 });
  return Array.from({ length: places }, (_, n) => data[(n * rows + rows / 2) * info.width * 4 + 48 * 4 + 3] ?? 0);
}

describe("a sheet", () => {
  it("of 25 files → one request to Dropbox, each in its place; asked for again → none", async () => {
    const { world, link, numbered, batches } = await relayWith(25);
    const { thumbnails } = world.context;
    const { webp, isWhole } = await thumbnails.sheet(link, numbered(25), "small");
    expect(isWhole).toBe(true);
    expect(await covered(webp, 25)).toEqual(Array(25).fill(255));
    expect(batches()).toBe(1);
    await thumbnails.sheet(link, numbered(25).reverse(), "small");
    expect(batches()).toBe(1);
  });

  it("asked for by two at once → one request", async () => {
    const { world, link, numbered, batches } = await relayWith(3);
    const { thumbnails } = world.context;
    await Promise.all([1, 2].map(() => thumbnails.sheet(link, numbered(3), "small")));
    expect(batches()).toBe(1);
  });

  it("with a damaged one and one that is no picture → their places clear, the others there, the latter not asked for", async () => {
    const { world, link, wanted, batches } = await relayWith(2, { "/Photos/bad.jpg": "no picture", "/a.pdf": "x" });
    const all = wanted("/Photos/0.png", "/Photos/bad.jpg", "/a.pdf", "/Photos/1.png");
    const { webp, isWhole } = await world.context.thumbnails.sheet(link, all, "small");
    expect(await covered(webp, 5)).toEqual([255, 0, 0, 255, 0]);
    expect(isWhole).toBe(true);
    await world.context.thumbnails.sheet(link, wanted("/a.pdf"), "small");
    expect(batches()).toBe(1);
  });

  it("of a revision the relay has not listed → Dropbox is not asked, whoever made up the address", async () => {
    const { world, link, wanted, batches } = await relayWith(1);
    const [one] = wanted("/Photos/0.png");
    world.dropbox.files.addFile("/elsewhere.png", pictureOf(9, 64, 48));
    const other = wanted("/elsewhere.png")[0]?.rev ?? "";
    const { webp } = await world.context.thumbnails.sheet(link, [{ id: one?.id ?? "", rev: other }], "small");
    expect(await covered(webp, 1)).toEqual([0]);
    expect(batches()).toBe(0);
  });

  it("while Dropbox refuses → clear and not to be kept, not asked again before the time it named, then there", async () => {
    const { world, link, numbered, batches } = await relayWith(1);
    const { thumbnails } = world.context;
    world.dropbox.fail({ route: "files/get_thumbnail_batch", status: 429, retryAfter: 60, count: 1 });
    for (const _ of [1, 2]) {
      const { webp, isWhole } = await thumbnails.sheet(link, numbered(1), "small");
      expect(isWhole).toBe(false);
      expect(await covered(webp, 1)).toEqual([0]);
    }
    expect(batches()).toBe(1);
    world.advance(60_001);
    expect(await covered((await thumbnails.sheet(link, numbered(1), "small")).webp, 1)).toEqual([255]);
  });

  it("an answer whose picture is far larger than was asked for → not decoded, its place clear", async () => {
    const { world, link, numbered } = await relayWith(1);
    const huge = await sharp({ create: { width: 4000, height: 4000, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    const thumbnails = createThumbnails({
      dropbox: { thumbnails: async () => ({ ok: true, data: [huge] }) },
      board: world.context.board,
      now: world.now,
      log: world.context.log,
    });
    expect(await covered((await thumbnails.sheet(link, numbered(1), "small")).webp, 1)).toEqual([0]);
  });
});

describe("the address of pictures", () => {
  it("30 pictures and a text → two addresses, of 25 and of 5; each file in its place", () => {
    const files = Array.from({ length: 30 }, (_, n) => ({ id: `id:${n}`, rev: `rev ${n}`, path: `/a/${n}.jpg` }));
    const found = thumbnailsOf([{ id: "id:t", rev: "r", path: "/a.txt" }, ...files], "env");
    const addresses = [...new Set([...found.values()].map(({ src }) => src))];
    expect(addresses.map((src) => new URL(src, "http://x").searchParams.getAll("file").length)).toEqual([25, 5]);
    expect(found.get("id:t")).toBeUndefined();
    expect([found.get("id:0")?.place, found.get("id:24")?.place, found.get("id:25")?.place]).toEqual([0, 24, 0]);
    const named = new URL(addresses[1] ?? "", "http://x").searchParams.getAll("file").map(readPicture);
    expect(named[0]).toEqual({ id: "id:25", rev: "rev 25" });
  });

  it.each(["", "id:a", " id:a", "rev "])("%j → none of ours", (text) => {
    expect(readPicture(text)).toBeNull();
  });
});

describe("the route", () => {
  async function ask(
    world: World,
    files: { id: string; rev: string; path: string }[],
    more: Record<string, string> = {},
  ) {
    const result = await world.context.operator.logIn(world.env.ADMIN_TOKEN ?? "");
    const cookie = result.kind === "loggedIn" ? (result.cookie.split(";")[0] ?? "") : "";
    const src = thumbnailsOf(files, "env").get(files[0]?.id ?? "")?.src ?? "/thumbnails";
    return GET(new Request(new URL(src, "http://relay.test"), { headers: { cookie, ...more } }));
  }

  it("logged in → a picture that the browser alone keeps, and nothing else may embed", async () => {
    const { world, numbered } = await relayWith(2);
    const response = await ask(world, numbered(2));
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("image/webp");
    expect(response.headers.get("cache-control")).toBe("private, max-age=86400, immutable");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("cross-origin-resource-policy")).toBe("same-origin");
  });

  it("Dropbox down → a picture all the same, clear, and kept nowhere", async () => {
    const { world, numbered } = await relayWith(2);
    world.dropbox.fail({ route: "files/get_thumbnail_batch", status: 500, count: 1 });
    const response = await ask(world, numbered(2));
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await covered(new Uint8Array(await response.arrayBuffer()), 1)).toEqual([0]);
  });

  it("not logged in → refused, and nobody is asked; more than 25, or none → refused", async () => {
    const { world, numbered, batches } = await relayWith(26);
    expect((await ask(world, numbered(2), { cookie: "" })).status).toBe(401);
    expect((await ask(world, [])).status).toBe(400);
    const src = new URLSearchParams([
      ["link", "env"],
      ["size", "small"],
      ...numbered(26).map(({ id, rev }) => ["file", `${rev} ${id}`]),
    ]);
    const result = await world.context.operator.logIn(world.env.ADMIN_TOKEN ?? "");
    const cookie = result.kind === "loggedIn" ? (result.cookie.split(";")[0] ?? "") : "";
    expect((await GET(new Request(`http://relay.test/thumbnails?${src}`, { headers: { cookie } }))).status).toBe(400);
    expect(batches()).toBe(0);
  });
});

describe("what is kept in memory", () => {
  it("more than there is room for → the ones used last stay, within the bytes", () => {
    const cache = createTileCache(3_000);
    for (let n = 0; n < 10; n += 1) {
      cache.keep(`${n}`, new Uint8Array(800));
      cache.find("0");
    }
    expect(cache.bytes()).toBeLessThanOrEqual(3_000);
    expect(cache.find("0")?.byteLength).toBe(800);
    expect(cache.find("9")?.byteLength).toBe(800);
    expect(cache.find("5")).toBeUndefined();
    cache.keep("none", null);
    expect(cache.find("none")).toBeNull();
  });
});
