/** Cursors and listings: a cursor is a place in the journal with the folder and the options it was made for. */
import { z } from "zod";
import { type Change, parentOf } from "./dropbox-nodes.ts";
import type { Tree } from "./dropbox-tree.ts";

/** Dropbox decides the size of a page when no limit is given. */
const PAGE_DEFAULT = 500;

const cursorFields = z.object({
  epoch: z.number(),
  position: z.number().int().nonnegative(),
  /** Before this position deletions are left out: the reader has seen nothing yet. */
  firstEnd: z.number().int(),
  scope: z.string(),
  recursive: z.boolean(),
  withDeleted: z.boolean(),
  onlyDownloadable: z.boolean(),
  limit: z.number().int().positive(),
  serial: z.number(),
});
export type Cursor = z.infer<typeof cursorFields>;

export const listArgument = z.strictObject({
  path: z.string(),
  recursive: z.boolean().default(false),
  include_deleted: z.boolean().default(false),
  include_mounted_folders: z.boolean().default(true),
  include_non_downloadable_files: z.boolean().default(true),
  include_has_explicit_shared_members: z.boolean().default(false),
  include_media_info: z.boolean().default(false),
  limit: z.number().int().min(1).max(2000).nullish(),
});

export type Opened = { ok: true; cursor: Cursor } | { ok: false; tag: string } | { ok: false; unreadable: true };
export type Page = { changes: Change[]; cursor: string; hasMore: boolean };

/** How listings may differ from the plain case, each allowed by Dropbox's documents. */
export interface ListingManners {
  /** Pages hold at most this many entries, whatever the limit. */
  pageMax?: number;
  /** So many of the next pages are empty and say there is more. */
  emptyPages?: number;
}

export type Listing = ReturnType<typeof createListing>;

export function createListing(tree: Tree) {
  let epoch = 1;
  let serial = 0;
  const manners: ListingManners = {};

  const encode = (cursor: Cursor): string => {
    serial += 1;
    return `AAE${Buffer.from(JSON.stringify({ ...cursor, serial })).toString("base64url")}`;
  };

  /** The folder's path now, or the tag of what is wrong with it. */
  function folderAt(scope: string): { path: string } | { tag: string } {
    if (scope === "") return { path: "" };
    const node = scope.startsWith("id:") ? tree.byId(scope) : tree.at(scope);
    if (node === undefined) return { tag: "path/not_found" };
    return node.tag === "folder" ? { path: node.pathLower } : { tag: "path/not_folder" };
  }

  function shows(cursor: Cursor, folder: string, position: number, change: Change): boolean {
    const { pathLower } = change;
    const inScope = cursor.recursive
      ? folder === "" || pathLower === folder || pathLower.startsWith(`${folder}/`)
      : parentOf(pathLower) === folder;
    if (!inScope) return false;
    if (change.tag === "file" && cursor.onlyDownloadable && !change.downloadable) return false;
    if (change.tag !== "deleted") return tree.isLatest(position);
    if (position < cursor.firstEnd) return cursor.withDeleted && tree.isLatest(position);
    // A folder's deletion stands even when the folder came back: what was in it did not.
    return change.wasFolder || tree.isLatest(position);
  }

  /** Positions from the cursor on that it shows, at most `max`. */
  function positions(cursor: Cursor, folder: string, max: number): number[] {
    const found: number[] = [];
    for (let position = cursor.position; position < tree.journal.length && found.length < max; position += 1) {
      const change = tree.journal[position];
      if (change !== undefined && shows(cursor, folder, position, change)) found.push(position);
    }
    return found;
  }

  return {
    manners,
    /** Every cursor given so far is answered with `reset`. */
    resetCursors(): void {
      epoch += 1;
    },
    /** `from` end: only what comes from now on. */
    open(argument: z.infer<typeof listArgument>, from: "start" | "end"): Opened {
      const scope = argument.path.startsWith("id:") ? argument.path : argument.path.toLowerCase();
      const folder = folderAt(scope);
      if ("tag" in folder) return { ok: false, tag: folder.tag };
      const end = tree.journal.length;
      const cursor: Cursor = {
        epoch,
        position: from === "end" ? end : 0,
        firstEnd: end,
        scope,
        recursive: argument.recursive,
        withDeleted: argument.include_deleted,
        onlyDownloadable: !argument.include_non_downloadable_files,
        limit: argument.limit ?? PAGE_DEFAULT,
        serial: 0,
      };
      return { ok: true, cursor };
    },
    read(token: string): Opened {
      let parsed: unknown;
      try {
        parsed = JSON.parse(Buffer.from(token.slice(3), "base64url").toString());
      } catch {
        return { ok: false, unreadable: true };
      }
      const checked = cursorFields.safeParse(parsed);
      if (!token.startsWith("AAE") || !checked.success) return { ok: false, unreadable: true };
      if (checked.data.epoch !== epoch) return { ok: false, tag: "reset" };
      const folder = folderAt(checked.data.scope);
      return "tag" in folder ? { ok: false, tag: folder.tag } : { ok: true, cursor: checked.data };
    },
    encode,
    page(cursor: Cursor): Page {
      const folder = folderAt(cursor.scope);
      if ("tag" in folder) throw new Error("a page of a folder that is gone");
      if ((manners.emptyPages ?? 0) > 0) {
        manners.emptyPages = (manners.emptyPages ?? 0) - 1;
        return { changes: [], cursor: encode(cursor), hasMore: true };
      }
      const limit = Math.min(cursor.limit, manners.pageMax ?? cursor.limit);
      const found = positions(cursor, folder.path, limit + 1);
      const changes = found.slice(0, limit).flatMap((position) => tree.journal[position] ?? []);
      const next = found[limit];
      return {
        changes,
        cursor: encode({ ...cursor, position: next ?? tree.journal.length }),
        hasMore: next !== undefined,
      };
    },
    hasChanges(cursor: Cursor): boolean {
      const folder = folderAt(cursor.scope);
      return "tag" in folder || positions(cursor, folder.path, 1).length > 0;
    },
  };
}
