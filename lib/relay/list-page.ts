/** One listing call, with the token renewed once where Dropbox refuses it. */
import type { Entry } from "../core/plan.ts";
import type { DropboxError } from "../dropbox/result.ts";
import type { Link, Services } from "./services.ts";

/** Entries asked for a listing: one commit script's worth. */
export const LISTING_LIMIT = 500;

export type ListedPage =
  | { kind: "page"; entries: Entry[]; cursor: string; hasMore: boolean }
  | { kind: "reset" }
  | { kind: "unavailable"; message: string; afterMs: number | null }
  /** `refused`: no credential is left that Dropbox accepts. */
  | { kind: "trouble"; message: string; refused: boolean };

/** The next listing from `cursor`, or from the folder's start when it is "". */
export async function listPage(services: Services, link: Link, cursor: string): Promise<ListedPage> {
  const token = await link.sourceCredential.current();
  if (token.kind !== "token") return failed(token);
  let result = await ask(services, link, cursor, token.value);
  if (!result.ok && (result.error.kind === "expiredToken" || result.error.kind === "invalidToken")) {
    const renewed = await link.sourceCredential.renew(token.value);
    if (renewed.kind !== "token") return failed(renewed);
    result = await ask(services, link, cursor, renewed.value);
  }
  if (!result.ok) return verdict(result.error, cursor);
  const entries: Entry[] = [];
  for (const entry of result.data.entries) {
    if (entry.kind === "unreadable") services.log.warn({ link: link.id, path: entry.path }, "source.entry_unreadable");
    else entries.push(entry);
  }
  return { kind: "page", entries, cursor: result.data.cursor, hasMore: result.data.hasMore };
}

const ask = (services: Services, link: Link, cursor: string, token: string) =>
  cursor === ""
    ? services.dropbox.listFolder(token, { path: link.folder, recursive: true, limit: LISTING_LIMIT })
    : services.dropbox.listFolderContinue(token, cursor);

const failed = (token: { kind: "refused" | "unavailable"; message: string }): ListedPage =>
  token.kind === "refused"
    ? { kind: "trouble", message: token.message, refused: true }
    : { kind: "unavailable", message: token.message, afterMs: null };

function verdict(error: DropboxError, cursor: string): ListedPage {
  const message = `Dropbox ${error.kind}: ${error.message}`;
  switch (error.kind) {
    case "reset":
      return { kind: "reset" };
    case "badRequest":
    case "pathNotFound":
      // A cursor Dropbox cannot use, or whose folder went: start from the folder, which then says whether it exists.
      return cursor === "" ? { kind: "trouble", message, refused: false } : { kind: "reset" };
    case "rateLimited":
      return { kind: "unavailable", message, afterMs: error.retryAfterMs ?? 5_000 };
    case "server":
    case "network":
    case "timeout":
    case "invalidAnswer":
    case "tooLarge":
      return { kind: "unavailable", message, afterMs: error.retryAfterMs };
    case "expiredToken":
    case "invalidToken":
      return { kind: "trouble", message, refused: true };
    case "missingScope":
    case "forbidden":
    case "path":
    case "conflict":
      return { kind: "trouble", message, refused: false };
  }
}
