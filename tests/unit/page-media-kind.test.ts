import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type MediaRules, mediaKindOf } from "@/lib/destinations/page/media-kind.ts";
import { type Sniffed, sniff } from "@/lib/destinations/page/sniff.ts";
import { anAnimation, aPicture } from "../support/pictures.ts";

const RULES: MediaRules = { photoInputMaxBytes: 1000, videoMaxBytes: 5000, mp4As: "video" };
const kindOf = (name: string, size = 10, rules: Partial<MediaRules> = {}, sniffed?: Sniffed | null) =>
  mediaKindOf({ name, size }, { ...RULES, ...rules }, sniffed);
const image = (format: string, animated = false) => ({ kind: "image", format, animated });
/** The start of a file in the box form, with its brands. */
const boxes = (main: string, ...compatible: string[]) => {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(16 + 4 * compatible.length);
  head.write(`ftyp${main}`, 4, "latin1");
  return Buffer.concat([head, Buffer.from(compatible.join(""), "latin1"), Buffer.from("\0\0\0\x08mdat")]);
};

describe("by name and size", () => {
  it("pictures Facebook takes → photos as they are; others → photos to convert", () => {
    for (const name of ["a.jpg", "a.JPEG", "a.b.png", "a.gif", "a.tif", "a.tiff", "a.bmp"]) {
      expect(kindOf(name), name).toMatchObject({ kind: "photo", mustConvert: false });
    }
    for (const name of ["a.webp", "a.HEIC", "a.heif", "a.avif"]) {
      expect(kindOf(name), name).toMatchObject({ kind: "photo", mustConvert: true });
    }
  });

  it("videos → video; an MP4 where reels are wanted → reel, another container → still a video", () => {
    for (const name of ["a.mp4", "a.MOV", "a.mkv", "a.webm.avi"]) expect(kindOf(name), name).toEqual({ kind: "video" });
    expect(kindOf("a.MP4", 10, { mp4As: "reel" })).toEqual({ kind: "reel" });
    expect(kindOf("a.mov", 10, { mp4As: "reel" })).toEqual({ kind: "video" });
  });

  it("anything else → a link, with nothing to explain", () => {
    for (const name of ["a.pdf", "jpg", "photo", "a.svg", "a.psd", "a.cr2", "a.jpg.zip", "a.jpg.", "a.constructor"]) {
      expect(kindOf(name), name).toEqual({ kind: "link", reason: null });
    }
  });

  it("media at the limit → itself; one byte more, or empty → a link that says why", () => {
    expect(kindOf("a.jpg", 1000).kind).toBe("photo");
    expect(kindOf("a.jpg", 1001)).toEqual({
      kind: "link",
      reason: "a picture of 1,001 bytes, more than the limit of 1,000 bytes",
    });
    expect(kindOf("a.mp4", 5000).kind).toBe("video");
    expect(kindOf("a.mp4", 5001)).toEqual({
      kind: "link",
      reason: "a video of 5,001 bytes, more than the limit of 5,000 bytes",
    });
    for (const name of ["a.jpg", "a.mp4"])
      expect(kindOf(name, 0)).toEqual({ kind: "link", reason: "the file is empty" });
  });
});

describe("corrected by the bytes", () => {
  const heic: Sniffed = { kind: "image", format: "heic", animated: false };
  const mp4: Sniffed = { kind: "video", format: "mp4" };
  it("a HEIC named .jpg → to convert; a JPEG named .heic → not", () => {
    expect(kindOf("a.jpg", 10, {}, heic)).toEqual({ kind: "photo", format: "heic", mustConvert: true });
    const jpeg: Sniffed = { kind: "image", format: "jpeg", animated: false };
    expect(kindOf("a.heic", 10, {}, jpeg)).toEqual({ kind: "photo", format: "jpeg", mustConvert: false });
  });

  it("a video named as a picture, a picture named as a video → what they are, by the limits of that", () => {
    expect(kindOf("a.jpg", 3000, { mp4As: "reel" }, mp4)).toEqual({ kind: "reel" });
    expect(kindOf("a.mp4", 3000, {}, heic).kind).toBe("link");
    expect(kindOf("a.mp4", 300, {}, heic).kind).toBe("photo");
    expect(kindOf("a.mp4", 300, { mp4As: "reel" }, { kind: "video", format: "mov" })).toEqual({ kind: "video" });
  });

  it("nothing known in the bytes → a picture becomes a link that says so, a video stays one", () => {
    expect(kindOf("a.jpg", 10, {}, null)).toMatchObject({ kind: "link", reason: expect.stringContaining("picture") });
    expect(kindOf("a.mkv", 10, {}, null)).toEqual({ kind: "video" });
  });

  it("a raw photo, which begins like a TIFF → stays a link", () => {
    expect(kindOf("a.cr2", 10, {}, { kind: "image", format: "tiff", animated: false })).toEqual({
      kind: "link",
      reason: null,
    });
  });
});

describe("the bytes", () => {
  it("pictures as an encoder writes them → their format", async () => {
    for (const format of ["jpeg", "png", "gif", "webp", "tiff", "avif"] as const) {
      expect(sniff(await aPicture(20, 10).toFormat(format).toBuffer()), format).toEqual(image(format));
    }
    expect(sniff(await aPicture(20, 10).tiff({ bigtiff: true }).toBuffer())).toEqual(image("tiff"));
  });

  it("several frames in a GIF or WebP → animated; one → not", async () => {
    for (const format of ["gif", "webp"] as const) {
      expect(sniff(await anAnimation(3, format)), format).toEqual(image(format, true));
      expect(sniff(await anAnimation(2, format)), format).toEqual(image(format, true));
      expect(sniff(await anAnimation(1, format)), format).toEqual(image(format));
    }
    const withAlpha = await sharp({ create: { width: 9, height: 9, channels: 4, background: "#12345680" } })
      .webp()
      .toBuffer();
    expect(sniff(withAlpha)).toEqual(image("webp"));
  });

  it("a PNG with an animation chunk before its data → animated", async () => {
    const png = await aPicture(20, 10).png().toBuffer();
    const control = Buffer.concat([Buffer.from([0, 0, 0, 8]), Buffer.from("acTL"), Buffer.alloc(12)]);
    const animated = Buffer.concat([png.subarray(0, 33), control, png.subarray(33)]);
    expect(sniff(animated)).toEqual(image("png", true));
  });

  it.each([
    ["heic", image("heic")],
    ["heix", image("heic")],
    ["hevc", image("heic", true)],
    ["avif", image("avif")],
    ["avis", image("avif", true)],
    ["qt  ", { kind: "video", format: "mov" }],
    ["isom", { kind: "video", format: "mp4" }],
    ["mp42", { kind: "video", format: "mp4" }],
    ["M4V ", { kind: "video", format: "mp4" }],
    ["3gp5", { kind: "video", format: "mp4" }],
    ["M4A ", null],
    ["crx ", null],
    ["mif1", null],
  ])("brand %s → %j", (brand, expected) => {
    expect(sniff(boxes(brand, "xxxx"))).toEqual(expected);
  });

  it("a brand that leaves the coding open → a compatible one tells it", () => {
    expect(sniff(boxes("mif1", "miaf", "heic"))).toEqual(image("heic"));
    expect(sniff(boxes("mif1", "avif", "miaf"))).toEqual(image("avif"));
    expect(sniff(boxes("msf1", "hevc"))).toEqual(image("heic", true));
  });

  it("an older QuickTime file, a BMP → known; texts and other files that begin alike → not", () => {
    expect(sniff(Buffer.from("\0\0\0\x08wide"))).toEqual({ kind: "video", format: "mov" });
    const bmp = Buffer.alloc(60);
    bmp.write("BM");
    bmp.writeUInt32LE(40, 14);
    expect(sniff(bmp)).toEqual(image("bmp"));
    for (const content of [
      "",
      "B",
      "BMW drives past here",
      "GIF87",
      "RIFF....AVI ",
      "<svg/>",
      "%PDF-1.7",
      "\0\0\0\0",
    ]) {
      expect(sniff(Buffer.from(content)), content).toBeNull();
    }
  });

  it("cut at any length → an answer, and never another format", async () => {
    const all = [
      await anAnimation(3, "gif"),
      await anAnimation(3, "webp"),
      await aPicture(20, 10).png().toBuffer(),
      await aPicture(20, 10).avif().toBuffer(),
    ];
    for (const whole of all) {
      const format = sniff(whole)?.format;
      for (let length = 0; length < whole.length; length += 1) {
        const found = sniff(whole.subarray(0, length));
        if (found !== null) expect(found.format).toBe(format);
      }
    }
  });
});
