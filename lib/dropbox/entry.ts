/**
 * What a listing says, in our words. Unknown fields are let through and null counts as absent, since Dropbox adds fields
 * often and may send either. Source: `Metadata`, `ListFolderResult` in files.stone.
 */
import { z } from "zod";

export type Entry =
  | {
      kind: "file";
      id: string;
      rev: string;
      name: string;
      path: string;
      pathLower: string;
      size: number;
      /** Milliseconds. */
      serverModified: number;
      /** False for documents that can only be exported, and for symbolic links, which have no bytes of their own. */
      isDownloadable: boolean;
      contentHash?: string;
    }
  | { kind: "folder"; pathLower: string; path: string }
  | { kind: "deleted"; pathLower: string; path: string }
  /** Outside our schema; it never holds up the rest of the listing. */
  | { kind: "unreadable"; path: string | null };

export interface Page {
  entries: Entry[];
  cursor: string;
  hasMore: boolean;
}

const text = z.string().min(1);
/** `FileId` of the specification, in letters that are safe in an address. Without `id:` two files could share a record. */
const fileId = z.string().regex(/^id:[\x21-\x7e]{1,255}$/);
const paths = { path_lower: text, path_display: z.string().nullish() };

const fileSchema = z.looseObject({
  ".tag": z.literal("file"),
  ...paths,
  id: fileId,
  /** Goes into a header. */
  rev: text.max(255),
  name: text,
  /** uint64 by the specification; past 2^53 it could not be held exactly. */
  size: z.int().nonnegative(),
  server_modified: z.iso.datetime({ offset: true }),
  is_downloadable: z.boolean().nullish(),
  symlink_info: z.unknown().optional(),
  content_hash: z.string().nullish(),
});

const entrySchema = z.discriminatedUnion(".tag", [
  fileSchema,
  z.looseObject({ ".tag": z.literal("folder"), ...paths }),
  z.looseObject({ ".tag": z.literal("deleted"), ...paths }),
]);

/** Never throws: what does not fit is an `unreadable` entry, with its path where there is one. */
export function parseEntry(value: unknown): Entry {
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) return { kind: "unreadable", path: pathOf(value) };
  const entry = parsed.data;
  const pathLower = entry.path_lower;
  const path = entry.path_display || pathLower;
  if (entry[".tag"] !== "file") return { kind: entry[".tag"], pathLower, path };
  return {
    kind: "file",
    id: entry.id,
    rev: entry.rev,
    name: entry.name,
    path,
    pathLower,
    size: entry.size,
    serverModified: Date.parse(entry.server_modified),
    isDownloadable: (entry.is_downloadable ?? true) && (entry.symlink_info ?? null) === null,
    ...(entry.content_hash ? { contentHash: entry.content_hash } : {}),
  };
}

const anyPathSchema = z.looseObject({ path_display: z.unknown().optional(), path_lower: z.unknown().optional() });

function pathOf(value: unknown): string | null {
  const parsed = anyPathSchema.safeParse(value);
  if (!parsed.success) return null;
  const { path_display: display, path_lower: lower } = parsed.data;
  if (typeof display === "string" && display !== "") return display;
  return typeof lower === "string" && lower !== "" ? lower : null;
}

/** We ask for 500, and Dropbox gives 2000 at most: more is no listing, and planning it could take minutes. */
const ENTRIES_MAX = 5000;

/** `has_more` is required: guessing false would end a listing early, and nobody would see it. */
export const pageSchema = z
  .looseObject({ entries: z.array(z.unknown()).max(ENTRIES_MAX), cursor: text, has_more: z.boolean() })
  .transform((page): Page => ({ entries: page.entries.map(parseEntry), cursor: page.cursor, hasMore: page.has_more }));

/** A single entry that was asked for by name: here an unreadable one is a failure. */
export const metadataSchema = z
  .unknown()
  .transform(parseEntry)
  .refine((entry): entry is Exclude<Entry, { kind: "unreadable" }> => entry.kind !== "unreadable");

export const cursorSchema = z.looseObject({ cursor: text }).transform(({ cursor }) => ({ cursor }));

export const sharedLinkSchema = z.looseObject({ url: z.url() }).transform(({ url }) => ({ url }));

export const sharedLinksSchema = z
  .looseObject({ links: z.array(z.unknown()) })
  .transform(({ links }) => links.flatMap((one) => sharedLinkSchema.safeParse(one).data?.url ?? []));

export const temporaryLinkSchema = z.looseObject({ link: z.url() }).transform(({ link }) => ({ link }));

export interface Account {
  accountId: string;
  email?: string;
  name?: string;
}

export const accountSchema = z
  .looseObject({
    account_id: text,
    email: z.string().nullish(),
    name: z.looseObject({ display_name: z.string().nullish() }).nullish(),
  })
  .transform(
    (account): Account => ({
      accountId: account.account_id,
      ...(account.email ? { email: account.email } : {}),
      ...(account.name?.display_name ? { name: account.name.display_name } : {}),
    }),
  );
