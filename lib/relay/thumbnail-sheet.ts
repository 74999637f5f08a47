/** Small pictures in one image, one below the other: a table of files costs one request for 25 of them. */
import type Sharp from "sharp";
import { SHEET_MAX } from "../core/picture.ts";

/** What a picture is fitted into, in pixels: twice what a page shows, for displays of twice the density. */
export const TILES = {
  small: { width: 96, height: 96, fit: "cover", ask: "w128h128" },
  large: { width: 640, height: 480, fit: "contain", ask: "w640h480" },
} as const;
export type TileSize = keyof typeof TILES;

/** Dropbox makes none larger than was asked for; one that claims to be is not decoded. */
const PIXELS_MAX = 2_000_000;
const QUALITY = 75;
const CLEAR = { r: 0, g: 0, b: 0, alpha: 0 };

/** One picture made to fit its place, as WebP; null where the bytes are no picture. */
export async function tileOf(bytes: Uint8Array, size: TileSize): Promise<Uint8Array | null> {
  const sharp = await decoder();
  const { width, height, fit } = TILES[size];
  return sharp(bytes, { limitInputPixels: PIXELS_MAX, failOn: "none" })
    .rotate()
    .resize(width, height, { fit, background: CLEAR })
    .webp({ quality: QUALITY })
    .toBuffer()
    .catch(() => null); // damaged, or no picture at all: its place stays empty
}

/** The sheet as WebP: always of the same height, so that each place is where a page looks for it; clear where null. */
export async function sheetOf(tiles: readonly (Uint8Array | null)[], size: TileSize): Promise<Uint8Array> {
  const sharp = await decoder();
  const { width, height } = TILES[size];
  const places = size === "small" ? SHEET_MAX : 1;
  const sheet = sharp({ create: { width, height: height * places, channels: 4, background: CLEAR } });
  const parts = tiles.flatMap((input, n) =>
    input === null ? [] : [{ input: Buffer.from(input), left: 0, top: n * height }],
  );
  return sheet.composite(parts).webp({ quality: QUALITY }).toBuffer();
}

/** Loaded when first needed: most processes never show a page. */
const decoder = async (): Promise<typeof Sharp> => (await import("sharp")).default;
