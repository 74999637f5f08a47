/** Where pages find the small pictures of files: one address for 25 of them, and the place of each in it. Pure. */
import { isPicture, type PictureOf, SHEET_MAX } from "../core/picture.ts";
import type { Story } from "../core/story.ts";

export const SHEET_FILES_MAX = SHEET_MAX;

export interface Thumbnail {
  src: string;
  /** From 0. */
  place: number;
}

const written = ({ id, rev }: PictureOf): string => `${rev} ${id}`;

/** What an address names; null: nothing of ours. An id has no spaces. */
export function readPicture(text: string): PictureOf | null {
  const cut = text.lastIndexOf(" ");
  return cut < 1 || cut === text.length - 1 ? null : { rev: text.slice(0, cut), id: text.slice(cut + 1) };
}

const sheetHref = (link: string, size: "small" | "large", files: readonly PictureOf[]): string =>
  `/thumbnails?${new URLSearchParams([["link", link], ["size", size], ...files.map((file) => ["file", written(file)])])}`;

/** By file id; files without a picture have none. */
export function thumbnailsOf(
  files: readonly { id: string; path: string | null; rev?: string | undefined }[],
  link: string,
): Map<string, Thumbnail> {
  const pictures = files.flatMap(({ id, path, rev }) =>
    path !== null && rev !== undefined && isPicture(path) ? [{ id, rev }] : [],
  );
  const thumbnails = new Map<string, Thumbnail>();
  for (let from = 0; from < pictures.length; from += SHEET_MAX) {
    const sheet = pictures.slice(from, from + SHEET_MAX);
    const src = sheetHref(link, "small", sheet);
    for (const [place, { id }] of sheet.entries()) thumbnails.set(id, { src, place });
  }
  return thumbnails;
}

/** The larger one of a story; null where there is no picture. */
export const largePicture = (story: Story, link: string): string | null =>
  "file" in story && isPicture(story.file.path) ? sheetHref(link, "large", [story.file]) : null;

/** In the place of a picture, for a file of a kind that has none: "TXT"; "" where its name says none, or none that fits. */
export const kindOf = (name: string): string => /[^.]\.([a-z0-9]{1,4})$/i.exec(name)?.[1]?.toUpperCase() ?? "";
