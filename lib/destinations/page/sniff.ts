/** What a file is by its first bytes, whatever its name says. Pure; reads no further than the formats' own lengths lead. */

export type ImageFormat = "jpeg" | "png" | "gif" | "webp" | "heic" | "avif" | "tiff" | "bmp";
export type Sniffed =
  | { kind: "image"; format: ImageFormat; animated: boolean }
  | { kind: "video"; format: "mp4" | "mov" };

/** Brands of pictures coded with HEVC, as phones write them, and with AV1. */
const HEIC = /^(heic|heix|heim|heis|hevc|hevx|hevm|hevs)$/;
const AVIF = /^avi[fs]$/;
/** Says only that it is a picture or a sequence of them: a compatible brand names the coding. */
const NEUTRAL = /^(mif1|msf1|miaf)$/;
const SEQUENCE = /^(msf1|avis|hevc|hevx|hevm|hevs)$/;
/** Brands of MP4 and its relatives. A raw photo ("crx "), sound ("M4A ") and others share the box form and are not these. */
const MP4 = /^(isom|iso[2-9]|mp4[12]|avc1|M4V.|MSNV|XAVC|dash|3g[2pes].|mmp4|f4v )$/;
/** Boxes an older QuickTime file without a brand begins with. */
const MOV = /^(moov|mdat|wide|free|skip)$/;

/** The kind, or null when the bytes are none of these. What is cut off is judged by what is there. */
export function sniff(bytes: Uint8Array): Sniffed | null {
  const image = (format: ImageFormat, animated = false): Sniffed => ({ kind: "image", format, animated });
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return image("jpeg");
  if (text(bytes, 0, 8) === "\x89PNG\r\n\x1a\n") return image("png", isAnimatedPng(bytes));
  if (/^GIF8[79]a$/.test(text(bytes, 0, 6))) return image("gif", framesOfGif(bytes) > 1);
  if (text(bytes, 0, 4) === "RIFF" && text(bytes, 8, 4) === "WEBP") {
    return image("webp", text(bytes, 12, 4) === "VP8X" && ((bytes[20] ?? 0) & 0x02) !== 0);
  }
  if (/^(II[*+]\0|MM\0[*+])$/.test(text(bytes, 0, 4))) return image("tiff");
  // Two letters alone would make a BMP of a text: the size of the second header must be one that exists.
  if (text(bytes, 0, 2) === "BM" && [12, 40, 52, 56, 64, 108, 124].includes(bytes[14] ?? 0)) return image("bmp");
  return sniffBoxes(bytes);
}

/** The box formats: HEIC, AVIF, MP4, QuickTime. */
function sniffBoxes(bytes: Uint8Array): Sniffed | null {
  const type = text(bytes, 4, 4);
  if (MOV.test(type)) return { kind: "video", format: "mov" };
  if (type !== "ftyp") return null;
  const main = text(bytes, 8, 4);
  if (main === "qt  ") return { kind: "video", format: "mov" };
  if (MP4.test(main)) return { kind: "video", format: "mp4" };
  const codings = NEUTRAL.test(main) ? compatibleBrands(bytes) : [main];
  const animated = SEQUENCE.test(main);
  if (codings.some((brand) => AVIF.test(brand))) return { kind: "image", format: "avif", animated };
  if (codings.some((brand) => HEIC.test(brand))) return { kind: "image", format: "heic", animated };
  return null;
}

function compatibleBrands(bytes: Uint8Array): string[] {
  const end = Math.min(uint32(bytes, 0), bytes.length, 256);
  const brands: string[] = [];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(text(bytes, at, 4));
  return brands;
}

/** An animated PNG says so in a chunk before its first picture data. */
function isAnimatedPng(bytes: Uint8Array): boolean {
  for (let at = 8; at + 8 <= bytes.length; at += uint32(bytes, at) + 12) {
    const type = text(bytes, at + 4, 4);
    if (type === "acTL") return true;
    if (type === "IDAT") return false;
  }
  return false;
}

/** Pictures in a GIF, at most two: more than one is what matters. */
function framesOfGif(bytes: Uint8Array): number {
  const tableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let at = 13 + tableBytes(bytes[10] ?? 0);
  let frames = 0;
  while (at < bytes.length && frames < 2) {
    if (bytes[at] === 0x2c) {
      frames += 1;
      at += 10 + tableBytes(bytes[at + 9] ?? 0) + 1;
    } else if (bytes[at] === 0x21) at += 2;
    else break;
    while ((bytes[at] ?? 0) !== 0) at += (bytes[at] ?? 0) + 1;
    at += 1;
  }
  return frames;
}

/** Bytes as Latin-1 text; shorter at the end of the file. */
export const text = (bytes: Uint8Array, at: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(at, at + length));

/** Big-endian, and 0 past the end. */
export const uint32 = (bytes: Uint8Array, at: number): number =>
  at + 4 > bytes.length ? 0 : new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
