/**
 * The Dropbox routes the relay uses, one method each. Every call is one attempt under a time limit; who repeats it and
 * who renews the token is decided elsewhere. Source: files.stone, users.stone; HTTP documentation (RPC, content download).
 */
import type { z } from "zod";
import { type Exchange, exchange, readJson, urlOf } from "./call.ts";
import {
  accountSchema,
  cursorSchema,
  metadataSchema,
  pageSchema,
  sharedLinkSchema,
  sharedLinksSchema,
  temporaryLinkSchema,
} from "./entry.ts";
import { failureOf, requestIdOf } from "./failure.ts";
import type { DropboxError, DropboxErrorKind, DropboxResult } from "./result.ts";
import { type ThumbnailSize, thumbnailArgument, thumbnailsSchema } from "./thumbnail.ts";

/** A page of 2000 entries with long paths stays under 4 MB; `limit` is only approximate. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

export interface DropboxOptions {
  /** For example `https://api.dropboxapi.com`; may carry a path prefix. */
  apiUrl: string;
  contentUrl: string;
  fetch: typeof fetch;
  timeoutMs: number;
}

export interface Folder {
  /** `""` or `/` for the root. */
  path: string;
  recursive: boolean;
}

export type DropboxClient = ReturnType<typeof createDropboxClient>;

export function createDropboxClient(options: DropboxOptions) {
  const { apiUrl, contentUrl, fetch, timeoutMs } = options;

  async function rpc<S extends z.ZodType>(
    token: string,
    route: string,
    argument: unknown,
    schema: S,
    signal?: AbortSignal,
    baseUrl = apiUrl,
  ): Promise<DropboxResult<z.output<S>>> {
    const url = urlOf(baseUrl, `/2/${route}`);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const body = JSON.stringify(argument);
    const sent = await exchange({ fetch, url, headers, body, timeoutMs, signal, maxBytes: ANSWER_BYTES_MAX });
    const bytes = bytesOf(sent, token);
    if (!bytes.ok) return bytes;
    const parsed = schema.safeParse(readJson(bytes.data));
    return parsed.success
      ? { ok: true, data: parsed.data }
      : refused("invalidAnswer", sent, "an answer we cannot read");
  }

  return {
    listFolder: (token: string, folder: Folder & { limit: number }, signal?: AbortSignal) =>
      rpc(token, "files/list_folder", { ...listing(folder), limit: folder.limit }, pageSchema, signal),

    /** Path and options are frozen in the cursor; Dropbox refuses any other field beside it. */
    listFolderContinue: (token: string, cursor: string, signal?: AbortSignal) =>
      rpc(token, "files/list_folder/continue", { cursor }, pageSchema, signal),

    /** The cursor that stands for "from now on", without entries. */
    latestCursor: (token: string, folder: Folder, signal?: AbortSignal) =>
      rpc(token, "files/list_folder/get_latest_cursor", listing(folder), cursorSchema, signal),

    getMetadata: (token: string, path: string, signal?: AbortSignal) =>
      rpc(token, "files/get_metadata", { path }, metadataSchema, signal),

    /** The link opens the file to anyone for 4 hours: not to be logged or kept. */
    temporaryLink: (token: string, path: string, signal?: AbortSignal) =>
      rpc(token, "files/get_temporary_link", { path }, temporaryLinkSchema, signal),

    /** Opens the file to anyone who has the link, for good. A link that is there already is a failure of its own. */
    createSharedLink: (token: string, path: string, signal?: AbortSignal) =>
      rpc(token, "sharing/create_shared_link_with_settings", { path }, sharedLinkSchema, signal),

    /** Those of the file itself, not of the folders it is in. */
    sharedLinks: (token: string, path: string, signal?: AbortSignal) =>
      rpc(token, "sharing/list_shared_links", { path, direct_only: true }, sharedLinksSchema, signal),

    /**
     * The bytes of a file of at most `maxBytes`; a longer one is `tooLarge` and its rest is not read. `range`: only the
     * bytes `from` up to, not including, `to`.
     */
    async download(
      token: string,
      path: string,
      { maxBytes, range }: { maxBytes: number; range?: { from: number; to: number } },
      signal?: AbortSignal,
    ): Promise<DropboxResult<{ bytes: Uint8Array }>> {
      const url = urlOf(contentUrl, "/2/files/download");
      const headers = {
        authorization: `Bearer ${token}`,
        "dropbox-api-arg": headerSafeJson({ path }),
        ...(range === undefined ? {} : { range: `bytes=${range.from}-${range.to - 1}` }),
      };
      const bytes = bytesOf(await exchange({ fetch, url, headers, body: null, timeoutMs, signal, maxBytes }), token);
      return bytes.ok ? { ok: true, data: { bytes: bytes.data } } : bytes;
    },

    /** Small JPEG pictures, of at most 25 files, in their order; null where Dropbox makes none. An RPC of the content host. */
    thumbnails: (token: string, paths: readonly string[], size: ThumbnailSize, signal?: AbortSignal) =>
      rpc(
        token,
        "files/get_thumbnail_batch",
        { entries: paths.map((path) => thumbnailArgument(path, size)) },
        thumbnailsSchema,
        signal,
        contentUrl,
      ),

    /** A route without argument takes the body `null`; `{}` would be refused. */
    currentAccount: (token: string, signal?: AbortSignal) =>
      rpc(token, "users/get_current_account", null, accountSchema, signal),
  };
}

function listing({ path, recursive }: Folder) {
  return { path: path === "/" ? "" : path, recursive, include_non_downloadable_files: false };
}

/** Headers are ASCII: everything from U+007F up goes as an escape per UTF-16 unit. Source: Dropbox JSON encoding. */
function headerSafeJson(argument: unknown): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(argument).replace(/[\u007f-\uffff]/g, escaped);
}

function bytesOf(sent: Exchange, token: string): DropboxResult<Uint8Array> {
  if (sent.kind !== "answered") return refused(sent.kind, sent, sent.message);
  if (sent.status !== 200 && sent.status !== 206) return { ok: false, error: failureOf(sent, token, Date.now()) };
  if (sent.bytes === null) return refused("tooLarge", sent, "an answer longer than we take");
  return { ok: true, data: sent.bytes };
}

function refused(kind: DropboxErrorKind, sent: Exchange, message: string): { ok: false; error: DropboxError } {
  const answered = sent.kind === "answered" ? sent : null;
  const status = answered?.status ?? null;
  const requestId = answered === null ? null : requestIdOf(answered.headers);
  return { ok: false, error: { kind, status, tag: [], retryAfterMs: null, requestId, message } };
}
