/**
 * Turns one listing into what to remember and what to deliver. Pure: the same listing under the same knowledge always
 * gives the same plan, so a listing that is read twice changes nothing.
 */
import { z } from "zod";
import type { Delivery, Priority } from "./delivery.ts";
import { type Rules, whyNotSelected } from "./selection.ts";

/** One line of a listing, as the source's client parsed it. */
export type Entry =
  | {
      kind: "file";
      id: string;
      rev: string;
      name: string;
      path: string;
      pathLower: string;
      size: number;
      serverModified: number;
      isDownloadable: boolean;
    }
  | { kind: "folder"; path: string; pathLower: string }
  | { kind: "deleted"; path: string; pathLower: string };

/** baseline: the first whole listing; following: from the cursor; rebuilding: a whole listing after a cursor reset. */
export type Phase = "baseline" | "following" | "rebuilding";

/** What we remember of a file. `old`: there before the relay, never to be published by an edit or rename alone. */
export const knownFileSchema = z.object({
  rev: z.string(),
  path: z.string(),
  old: z.boolean().optional(),
  skipped: z.string().optional(),
});
export type KnownFile = z.infer<typeof knownFileSchema>;

/** The value in the path table that marks a folder; a file's is its id. */
export const FOLDER = "folder";

export interface PlanInput {
  entries: readonly Entry[];
  phase: Phase;
  /** Files known by id; a missing id is a file never seen. */
  known: ReadonlyMap<string, KnownFile>;
  /** Path table for the deleted paths of this listing: file id or FOLDER. */
  pathOwners: ReadonlyMap<string, string>;
  instance: { id: string; folder: string; since: number; backfill: "none" | "all"; rules: Rules };
  now: number;
  seenBy: Delivery["seenBy"];
}

export interface Plan {
  files: Map<string, KnownFile>;
  paths: Map<string, string>;
  pathsGone: string[];
  /** Deleted folders whose children must leave the path table too. */
  foldersGone: string[];
  deliveries: Delivery[];
  skipped: { path: string; reason: string }[];
}

/** The last word of a listing on each path and each file: a run may name a path several times, and the last entry wins. */
export function collapse(entries: readonly Entry[]): Entry[] {
  const byPath = new Map<string, Entry>();
  for (const entry of entries) {
    if (entry.kind === "deleted") {
      const below = `${entry.pathLower}/`;
      for (const path of byPath.keys()) if (path.startsWith(below)) byPath.delete(path);
    }
    byPath.delete(entry.pathLower);
    byPath.set(entry.pathLower, entry);
  }
  const byId = new Map<string, Entry>();
  const rest: Entry[] = [];
  for (const entry of byPath.values()) {
    if (entry.kind === "file") byId.set(entry.id, entry);
    else rest.push(entry);
  }
  return [...rest, ...byId.values()];
}

const OLD = "was in the folder before the relay and has never been published";

/** Plans one listing. The entries must have gone through `collapse`. */
export function plan(input: PlanInput): Plan {
  const { instance, known } = input;
  const result: Plan = {
    files: new Map(),
    paths: new Map(),
    pathsGone: [],
    foldersGone: [],
    deliveries: [],
    skipped: [],
  };

  for (const entry of input.entries) {
    if (entry.kind === "folder") {
      result.paths.set(entry.pathLower, FOLDER);
      continue;
    }
    if (entry.kind === "deleted") {
      const owner = input.pathOwners.get(entry.pathLower);
      if (owner !== undefined) result.pathsGone.push(entry.pathLower);
      if (owner === FOLDER) result.foldersGone.push(entry.pathLower);
      continue;
    }
    const before = known.get(entry.id);
    result.paths.set(entry.pathLower, entry.id);
    if (before?.rev === entry.rev && before.path === entry.path) continue;

    const verdict = judge(entry, before, input);
    result.files.set(entry.id, {
      rev: entry.rev,
      path: entry.path,
      ...(verdict.kind === "old" ? { old: true } : {}),
      ...(verdict.kind === "skip" ? { skipped: verdict.reason } : {}),
    });
    if (verdict.kind === "old" && before !== undefined) result.skipped.push({ path: entry.path, reason: OLD });
    if (verdict.kind === "skip") result.skipped.push({ path: entry.path, reason: verdict.reason });
    if (verdict.kind !== "deliver") continue;
    result.deliveries.push({
      id: entry.id,
      instance: instance.id,
      rev: entry.rev,
      name: entry.name,
      path: entry.path,
      size: entry.size,
      serverModified: entry.serverModified,
      priority: verdict.priority,
      seenAt: input.now,
      seenBy: input.seenBy,
      attempts: [],
    });
  }
  result.pathsGone = result.pathsGone.filter((path) => !result.paths.has(path));
  return result;
}

type Verdict = { kind: "deliver"; priority: Priority } | { kind: "skip"; reason: string } | { kind: "old" };

function judge(entry: Entry & { kind: "file" }, before: KnownFile | undefined, input: PlanInput): Verdict {
  const { instance, phase } = input;
  if (before?.old) return { kind: "old" };
  const isOld = before === undefined && phase === "baseline" && entry.serverModified < floorToSecond(instance.since);
  if (isOld && instance.backfill === "none") return { kind: "old" };
  const reason = entry.isDownloadable
    ? whyNotSelected(entry, instance.folder, instance.rules)
    : "has no content of its own to download (a shortcut or an online document)";
  if (reason !== null) return { kind: "skip", reason };
  return { kind: "deliver", priority: isOld ? "backfill" : "live" };
}

/** Dropbox tells times in whole seconds: a file of the same second as `since` counts as new. */
const floorToSecond = (ms: number): number => Math.floor(ms / 1000) * 1000;
