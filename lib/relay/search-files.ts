/**
 * The files of a table: those of one state that fit a filter. Looks through a bounded number of them, newest first where
 * they are over, and says where to go on; what was left out lies in a table without order, and is looked through likewise.
 */
import type { KnownFile } from "../core/known-file.ts";
import type { Listed, ListedState } from "../core/listed.ts";
import type { Context } from "./context.ts";
import { listDeliveries } from "./list-deliveries.ts";
import type { Link } from "./services.ts";

export const FILE_STATES = ["dead", "unclear", "waiting", "claimed", "settled", "leftOut"] as const;
export type FileState = (typeof FILE_STATES)[number];

export interface FileFilter {
  /** Part of the path, in any case. */
  words: string;
  /** The folder it lies in or below, in any case; "" for all. */
  folder: string;
  /** Nothing before this (ms); null: any time. What was left out has no time. */
  since: number | null;
}

export type FoundFile =
  | { kind: "delivery"; listed: Listed }
  | { kind: "leftOut"; id: string; path: string; rev: string; reason: string };

export interface Found {
  files: FoundFile[];
  /** Where to go on; null: that was all. */
  after: string | null;
  /** How many were looked at. */
  looked: number;
}

/** Rows of one page; where what was left out is dense, up to twice as many. */
export const SHOWN_MAX = 50;
/** Deliveries that one page looks through to find its rows, and in how many parts: each costs a kilobyte or two. */
export const LOOKED_MAX = 2_000;
const PART = 500;
/** Known files that one page looks through for those that were left out: three commands to eight. */
const SCANS_MAX = 8;
const SCAN_FIRST = 100;
const SCAN_MOST = 1_000;
const OLD = "was there before the relay";

/** Null: `after` is none of ours. */
export const searchFiles = (
  { board }: Pick<Context, "board">,
  link: Link,
  { state, filter, after }: { state: FileState; filter: FileFilter; after: string | null },
): Promise<Found | null> =>
  state === "leftOut" ? leftOut(board, link.id, filter, after) : deliveries(link, state, filter, after);

async function deliveries(link: Link, state: ListedState, filter: FileFilter, start: string | null) {
  const found: Found = { files: [], after: start, looked: 0 };
  const limit = isEmpty(filter) ? SHOWN_MAX : PART;
  while (found.looked < LOOKED_MAX) {
    const part = await listDeliveries(link, { state, limit, after: found.after });
    if (part === null) return null;
    for (const [n, listed] of part.deliveries.entries()) {
      found.looked += 1;
      // Newest first: whatever follows is older still.
      if (part.isNewestFirst && filter.since !== null && listed.at < filter.since) return { ...found, after: null };
      if (!fits(filter, listed.path ?? "") || (filter.since !== null && listed.at < filter.since)) continue;
      found.files.push({ kind: "delivery", listed });
      if (found.files.length < SHOWN_MAX) continue;
      const isLast = n === part.deliveries.length - 1 && part.after === null;
      return { ...found, after: isLast ? null : (part.marks[n] ?? null) };
    }
    found.after = part.after;
    if (part.after === null) break;
  }
  return found;
}

const isEmpty = ({ words, folder, since }: FileFilter): boolean => words === "" && folder === "" && since === null;

/** A scan cannot end within a part: parts grow while they bring little, and one that would flood the page is read anew, smaller. */
async function leftOut(board: Context["board"], instance: string, filter: FileFilter, start: string | null) {
  if (start !== null && !/^\d{1,20}$/.test(start)) return null;
  const found: Found = { files: [], after: start, looked: 0 };
  let count = SCAN_FIRST;
  for (let scans = 0; scans < SCANS_MAX && found.files.length < SHOWN_MAX; scans += 1) {
    const part = await board.leftOut(instance, found.after ?? "0", count);
    const files = part.files.filter(({ file }) => fits(filter, file.path));
    if (files.length > SHOWN_MAX && count > SCAN_FIRST) {
      count = SCAN_FIRST;
      continue;
    }
    for (const { id, file } of files) found.files.push({ kind: "leftOut", id, ...wordsOf(file) });
    found.looked += part.looked;
    found.after = part.next;
    if (part.next === null) break;
    count = Math.min(SCAN_MOST, count * 4);
  }
  return found;
}

const wordsOf = ({ path, rev, skipped }: KnownFile) => ({ path, rev, reason: skipped ?? OLD });

function fits({ words, folder }: FileFilter, path: string): boolean {
  const lower = path.normalize("NFC").toLowerCase();
  if (!lower.includes(words.normalize("NFC").toLowerCase())) return false;
  const within = folder.normalize("NFC").toLowerCase().replace(/\/+$/, "");
  return within === "" || lower.startsWith(`${within.startsWith("/") ? within : `/${within}`}/`);
}
