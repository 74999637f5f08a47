/**
 * The files of a table: those of one state that fit a filter. Looks through a bounded number of them, newest first where
 * they are over, and says where to go on; what was left out lies in a table without order, and is looked through likewise.
 */
import type { Listed, ListedState } from "../core/listed.ts";
import type { Context } from "./context.ts";
import { LIST_MAX, listDeliveries } from "./list-deliveries.ts";
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
  | { kind: "leftOut"; id: string; path: string; reason: string };

export interface Found {
  files: FoundFile[];
  /** Where to go on; null: that was all. */
  after: string | null;
  /** How many were looked at. */
  looked: number;
}

/** Rows of one page. */
export const SHOWN_MAX = 50;
/** Parts that one page looks through to fill its rows. */
const PARTS_MAX = 5;
const OLD = "was there before the relay";

/** Null: `after` is none of ours. */
export async function searchFiles(
  { board }: Pick<Context, "board">,
  link: Link,
  asked: { state: FileState; filter: FileFilter; after: string | null },
): Promise<Found | null> {
  const { state, filter } = asked;
  const found: Found = { files: [], after: asked.after, looked: 0 };
  for (let part = 0; part < PARTS_MAX && found.files.length < SHOWN_MAX; part += 1) {
    const left = SHOWN_MAX - found.files.length;
    const next =
      state === "leftOut"
        ? await leftOut(board, link.id, filter, found.after)
        : await deliveries(link, state, filter, found.after, isEmpty(filter) ? left : LIST_MAX);
    if (next === null) return null;
    found.files.push(...next.files);
    found.looked += next.looked;
    found.after = next.after;
    if (next.after === null) break;
  }
  return found;
}

const isEmpty = ({ words, folder, since }: FileFilter): boolean => words === "" && folder === "" && since === null;

async function deliveries(
  link: Link,
  state: ListedState,
  filter: FileFilter,
  after: string | null,
  limit: number,
): Promise<Found | null> {
  const part = await listDeliveries(link, { state, limit, after });
  if (part === null) return null;
  const files = part.deliveries
    .filter(({ path, at }) => fits(filter, path ?? "") && (filter.since === null || at >= filter.since))
    .map((listed) => ({ kind: "delivery" as const, listed }));
  return { files, after: part.after, looked: part.deliveries.length };
}

async function leftOut(
  board: Context["board"],
  instance: string,
  filter: FileFilter,
  after: string | null,
): Promise<Found | null> {
  if (after !== null && !/^\d{1,20}$/.test(after)) return null;
  const part = await board.leftOut(instance, after ?? "0");
  const files = part.files
    .filter(({ file }) => fits(filter, file.path))
    .map(({ id, file }) => ({ kind: "leftOut" as const, id, path: file.path, reason: file.skipped ?? OLD }));
  return { files, after: part.next, looked: part.files.length };
}

function fits({ words, folder }: FileFilter, path: string): boolean {
  const lower = path.normalize("NFC").toLowerCase();
  if (!lower.includes(words.normalize("NFC").toLowerCase())) return false;
  const within = folder.normalize("NFC").toLowerCase().replace(/\/+$/, "");
  return within === "" || lower.startsWith(`${within.startsWith("/") ? within : `/${within}`}/`);
}
