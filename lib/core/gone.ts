/**
 * A file that was deleted, moved out of the folder, or renamed so that the rules no longer select it: one more delivery
 * of the same file, for destinations that follow. Pure.
 */
import type { Delivery } from "./delivery.ts";
import type { KnownFile } from "./known-file.ts";

/**
 * A gone file is not acted upon before this. Renames and moves are told as a deletion and a new path, which may come in
 * two listings, seconds apart; some editors save by deleting. What comes in time takes the deletion's place.
 */
export const GONE_GRACE_MS = 60_000;

/** Whether something of the file may be at the destination, or on its way there. */
export const mayBeThere = (file: KnownFile): boolean =>
  !file.old && file.gone === undefined && (file.skipped === undefined || file.sent === true);

/** Never the revision of a file: whatever comes of it later, the same one restored included, is another. */
const goneRev = (rev: string): string => `gone-${rev}`;

/** The revision that the file had when it went; any other as it is. */
export const revBeforeGone = (rev: string): string => rev.replace(/^gone-/, "");

/** `file` is what was known of it, `path` where it is now if that is seen. */
export function goneDelivery(
  gone: NonNullable<Delivery["gone"]>,
  file: { id: string; rev: string; path: string; size: number },
  more: Pick<Delivery, "instance" | "seenBy" | "seenAt">,
): Delivery {
  const { id, rev, path, size } = file;
  return {
    ...more,
    id,
    rev: goneRev(rev),
    name: path.slice(path.lastIndexOf("/") + 1),
    path,
    size,
    // When it went is told nowhere.
    serverModified: more.seenAt,
    priority: "live",
    attempts: [],
    gone,
  };
}
