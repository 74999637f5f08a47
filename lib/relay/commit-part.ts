/**
 * Plans entries of a listing and commits them. Most listings hold only new files, so it first plans as if nothing were
 * known; the commit script checks that belief and hands back the truth when it was wrong.
 */
import type { Delivery } from "../core/delivery.ts";
import { FOLDER, type KnownFile } from "../core/known-file.ts";
import { type Entry, type Plan, plan } from "../core/plan.ts";
import { parseKnownFile } from "../store/source-store.ts";
import { LISTING_LIMIT } from "./list-page.ts";
import { followsDeletions, type Link, type Services } from "./services.ts";
import type { Position } from "./source-position.ts";

/**
 * The files and paths, then the files that were at these paths, then what commits of folders' contents have changed.
 * Otherwise beliefs can only be wrong again if another run commits meanwhile, and the lease forbids that.
 */
const PLANS_MAX = 6;
/** A scan that finds nothing must not outlive the lease; a commit, even of nothing, renews it. */
const RENEW_EVERY = 50;

/** The listing that the entries are of. */
export interface Listed {
  token: string;
  position: Position;
  seenBy: Delivery["seenBy"];
  /** What all of it shows. */
  ids: ReadonlySet<string>;
  paths: ReadonlySet<string>;
}

/** `found`: about how many deliveries were committed, those of the contents of folders included. */
export type PartCommitted = { kind: "committed" | "lost"; found: number; plan: Plan };

/**
 * `source`: what to store of the listing's end; without a cursor in it, the same listing will be read again. `isOfFolder`:
 * the entries are all there was in a folder, so that nothing is looked for in the folders among them.
 */
export async function commitPart(
  services: Services,
  link: Link,
  listed: Listed,
  entries: readonly Entry[],
  source: Record<string, string>,
  isOfFolder = false,
): Promise<PartCommitted> {
  const follows = followsDeletions(link);
  let believedFiles = new Map<string, string>(
    entries.flatMap((entry) => (entry.kind === "file" ? [[entry.id, ""] as const] : [])),
  );
  let believedPaths = new Map<string, string>(
    entries.flatMap((entry) => (follows || entry.kind === "deleted" ? [[entry.pathLower, ""] as const] : [])),
  );
  const emptied = new Set<string>();
  let found = 0;
  for (let tried = 1; ; tried += 1) {
    const planned = planWith(services, link, listed, entries, { files: believedFiles, paths: believedPaths });
    const folders = follows && !isOfFolder ? planned.foldersGone.filter((folder) => !emptied.has(folder)) : [];
    if (folders.length > 0) {
      // Before the cursor moves: who dies here reads the listing again, and goes on with what is left.
      const contents = await commitContents(services, link, listed, folders);
      found += contents.found;
      if (contents.kind === "lost") return { kind: "lost", found, plan: planned };
      for (const folder of folders) emptied.add(folder);
    }
    const committed = await link.source.commit({
      token: listed.token,
      cursorBefore: listed.position.cursor,
      source,
      files: planned.files,
      paths: planned.paths,
      pathsGone: planned.pathsGone,
      deliveries: planned.deliveries,
      believedFiles,
      believedPaths,
      now: services.now(),
    });
    if (committed.kind !== "stale") {
      // Also when it is lost: the answer to a first, successful try may have been.
      return { kind: committed.kind, found: found + planned.deliveries.length, plan: planned };
    }
    believedFiles = committed.files;
    believedPaths = committed.paths;
    if (follows) {
      for (const owner of believedPaths.values())
        if (owner !== "" && owner !== FOLDER && !believedFiles.has(owner)) believedFiles.set(owner, "");
    }
    if (tried >= PLANS_MAX) throw new Error("the known files change under the lease");
  }
}

function planWith(
  services: Services,
  link: Link,
  { position, seenBy, ids }: Listed,
  entries: readonly Entry[],
  believed: { files: ReadonlyMap<string, string>; paths: ReadonlyMap<string, string> },
): Plan {
  const known = new Map<string, KnownFile>();
  for (const [id, value] of believed.files) {
    const file = parseKnownFile(value);
    if (file !== undefined) known.set(id, file);
  }
  return plan({
    entries,
    phase: position.phase,
    known,
    pathOwners: new Map([...believed.paths].filter(([, owner]) => owner !== "")),
    follow: followsDeletions(link) ? { listed: ids } : null,
    instance: {
      id: link.id,
      folder: link.folder,
      since: position.since,
      backfill: link.backfill,
      rules: link.rules,
    },
    now: services.now(),
    seenBy,
  });
}

/**
 * A folder's deletion names nothing of what was in it: all that is known below these folders is committed as if it had
 * been named, in bounded parts, but for the paths that the listing shows again.
 */
async function commitContents(
  services: Services,
  link: Link,
  listed: Listed,
  folders: readonly string[],
): Promise<{ kind: "committed" | "lost"; found: number }> {
  let found = 0;
  let scans = 0;
  for await (const below of link.source.pathsBelow(folders)) {
    scans += 1;
    const gone = below
      .filter((path) => !listed.paths.has(path))
      .map((path): Entry => ({ kind: "deleted", path, pathLower: path }));
    if (gone.length === 0 && scans % RENEW_EVERY !== 0) continue;
    for (let from = 0; from === 0 || from < gone.length; from += LISTING_LIMIT) {
      const part = await commitPart(services, link, listed, gone.slice(from, from + LISTING_LIMIT), {}, true);
      found += part.found;
      if (part.kind === "lost") return { kind: "lost", found };
    }
  }
  return { kind: "committed", found };
}
