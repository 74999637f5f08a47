/** What bytes are a picture of, by how they begin. */
import { createHash } from "node:crypto";

const ACCEPTED = ["image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff"];

const starts = (bytes: Uint8Array, text: string, at = 0): boolean =>
  Buffer.from(bytes.subarray(at, at + text.length)).toString("latin1") === text;

/** The type of the content; null when it is no picture at all. */
export function pictureType(bytes: Uint8Array): string | null {
  if (starts(bytes, "\xff\xd8\xff")) return "image/jpeg";
  if (starts(bytes, "\x89PNG")) return "image/png";
  if (starts(bytes, "GIF8")) return isAnimated(bytes) ? "image/gif; animated" : "image/gif";
  if (starts(bytes, "BM")) return "image/bmp";
  if (starts(bytes, "II*\0") || starts(bytes, "MM\0*")) return "image/tiff";
  if (starts(bytes, "RIFF") && starts(bytes, "WEBP", 8)) return "image/webp";
  if (starts(bytes, "ftyp", 4) && /^(hei|hev|mif|msf|avi)/.test(Buffer.from(bytes.subarray(8, 12)).toString()))
    return "image/heic";
  return null;
}

/** Moving GIFs carry this block. */
const isAnimated = (bytes: Uint8Array): boolean => Buffer.from(bytes).includes("NETSCAPE2.0");

export const isAccepted = (type: string): boolean => ACCEPTED.includes(type);

export const hashOf = (parts: Iterable<Uint8Array>): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};
