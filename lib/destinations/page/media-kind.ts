/** What becomes of a file at the Page: a photo, a video, a reel or a link. By its name and size, then by its bytes. Pure. */
import { overLimit } from "../../core/sizes.ts";
import type { ImageFormat, Sniffed } from "./sniff.ts";

export interface MediaRules {
  /** Largest picture we take into memory to make it fit. */
  photoInputMaxBytes: number;
  videoMaxBytes: number;
  /** What an MP4 becomes. A reel must be upright and at most 90 s long, which neither name nor size tell. */
  mp4As: "video" | "reel";
}

export type MediaKind =
  /** `mustConvert`: Facebook does not take this format as it is. */
  | { kind: "photo"; format: ImageFormat; mustConvert: boolean }
  | { kind: "video" | "reel" }
  /** `reason` when the file looks like media and cannot be posted as such; null for any other file. */
  | { kind: "link"; reason: string | null };

const PHOTOS: Record<string, ImageFormat> = {
  jpg: "jpeg",
  jpeg: "jpeg",
  jpe: "jpeg",
  jfif: "jpeg",
  png: "png",
  gif: "gif",
  webp: "webp",
  heic: "heic",
  heif: "heic",
  hif: "heic",
  avif: "avif",
  tif: "tiff",
  tiff: "tiff",
  bmp: "bmp",
  dib: "bmp",
};

const TAKEN_AS_IS: readonly ImageFormat[] = ["jpeg", "png", "gif", "tiff", "bmp"];

/** The containers Facebook lists; `gif` and `dat` are left out: the one is a photo here, the other may be anything. */
const VIDEOS = new Set(
  (
    "3g2 3gp 3gpp asf avi divx dv f4v flv m2ts m4v mkv mod mov mp4 mpe mpeg mpeg4 mpg mts nsv ogm ogv qt tod ts vob " +
    "wmv"
  ).split(" "),
);

/**
 * Decides by name and size. `sniffed` is what `sniff` found once the bytes were read (null: nothing known) and corrects
 * the name; it says nothing of a file whose name is not one of media, since raw photos begin like a TIFF.
 */
export function mediaKindOf(
  file: { name: string; size: number },
  rules: MediaRules,
  sniffed?: Sniffed | null,
): MediaKind {
  const extension = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? "";
  const byName = Object.hasOwn(PHOTOS, extension) ? PHOTOS[extension] : undefined;
  const isVideoByName = VIDEOS.has(extension);
  if (byName === undefined && !isVideoByName) return { kind: "link", reason: null };
  if (file.size === 0) return { kind: "link", reason: "the file is empty" };
  if (sniffed === null && byName !== undefined) {
    return { kind: "link", reason: "the file is named like a picture and holds none that is known here" };
  }
  if (sniffed?.kind === "image") return photo(sniffed.format, file.size, rules);
  if (byName !== undefined && sniffed?.kind !== "video") return photo(byName, file.size, rules);
  return video(sniffed?.kind === "video" ? sniffed.format === "mp4" : extension === "mp4", file.size, rules);
}

function photo(format: ImageFormat, size: number, rules: MediaRules): MediaKind {
  const limit = rules.photoInputMaxBytes;
  if (size > limit) return { kind: "link", reason: `a picture of ${overLimit(size, limit)}` };
  return { kind: "photo", format, mustConvert: !TAKEN_AS_IS.includes(format) };
}

function video(isMp4: boolean, size: number, rules: MediaRules): MediaKind {
  const limit = rules.videoMaxBytes;
  if (size > limit) return { kind: "link", reason: `a video of ${overLimit(size, limit)}` };
  return { kind: isMp4 && rules.mp4As === "reel" ? "reel" : "video" };
}
