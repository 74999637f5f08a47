import { deflateSync } from "node:zlib";
import fc from "fast-check";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { sizeWords } from "@/lib/core/sizes.ts";
import { isBare } from "@/lib/destinations/page/bare-image.ts";
import { FIT_DEFAULTS, type FitLimits, fitImage, type Unfit } from "@/lib/destinations/page/fit-image.ts";
import { anAnimation, aPicture } from "../support/pictures.ts";

async function fits(bytes: Uint8Array, limits: Partial<FitLimits> = {}) {
  const fitted = await fitImage(bytes, limits);
  if (fitted.kind === "unfit") throw new Error(fitted.reason);
  return fitted;
}
async function unfit(bytes: Uint8Array, why: Unfit, limits: Partial<FitLimits> = {}) {
  const fitted = await fitImage(bytes, limits);
  expect(fitted).toMatchObject({ kind: "unfit", why });
  return fitted.kind === "unfit" ? fitted : { reason: "", limit: null };
}
const metadataOf = (bytes: Uint8Array) => sharp(bytes).metadata();

/** As a phone writes it: the place, the owner, and an editor's notes. */
const withPlace = (picture: Sharp): Sharp =>
  picture
    .withExif({
      IFD0: { Copyright: "the-owner" },
      IFD3: { GPSLatitude: "52/1 30/1 0/1", GPSLatitudeRef: "N", GPSLongitude: "13/1 24/1 0/1", GPSLongitudeRef: "E" },
    })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="the-owner"/></x:xmpmeta>');

/** A JPEG segment put where the first one stands. */
const withSegment = (jpeg: Buffer, marker: number, content: string) => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, Buffer.from(content, "latin1"), jpeg.subarray(2)]);
};

function expectNothingPersonal(bytes: Uint8Array, metadata: Awaited<ReturnType<typeof metadataOf>>) {
  const { exif, xmp, iptc, comments, orientation } = metadata;
  expect({ exif, xmp, iptc, comments, orientation }).toEqual({});
  const text = Buffer.from(bytes).toString("latin1");
  for (const trace of ["the-owner", "Exif", "GPS", "adobe:ns", "Photoshop", "8BIM"]) expect(text).not.toContain(trace);
}

describe("a picture that fits already", () => {
  it("a JPEG or PNG with nothing but the picture → the same bytes", async () => {
    for (const format of ["jpeg", "png"] as const) {
      const bytes = await aPicture(300, 200).toFormat(format).toBuffer();
      const fitted = await fits(bytes);
      expect(fitted).toMatchObject({ kind: "fits", type: `image/${format}`, changed: false });
      expect(fitted.bytes).toBe(bytes);
      expect((await fits(bytes, { maxBytes: bytes.length })).bytes).toBe(bytes);
    }
  });

  it("progressive, grey, of few colours or with a colour profile → the same bytes too", async () => {
    const picture = () => aPicture(300, 200);
    for (const bytes of [
      await picture().jpeg({ progressive: true }).toBuffer(),
      await picture().greyscale().jpeg().toBuffer(),
      await picture().withIccProfile("p3").jpeg({ mozjpeg: true }).toBuffer(),
      await picture().withIccProfile("p3").png({ palette: true }).toBuffer(),
    ]) {
      expect((await fits(bytes)).bytes).toBe(bytes);
    }
  });

  it("one byte above the limit → made smaller", async () => {
    const bytes = await aPicture(300, 200).jpeg({ quality: 100 }).toBuffer();
    const fitted = await fits(bytes, { maxBytes: bytes.length - 1 });
    expect(fitted).toMatchObject({ type: "image/jpeg", changed: true });
    expect(fitted.bytes.length).toBeLessThan(bytes.length);
  });
});

describe("metadata", () => {
  it("place, owner and notes in any format → gone from what is sent", async () => {
    for (const format of ["jpeg", "png", "webp", "tiff", "avif"] as const) {
      const bytes = await withPlace(aPicture(120, 80)).toFormat(format).toBuffer();
      const { exif, xmp } = await metadataOf(bytes);
      expect(exif ?? xmp, format).toBeDefined();
      const fitted = await fits(bytes);
      expect(fitted.changed, format).toBe(true);
      expectNothingPersonal(fitted.bytes, await metadataOf(fitted.bytes));
    }
  });

  it("a PNG that is small with its notes → stays a PNG without them, pixels the same", async () => {
    const bytes = await withPlace(aPicture(120, 80)).png().toBuffer();
    const fitted = await fits(bytes);
    expect(fitted.type).toBe("image/png");
    const pixels = await sharp(bytes).raw().toBuffer();
    expect(pixels.equals(await sharp(fitted.bytes).raw().toBuffer())).toBe(true);
  });

  it("IPTC, comments, a second picture or data behind the end of a JPEG → gone, whatever the decoder tells", async () => {
    const plain = await aPicture(120, 80).jpeg().toBuffer();
    for (const bytes of [
      withSegment(plain, 0xed, "Photoshop 3.0\u00008BIM\u0004\u0004\0\0\0\0\0\u0009the-owner"),
      withSegment(plain, 0xfe, "the-owner"),
      withSegment(plain, 0xe2, "MPF\0the-owner"),
      withSegment(plain, 0xe5, "the-owner"),
      Buffer.concat([plain, Buffer.from("the-owner")]),
    ]) {
      const fitted = await fits(bytes);
      expect(fitted.changed).toBe(true);
      expectNothingPersonal(fitted.bytes, await metadataOf(fitted.bytes));
    }
  });

  it("data behind the end of a PNG, or a time in it → gone", async () => {
    const plain = await aPicture(60, 40).png().toBuffer();
    const fitted = await fits(Buffer.concat([plain, Buffer.from("the-owner")]));
    expect(fitted.changed).toBe(true);
    expectNothingPersonal(fitted.bytes, await metadataOf(fitted.bytes));
  });

  it("what we made → bare by our own measure, so that fitting it again changes nothing", async () => {
    for (const format of ["jpeg", "png", "webp"] as const) {
      const fitted = await fits(await withPlace(aPicture(120, 80)).toFormat(format).toBuffer());
      expect(isBare(fitted.bytes, fitted.type === "image/png" ? "png" : "jpeg")).toBe(true);
      expect(await fits(fitted.bytes)).toMatchObject({ changed: false });
    }
  });

  it("asked to keep it → a picture that fits stays as it is; one made smaller keeps the place", async () => {
    const bytes = await withPlace(aPicture(300, 200)).jpeg({ quality: 100 }).toBuffer();
    expect((await fits(bytes, { metadata: "keep" })).bytes).toBe(bytes);
    const fitted = await fits(bytes, { metadata: "keep", maxBytes: bytes.length - 1 });
    expect((await metadataOf(fitted.bytes)).exif?.toString("latin1")).toContain("the-owner");
  });
});

describe("orientation", () => {
  it("lying on its side by its mark → turned upright, the mark gone", async () => {
    const left = sharp({ create: { width: 40, height: 40, channels: 3, background: "red" } });
    const picture = await left.extend({ right: 60, background: "blue" }).png().toBuffer();
    for (const format of ["jpeg", "png"] as const) {
      const bytes = await sharp(picture).withMetadata({ orientation: 6 }).toFormat(format).toBuffer();
      const { bytes: upright } = await fits(bytes);
      expect(await metadataOf(upright)).toMatchObject({ width: 40, height: 100 });
      expect((await metadataOf(upright)).orientation).toBeUndefined();
      const top = await sharp(upright).extract({ left: 5, top: 5, width: 1, height: 1 }).raw().toBuffer();
      expect((top[0] ?? 0) > 200 && (top[2] ?? 255) < 60, "red is on top").toBe(true);
    }
  });
});

describe("formats and sizes", () => {
  it("WebP, AVIF, TIFF, still GIF → JPEG; of the same size", async () => {
    for (const format of ["webp", "avif", "tiff", "gif"] as const) {
      const fitted = await fits(await aPicture(90, 60).toFormat(format).toBuffer());
      expect(fitted).toMatchObject({ type: "image/jpeg", changed: true });
      expect(await metadataOf(fitted.bytes)).toMatchObject({ format: "jpeg", width: 90, height: 60 });
    }
  });

  it("transparent → white, not black, where it becomes a JPEG; a PNG that fits keeps it", async () => {
    const clear = sharp({ create: { width: 30, height: 30, channels: 4, background: "#00000000" } });
    const fitted = await fits(await clear.clone().webp({ lossless: true }).toBuffer());
    expect([...(await sharp(fitted.bytes).raw().toBuffer()).subarray(0, 3)]).toEqual([255, 255, 255]);
    expect((await metadataOf((await fits(await clear.clone().png().toBuffer())).bytes)).hasAlpha).toBe(true);
  });

  it("CMYK, 16 bit or wide colours → an sRGB JPEG of 8 bit", async () => {
    for (const bytes of [
      await aPicture(90, 60).toColourspace("cmyk").tiff().toBuffer(),
      await aPicture(90, 60).toColourspace("cmyk").jpeg().toBuffer(),
      await aPicture(90, 60).toColourspace("rgb16").tiff().toBuffer(),
      await aPicture(90, 60).withIccProfile("p3").webp().toBuffer(),
    ]) {
      expect(await metadataOf((await fits(bytes)).bytes)).toMatchObject({ space: "srgb", depth: "uchar", channels: 3 });
    }
  });

  it("under ever smaller limits → always within, less and less of it; under the smallest → cannot", async () => {
    const bytes = await aPicture(1500, 1000).png().toBuffer();
    let before = Number.POSITIVE_INFINITY;
    for (const maxBytes of [1_500_000, 900_000, 300_000]) {
      const fitted = await fits(bytes, { maxBytes });
      expect(fitted).toMatchObject({ type: "image/jpeg", changed: true });
      expect(fitted.bytes.length).toBeLessThanOrEqual(maxBytes);
      expect(fitted.bytes.length).toBeLessThan(before);
      before = fitted.bytes.length;
    }
    const { reason, limit } = await unfit(bytes, "cannotFit", { maxBytes: 2000 });
    expect(reason).toBe("cannot be made smaller than the limit of 2000 bytes");
    expect(limit).toBe(2000);
  });

  it("longer than Facebook shows → shortened, its shape kept, also where it is small enough in bytes", async () => {
    const wide = sharp({ create: { width: 9000, height: 900, channels: 3, background: "teal" } });
    const fitted = await fits(await wide.png().toBuffer());
    expect(await metadataOf(fitted.bytes)).toMatchObject({ format: "jpeg", width: 4096, height: 410 });
  });

  it("the defaults → four million bytes out, forty million in", () => {
    expect(FIT_DEFAULTS).toMatchObject({ maxBytes: 4_000_000, maxInputBytes: 40_000_000, metadata: "remove" });
  });
});

describe("what cannot be sent as a photo", () => {
  it("nothing, or nothing that is a picture → in words", async () => {
    expect((await unfit(new Uint8Array(), "empty")).reason).toBe("the file is empty");
    for (const content of ["hello", "<svg xmlns='http://www.w3.org/2000/svg'/>", "%PDF-1.7", "\0".repeat(99)]) {
      await unfit(Buffer.from(content), "notAPicture");
    }
    expect((await unfit(Buffer.from("\0\0\0\x18ftypisom\0\0\0\0"), "notAPicture")).reason).toContain("video");
  });

  it("more bytes than we take in → both numbers, nothing decoded", async () => {
    const bytes = await aPicture(90, 60).jpeg().toBuffer();
    const { reason, limit } = await unfit(bytes, "tooLarge", { maxInputBytes: 1000 });
    expect(reason).toBe(`${sizeWords(bytes.length)}, more than the limit of 1 kB for a picture`);
    expect(limit).toBe(1000);
  });

  it("animated → told so; the first frame where that is wanted", async () => {
    for (const format of ["gif", "webp"] as const) {
      const bytes = await anAnimation(3, format);
      const { reason, limit } = await unfit(bytes, "animated");
      expect(reason).toContain("animated");
      expect(limit).toBe(1);
      const fitted = await fits(bytes, { animated: "firstFrame" });
      expect(await metadataOf(fitted.bytes)).toMatchObject({ format: "jpeg", width: 12, height: 12 });
    }
  });

  it("cut off anywhere → damaged, never half a picture", async () => {
    for (const format of ["jpeg", "png", "webp", "tiff", "avif", "gif"] as const) {
      const bytes = await withPlace(aPicture(200, 150)).toFormat(format).toBuffer();
      for (const part of [0.1, 0.5, 0.9, 0.99]) {
        const { reason } = await unfit(bytes.subarray(0, bytes.length * part), "damaged");
        expect(reason).toContain(`the ${format.toUpperCase()} picture is damaged or cut off`);
      }
    }
    for (const format of ["jpeg", "png"] as const) {
      const bare = await aPicture(200, 150).toFormat(format).toBuffer();
      await unfit(bare.subarray(0, bare.length * 0.9), "damaged");
    }
  });

  it("only the first bytes of a format → damaged, not thrown", async () => {
    for (const start of ["\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "GIF89a", "RIFF\0\0\0\0WEBPVP8 ", "II*\0", "MM\0*"]) {
      await unfit(Buffer.from(start, "latin1"), "damaged");
    }
  });

  it("a small file with a huge picture → refused by its header", async () => {
    const { reason, limit } = await unfit(pngClaiming(60_000, 60_000), "tooManyPixels");
    expect(reason).toBe("60000 × 60000 pixels, more than the limit of 120000000");
    expect(limit).toBe(120_000_000);
    await unfit(await aPicture(90, 60).webp().toBuffer(), "tooManyPixels", { maxPixels: 90 * 60 - 1 });
    await fits(await aPicture(90, 60).webp().toBuffer(), { maxPixels: 90 * 60 });
  });

  it("HEIC → no decoder, and what to do; the installed decoder indeed names AVIF alone", async () => {
    const heic = Buffer.concat([Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"), Buffer.alloc(500)]);
    expect((await unfit(heic, "noDecoder")).reason).toContain("HEIC");
    expect(sharp.format.heif.input).toMatchObject({ fileSuffix: [".avif"] });
    await expect(aPicture(20, 10).heif({ compression: "hevc" }).toBuffer()).rejects.toThrow(/compression/);
  });

  it("bytes changed at random anywhere → fits or unfit, never thrown; what fits can be read and is bare", async () => {
    const formats = ["jpeg", "png", "webp", "tiff", "gif", "avif"] as const;
    const originals = await Promise.all(
      formats.map((format) => withPlace(aPicture(40, 30)).toFormat(format).toBuffer()),
    );
    const change = fc.record({
      at: fc.double({ min: 0, max: 0.999, noNaN: true }),
      byte: fc.integer({ min: 0, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...originals), fc.array(change, { maxLength: 8 }), async (original, changes) => {
        const bytes = Buffer.from(original);
        for (const { at, byte } of changes) bytes[Math.floor(at * bytes.length)] = byte;
        const fitted = await fitImage(bytes, { animated: "firstFrame", maxPixels: 1_000_000 });
        if (fitted.kind === "unfit") return;
        expect((await metadataOf(fitted.bytes)).exif).toBeUndefined();
        expect(isBare(fitted.bytes, fitted.type === "image/png" ? "png" : "jpeg")).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it("a failed picture → the next one is fitted all the same, and many at once are too", async () => {
    const good = await aPicture(90, 60).webp().toBuffer();
    const all = await Promise.all(
      [good, good.subarray(0, 50), good, new Uint8Array(), good].map((one) => fitImage(one)),
    );
    expect(all.map(({ kind }) => kind)).toEqual(["fits", "unfit", "fits", "unfit", "fits"]);
  });
});

describe("BMP, which Facebook takes and nothing here decodes", () => {
  const bmp = (stated: number) => {
    const bytes = Buffer.alloc(1000);
    bytes.write("BM");
    bytes.writeUInt32LE(stated, 2);
    bytes.writeUInt32LE(40, 14);
    return bytes;
  };
  it("small and whole → as it is; cut off → damaged; too large → no decoder, with the limit", async () => {
    const bytes = bmp(1000);
    expect(await fits(bytes)).toEqual({ kind: "fits", bytes, type: "image/bmp", changed: false });
    await unfit(bmp(1001), "damaged");
    expect((await unfit(bytes, "noDecoder", { maxBytes: 999 })).limit).toBe(999);
  });
});

/** A PNG of a few hundred bytes whose header claims a size its data does not have. */
function pngClaiming(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(1000))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function crc32(bytes: Buffer): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}
