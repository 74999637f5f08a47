/** Whether a JPEG or PNG holds the picture and nothing else, so that it may be passed on byte for byte. Pure. */
import { type ImageFormat, text, uint32 } from "./sniff.ts";

/** What a decoder needs and what says how colours are meant. Texts, times, EXIF and thumbnails are not among them. */
const PNG_CHUNKS = new Set("IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD pHYs".split(" "));

/**
 * True when no metadata travels along: an allowlist of parts, and nothing behind the end (phones hide videos and
 * places there). False for anything it cannot follow.
 */
export function isBare(bytes: Uint8Array, format: ImageFormat): boolean {
  if (format === "png") return isBarePng(bytes);
  return format === "jpeg" && isBareJpeg(bytes);
}

function isBarePng(bytes: Uint8Array): boolean {
  let at = 8;
  while (at + 12 <= bytes.length) {
    const type = text(bytes, at + 4, 4);
    if (!PNG_CHUNKS.has(type)) return false;
    at += uint32(bytes, at) + 12;
    if (type === "IEND") return at === bytes.length;
  }
  return false;
}

function isBareJpeg(bytes: Uint8Array): boolean {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (!isPlainSegment(marker, bytes, at)) return false;
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    at += 2 + length;
    if (marker === 0xda) at = endOfScan(bytes, at);
  }
  return at + 2 === bytes.length && bytes[at] === 0xff && bytes[at + 1] === 0xd9;
}

/** Tables, frame and scan headers; of the application's segments only JFIF, a colour profile and Adobe's colour mark. */
function isPlainSegment(marker: number, bytes: Uint8Array, at: number): boolean {
  if (marker === 0xe0) return text(bytes, at + 4, 5) === "JFIF\0";
  if (marker === 0xe2) return text(bytes, at + 4, 12) === "ICC_PROFILE\0";
  if (marker === 0xee) return text(bytes, at + 4, 5) === "Adobe";
  return marker >= 0xc0 && marker <= 0xdd && !(marker >= 0xd0 && marker <= 0xd9);
}

/** Where the picture data ends: at the first mark that is neither an escaped 0xff nor a restart. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at += 1) {
    const next = bytes[at + 1] ?? 0;
    if (bytes[at] === 0xff && next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  return bytes.length;
}
