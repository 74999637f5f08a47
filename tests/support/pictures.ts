/** Pictures made at run time: noise, since a plain colour would be a few bytes in any format. */
import sharp, { type Sharp } from "sharp";

/** Noise that is the same on every run. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 12345;
  for (let n = 0; n < length; n += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[n] = state >>> 24;
  }
  return bytes;
}

/** A picture in which no two pixels need be alike, to be encoded as the test likes. */
export const aPicture = (width: number, height: number): Sharp =>
  sharp(noise(width * height * 3), { raw: { width, height, channels: 3 } });

/** As many frames as asked for, no two alike. */
export function anAnimation(frames: number, format: "gif" | "webp"): Promise<Buffer> {
  const side = 12;
  const all = sharp(noise(side * side * frames * 3), {
    raw: { width: side, height: side * frames, channels: 3, pageHeight: side },
  });
  return all.toFormat(format, frames > 1 ? { delay: Array(frames).fill(100), loop: 0 } : {}).toBuffer();
}
