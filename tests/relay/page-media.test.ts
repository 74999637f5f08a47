/** Files as people have them: what is on the Page afterwards, or why it is not. */
import sharp from "sharp";
import { afterEach, describe, expect, it } from "vitest";
import { pictureOf } from "../sandbox/picture.ts";
import { anAnimation, aPicture } from "../support/pictures.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
afterEach(() => world.close());

async function following(env: Record<string, string> = {}) {
  world = await createWorld({ page: {}, env });
  await world.sweep();
  world.advance(60_000);
}
async function drop(path: string, content: Uint8Array | string) {
  world.dropbox.files.addFile(path, content);
  await world.notify();
  await world.settle();
}
const posts = () => world.graph.posts().filter(({ deletedAt }) => deletedAt === null);
const attempts = () => world.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "delivery.attempted");
const last = () => attempts().at(-1);
/** The one photo on the Page. */
async function shown() {
  const photos = world.graph.photos();
  expect(photos).toHaveLength(1);
  expect(posts()).toMatchObject([{ photoIds: [photos[0]?.id] }]);
  const bytes = Buffer.from(photos[0]?.bytes ?? []);
  return { bytes, type: photos[0]?.type, ...(await sharp(bytes).metadata()) };
}

describe("40 photos in one drop", () => {
  it.each([
    [1, Array(40).fill(1)],
    [7, [7, 7, 7, 7, 7, 5]],
    [10, [10, 10, 10, 10]],
    [40, [40]],
  ] as const)("at most %i in a post → posts of %j, in order, each photo once", async (albumMax, sizes) => {
    await following({ PAGE_ALBUM_MAX: String(albumMax) });
    const names = Array.from({ length: 40 }, (_, n) => `${n + 10}.png`);
    for (const [n, name] of names.entries()) world.dropbox.files.addFile(`/inbox/Fair/${name}`, pictureOf(n, 24, 18));
    await world.notify();
    await world.settle();
    expect(posts().map(({ photoIds }) => photoIds.length)).toEqual(sizes);
    const nameOf = new Map(world.graph.photos().map(({ id, name }) => [id, name]));
    expect(posts().flatMap(({ photoIds }) => photoIds.map((id) => nameOf.get(id)))).toEqual(names);
    expect(world.graph.doubles()).toEqual([]);
    expect(await world.counts()).toMatchObject({ due: 0, claimed: 0, dead: 0, unclear: 0 });
  });
});

describe("pictures that are made to fit", () => {
  it("a PNG of 9 MB → below 4 MB, as JPEG", async () => {
    await following();
    const bytes = await aPicture(1760, 1720).png().toBuffer();
    expect(bytes.length).toBeGreaterThan(9_000_000);
    await drop("/inbox/large.png", bytes);
    const photo = await shown();
    expect(photo.type).toBe("image/jpeg");
    expect(photo.bytes.length).toBeLessThanOrEqual(4_000_000);
  });

  it("30,000 x 10 pixels → its longest side as long as Facebook shows", async () => {
    await following();
    await drop("/inbox/line.png", await aPicture(30_000, 10).png().toBuffer());
    expect(await shown()).toMatchObject({ width: 4096, height: 1 });
  });

  it("CMYK → colours of a screen", async () => {
    await following();
    await drop("/inbox/print.jpg", await aPicture(60, 40).toColourspace("cmyk").jpeg().toBuffer());
    expect(await shown()).toMatchObject({ type: "image/jpeg", space: "srgb" });
  });

  it("a PNG of 16 bit → taken", async () => {
    await following();
    const bytes = await aPicture(60, 40).toColourspace("rgb16").png().toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe("ushort");
    await drop("/inbox/deep.png", bytes);
    expect(await shown()).toMatchObject({ width: 60, height: 40 });
  });

  it("lying on its side by its mark, with the place it was taken at → upright, the place gone", async () => {
    await following();
    const place = { GPSLatitude: "52/1 30/1 0/1", GPSLatitudeRef: "N", GPSLongitude: "13/1 24/1 0/1" };
    const bytes = await aPicture(90, 60)
      .withMetadata({ orientation: 6 })
      .withExifMerge({ IFD0: { Copyright: "the-owner" }, IFD3: place })
      .jpeg()
      .toBuffer();
    expect((await sharp(bytes).metadata()).orientation).toBe(6);
    expect(bytes.includes("the-owner")).toBe(true);
    await drop("/inbox/phone.jpg", bytes);
    const photo = await shown();
    expect(photo).toMatchObject({ width: 60, height: 90 });
    expect([photo.orientation, photo.exif]).toEqual([undefined, undefined]);
    expect(photo.bytes.includes("the-owner")).toBe(false);
  });
});

describe("what cannot be a photo", () => {
  it.each([
    ["a HEIC of 12 MB", "a.heic", aHeic, /HEIC.*save it as JPEG/],
    ["a moving GIF", "a.gif", () => anAnimation(3, "gif"), /animated picture: Facebook shows no movement/],
    ["a moving WebP", "a.webp", () => anAnimation(3, "webp"), /animated picture: Facebook shows no movement/],
    ["an empty file", "a.jpg", () => Buffer.alloc(0), /the file is empty/],
    ["an empty video", "a.mp4", () => Buffer.alloc(0), /the file is empty/],
    ["a JPEG that is cut off", "a.jpg", aBrokenJpeg, /JPEG picture is damaged or cut off/],
    ["a text called .jpg", "a.jpg", () => Buffer.from("no picture"), /holds no picture of a kind that is known/],
    ["41 MB", "a.jpg", () => Buffer.alloc(41_000_000), /41 MB, more than the limit of 40 MB/],
  ] as const)(
    "%s → dead with the reason, nothing uploaded, the photo beside it posted",
    async (_, name, make, reason) => {
      await following();
      world.dropbox.files.addFile("/inbox/good.png", pictureOf(1, 24, 18));
      await drop(`/inbox/${name}`, await make());
      expect(await world.counts()).toMatchObject({ due: 0, dead: 1, unclear: 0 });
      const refused = attempts().find(({ kind }) => kind === "rejected");
      expect(refused.message).toMatch(reason);
      expect(posts()).toHaveLength(1);
      expect((await shown()).width).toBe(24);
    },
  );

  it("a picture of more pixels than are decoded → dead with both numbers", async () => {
    await following();
    const bytes = await sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    await drop("/inbox/huge.png", bytes);
    expect(last()).toMatchObject({
      kind: "rejected",
      message: "12000 × 12000 pixels, more than the limit of 120000000",
    });
    expect(posts()).toEqual([]);
  });

  it("a video larger than is allowed → dead with the limit, no upload begun", async () => {
    await following({ PAGE_VIDEO_MAX_BYTES: "5000" });
    world.dropbox.files.addFile("/inbox/a.mp4", { size: 5001 });
    await world.notify();
    expect(last()).toMatchObject({
      kind: "rejected",
      message: "a video of 5,001 bytes, more than the limit of 5,000 bytes",
    });
    expect(world.graph.videos()).toEqual([]);
  });
});

describe("changed between the listing and the upload", () => {
  it.each(["a.png", "a.mp4"])("%s deleted for good → skipped with the reason, nothing on the Page", async (name) => {
    await following();
    world.graph.fail({ route: "POST", error: "pageLimit", count: 1 });
    world.dropbox.files.addFile(`/inbox/${name}`, name.endsWith("png") ? pictureOf(1, 24, 18) : { size: 50_000 });
    await world.notify();
    expect(await world.counts()).toMatchObject({ due: 1 });
    world.dropbox.files.deletePath(`/inbox/${name}`, { forGood: true });
    await world.settle();
    expect(last()).toMatchObject({ kind: "skipped", reason: "the file is no longer in Dropbox" });
    expect(posts()).toEqual([]);
    expect(await world.counts()).toMatchObject({ due: 0, claimed: 0, dead: 0 });
  });

  it("replaced, and told so → the new picture alone; not told yet → the one that was listed, whole", async () => {
    for (const isTold of [true, false]) {
      await following();
      world.graph.fail({ route: "POST /{page}/photos", error: "pageLimit", count: 1 });
      world.dropbox.files.addFile("/inbox/a.png", pictureOf(1, 24, 18));
      await world.notify();
      world.dropbox.files.editFile("/inbox/a.png", pictureOf(2, 30, 20));
      if (isTold) await world.notify();
      await world.settle();
      expect((await shown()).width).toBe(isTold ? 30 : 24);
      if (isTold) await world.close();
    }
  });

  it("a video gone half way through its upload → skipped, nothing shown", async () => {
    await following();
    world.graph.fail({ route: "POST /{page}/videos:transfer", error: "pageLimit", count: 1 });
    world.dropbox.files.addFile("/inbox/a.mp4", { size: 9_000_000 });
    await world.notify();
    world.dropbox.files.deletePath("/inbox/a.mp4", { forGood: true });
    await world.settle();
    expect(last()).toMatchObject({ kind: "skipped" });
    expect(world.graph.videos().filter(({ finishedAt }) => finishedAt !== null)).toEqual([]);
    expect(await world.counts()).toMatchObject({ due: 0, claimed: 0, dead: 0 });
  });
});

/** As a phone begins one; what follows is noise of that length. */
function aHeic(): Buffer {
  const bytes = Buffer.alloc(12_000_000, 0x5a);
  bytes.write("\0\0\0\x18ftypheic\0\0\0\0mif1heic", 0, "latin1");
  return bytes;
}
async function aBrokenJpeg(): Promise<Buffer> {
  const whole = await aPicture(300, 200).jpeg().toBuffer();
  return whole.subarray(0, whole.length / 2);
}
