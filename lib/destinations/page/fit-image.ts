/**
 * Makes a picture one that Facebook takes: small enough, in a format it knows, upright, and without the place it was
 * taken at. What cannot be made so is said in words; bad input never throws, a missing decoder library does.
 */

import type Sharp from "sharp";
import { overLimit } from "../../core/sizes.ts";
import { isBare } from "./bare-image.ts";
import { type ImageFormat, sniff } from "./sniff.ts";

export interface FitLimits {
  /** What may be sent. Facebook documents 10 MB and refuses from about 4 MB on. */
  maxBytes: number;
  /** What we take into memory. */
  maxInputBytes: number;
  /** What we decode: a small file may hold a huge picture. The largest phone cameras make 108 million pixels. */
  maxPixels: number;
  animated: "refuse" | "firstFrame";
  metadata: "remove" | "keep";
  /** Made anew as JPEG also when it would do as it is: it was refused so. */
  anew: boolean;
}

export const FIT_DEFAULTS: FitLimits = {
  maxBytes: 4_000_000,
  maxInputBytes: 40_000_000,
  maxPixels: 120_000_000,
  animated: "refuse",
  metadata: "remove",
  anew: false,
};

export type Unfit =
  | "empty"
  | "tooLarge"
  | "tooManyPixels"
  | "animated"
  | "notAPicture"
  | "damaged"
  | "noDecoder"
  | "cannotFit";

export type Fitted =
  | { kind: "fits"; bytes: Uint8Array; type: "image/jpeg" | "image/png" | "image/bmp"; changed: boolean }
  /** `why` to act on, `reason` to read, `limit` the number that was passed, where there is one. */
  | { kind: "unfit"; why: Unfit; reason: string; limit: number | null };

/** Longest edge and quality, from hardly visible to plainly visible loss. */
const STEPS = [
  { edge: 4096, quality: 90 },
  { edge: 4096, quality: 80 },
  { edge: 2048, quality: 85 },
  { edge: 2048, quality: 70 },
  { edge: 1280, quality: 60 },
  { edge: 640, quality: 50 },
] as const;
const EDGE_MAX = 4096;
/** A decoder that is led astray ends with an error instead of with the function. */
const TIMEOUT_SECONDS = 60;

/** Fits one picture; pictures wait for one another, since each may need hundreds of megabytes. */
export function fitImage(bytes: Uint8Array, changes: Partial<FitLimits> = {}): Promise<Fitted> {
  const turn = lastTurn.then(() => fitOne(bytes, { ...FIT_DEFAULTS, ...changes }));
  lastTurn = turn.catch(() => undefined);
  return turn;
}
let lastTurn: Promise<unknown> = Promise.resolve();

async function fitOne(bytes: Uint8Array, limits: FitLimits): Promise<Fitted> {
  if (bytes.length === 0) return unfit("empty", "the file is empty");
  if (bytes.length > limits.maxInputBytes) {
    const reason = `${overLimit(bytes.length, limits.maxInputBytes)} for a picture`;
    return unfit("tooLarge", reason, limits.maxInputBytes);
  }
  const found = sniff(bytes);
  if (found === null) return unfit("notAPicture", "the file holds no picture of a kind that is known here");
  if (found.kind === "video") return unfit("notAPicture", "the file holds a video, not a picture");
  if (found.animated && limits.animated === "refuse") {
    return unfit("animated", "an animated picture: Facebook shows no movement in photos", 1);
  }
  if (found.format === "bmp" && limits.anew) return unfit("noDecoder", "a BMP that Facebook refuses: save it as JPEG");
  if (found.format === "bmp") return fitBmp(bytes, limits);

  const sharp = await loadSharp();
  try {
    return await fitDecoded(sharp, bytes, found.format, limits);
  } catch (cause) {
    if (found.format === "heic") {
      return unfit("noDecoder", "a HEIC picture: no decoder for it is installed here; save it as JPEG");
    }
    return unfit("damaged", `the ${found.format.toUpperCase()} picture is damaged or cut off (${firstLine(cause)})`);
  }
}

async function fitDecoded(
  sharp: typeof Sharp,
  bytes: Uint8Array,
  format: ImageFormat,
  limits: FitLimits,
): Promise<Fitted> {
  // The header alone is read here, so the pixels are counted before any is decoded.
  const { width, height, orientation, space } = await sharp(bytes, { limitInputPixels: false }).metadata();
  if (width * height > limits.maxPixels) {
    const reason = `${width} × ${height} pixels, more than the limit of ${limits.maxPixels}`;
    return unfit("tooManyPixels", reason, limits.maxPixels);
  }
  // Of lesser flaws than a cut-off file many cameras are guilty, and every viewer shows their pictures.
  const decode = () =>
    sharp(bytes, { limitInputPixels: limits.maxPixels, failOn: "error", pages: 1 }).timeout({
      seconds: TIMEOUT_SECONDS,
    });

  const isSmall = Math.max(width, height) <= EDGE_MAX && bytes.length <= limits.maxBytes;
  const isUpright = orientation === undefined || orientation === 1;
  // Colours for printing look wrong in a feed.
  const mayStay =
    isSmall && !limits.anew && isUpright && space !== "cmyk" && (limits.metadata === "keep" || isBare(bytes, format));
  if (mayStay && (format === "jpeg" || format === "png")) {
    // Decoded all the same, down to the last row: a cut-off picture is not to be sent.
    await decode().resize(64, 64, { fit: "fill" }).raw().toBuffer();
    return { kind: "fits", bytes, type: `image/${format}`, changed: false };
  }

  const upright = () => (limits.metadata === "keep" ? decode().autoOrient().keepMetadata() : decode().autoOrient());
  if (isSmall && !limits.anew && format === "png") {
    const png = await upright().png().toBuffer();
    if (png.length <= limits.maxBytes) return { kind: "fits", bytes: png, type: "image/png", changed: true };
  }
  for (const { edge, quality } of STEPS) {
    const jpeg = await upright()
      .resize(edge, edge, { fit: "inside", withoutEnlargement: true })
      .flatten({ background: "white" })
      .jpeg({ quality })
      .toBuffer();
    if (jpeg.length <= limits.maxBytes) return { kind: "fits", bytes: jpeg, type: "image/jpeg", changed: true };
  }
  return unfit("cannotFit", `cannot be made smaller than the limit of ${limits.maxBytes} bytes`, limits.maxBytes);
}

/** Facebook takes a BMP as it is, and it holds no metadata; there is no decoder for it here to make it smaller. */
function fitBmp(bytes: Uint8Array, limits: FitLimits): Fitted {
  const stated = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(2, true);
  if (stated > bytes.length) return unfit("damaged", "the BMP picture is cut off");
  if (bytes.length > limits.maxBytes) {
    const reason = `a BMP of ${overLimit(bytes.length, limits.maxBytes)}: save it as JPEG`;
    return unfit("noDecoder", reason, limits.maxBytes);
  }
  return { kind: "fits", bytes, type: "image/bmp", changed: false };
}

/** Loaded with the first picture: a start that sends none does not pay for it. */
async function loadSharp(): Promise<typeof Sharp> {
  const { default: sharp } = await import("sharp");
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

const unfit = (why: Unfit, reason: string, limit: number | null = null): Fitted => ({
  kind: "unfit",
  why,
  reason,
  limit,
});

/** Decoders name what they missed, never what the picture holds. */
const firstLine = (cause: unknown): string =>
  (cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : "unknown").slice(0, 120);
