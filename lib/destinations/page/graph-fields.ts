/** What is sent to Facebook with a photo or a post, in our words and in its own. */
import type { FileSource } from "./upload-body.ts";

/** A file on its way up: `name` and `type` are hints, Facebook looks at the bytes. */
export interface UploadedFile extends FileSource {
  name: string;
  type: string;
}

export interface PhotoWords {
  caption?: string;
  altText?: string;
  /** False: uploaded only, for a post to attach; gone after about a day. */
  published: boolean;
}

export interface NewPost {
  message?: string;
  link?: string;
  /** Ids of uploaded photos, in the order they are shown in. */
  attachedMedia?: readonly string[];
  published?: boolean;
}

export interface PostChanges {
  message?: string;
  isHidden?: boolean;
  isPublished?: boolean;
}

export interface PostSearch {
  since: number;
  after: string | null;
  limit?: number;
}

/** The changes of a post; what is left out stays as it is. */
export const changeFields = ({ message, isHidden, isPublished }: PostChanges) =>
  defined({ message, is_hidden: isHidden, is_published: isPublished });

export const photoFields = ({ caption, altText, published }: PhotoWords) =>
  defined({ caption, alt_text_custom: altText, published });

export function postFields({ message, link, attachedMedia, published }: NewPost) {
  return defined({
    message,
    link,
    attached_media: attachedMedia?.map((id) => ({ media_fbid: id })),
    published,
  });
}

export const seconds = (ms: number): number => Math.floor(ms / 1000);

/** Without the fields that were left out. */
const defined = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

export const textOf = (fields: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
