/**
 * Turns one listing into what to remember and what to deliver. Pure: the same listing under the same knowledge always
 * gives the same plan, so a listing that is read twice changes nothing.
 */
import type { Delivery, Priority } from "./delivery.ts";
import { goneDelivery, mayBeThere } from "./gone.ts";
import { FOLDER, isAt, type KnownFile, knownPath } from "./known-file.ts";
import { type NotSelected, notSelectedBy, type Rules, whyNotSelected } from "./selection.ts";

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

export interface PlanInput {
  entries: readonly Entry[];
  phase: Phase;
  /** Files known by id; a missing id is a file never seen. */
  known: ReadonlyMap<string, KnownFile>;
  /** Path table for the deleted paths of this listing, and for all of them where files are followed: file id or FOLDER. */
  pathOwners: ReadonlyMap<string, string>;
  /** Where the destination wants to know of files that are gone: all that the whole listing shows, by id. Else null. */
  follow: { listed: ReadonlySet<string> } | null;
  instance: { id: string; folder: string; since: number; backfill: "none" | "all"; rules: Rules };
  now: number;
  seenBy: Delivery["seenBy"];
}

export interface Plan {
  files: Map<string, KnownFile>;
  paths: Map<string, string>;
  pathsGone: string[];
  /** Deleted folders, whose children are gone too. */
  foldersGone: string[];
  deliveries: Delivery[];
  skipped: { path: string; reason: string }[];
}

/**
 * The last word of a listing on each path and each file: a run may name a path several times, and the last entry wins.
 * But a folder that was deleted and made again is told as both, for what was in it is gone.
 */
export function collapse(entries: readonly Entry[]): Entry[] {
  const byPath = new Map<string, Entry>();
  const emptied = new Map<string, Entry>();
  for (const entry of entries) {
    if (entry.kind === "deleted") {
      const below = `${entry.pathLower}/`;
      for (const path of byPath.keys()) if (path.startsWith(below)) byPath.delete(path);
      emptied.set(entry.pathLower, entry);
    } else if (entry.kind === "file") emptied.delete(entry.pathLower);
    byPath.delete(entry.pathLower);
    byPath.set(entry.pathLower, entry);
  }
  const byId = new Map<string, Entry>();
  const rest: Entry[] = [...emptied.values()];
  for (const entry of byPath.values()) {
    if (entry.kind === "file") byId.set(entry.id, entry);
    else if (entry.kind === "folder") rest.push(entry);
  }
  return [...rest, ...byId.values()];
}

/** What has nothing that could be sent. */
export const NO_CONTENT = "has no content of its own to download (a shortcut or an online document)";
const OLD = "was in the folder before the relay and has never been published";

/** Plans one listing. The entries must have gone through `collapse`. */
export function plan(input: PlanInput): Plan {
  const { instance, known, follow } = input;
  const seen = { instance: instance.id, seenBy: input.seenBy, seenAt: input.now };
  const result: Plan = {
    files: new Map(),
    paths: new Map(),
    pathsGone: [],
    foldersGone: [],
    deliveries: [],
    skipped: [],
  };

  /** What was at a path until now: gone, unless the listing shows it elsewhere or it was last seen elsewhere. */
  const went = (owner: string | undefined, pathLower: string) => {
    const file = owner === undefined || owner === FOLDER ? undefined : known.get(owner);
    if (follow === null || owner === undefined || file === undefined) return;
    if (follow.listed.has(owner) || !isAt(file, pathLower) || !mayBeThere(file)) return;
    result.files.set(owner, { ...file, gone: "deleted" });
    result.deliveries.push(goneDelivery("deleted", { ...file, id: owner, size: 0 }, seen));
  };

  for (const entry of input.entries) {
    const owner = input.pathOwners.get(entry.pathLower);
    if (entry.kind === "folder") {
      result.paths.set(entry.pathLower, FOLDER);
      went(owner, entry.pathLower);
      continue;
    }
    if (entry.kind === "deleted") {
      if (owner !== undefined) result.pathsGone.push(entry.pathLower);
      if (owner === FOLDER) result.foldersGone.push(entry.pathLower);
      went(owner, entry.pathLower);
      continue;
    }
    // Whatever was there is replaced.
    if (owner === FOLDER) result.foldersGone.push(entry.pathLower);
    if (owner !== entry.id) went(owner, entry.pathLower);
    const before = known.get(entry.id);
    result.paths.set(entry.pathLower, entry.id);
    if (before?.rev === entry.rev && before.path === entry.path && before.gone === undefined) continue;

    const verdict = judge(entry, before, input);
    const left = verdict.kind === "skip" && follow !== null && before !== undefined && mayBeThere(before);
    result.files.set(entry.id, {
      rev: entry.rev,
      ...knownPath(entry.path, entry.pathLower),
      ...(verdict.kind === "old" ? { old: true } : {}),
      ...(verdict.kind === "deliver" ? {} : { size: entry.size }),
      ...(verdict.kind === "skip" ? { skipped: verdict.reason } : {}),
      ...(verdict.kind === "skip" && verdict.rule !== null ? { skippedBy: verdict.rule } : {}),
      ...(left && !isOutside(entry, instance) ? { sent: true } : {}),
    });
    if (left && isOutside(entry, instance)) result.deliveries.push(goneDelivery("movedOut", entry, seen));
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

type Verdict = { kind: "deliver"; priority: Priority } | ({ kind: "skip" } & NotSelected) | { kind: "old" };

function judge(entry: Entry & { kind: "file" }, before: KnownFile | undefined, input: PlanInput): Verdict {
  const { instance, phase } = input;
  if (before?.old) return { kind: "old" };
  const isOld = before === undefined && phase === "baseline" && entry.serverModified < floorToSecond(instance.since);
  if (isOld && instance.backfill === "none") return { kind: "old" };
  if (!entry.isDownloadable) {
    return { kind: "skip", reason: NO_CONTENT, rule: null };
  }
  const not = notSelectedBy(entry, instance.folder, instance.rules);
  if (not !== null) return { kind: "skip", ...not };
  return { kind: "deliver", priority: isOld ? "backfill" : "live" };
}

/** By its name or place. A file that was edited beyond a limit is still there, and so is what was made of it. */
const isOutside = (entry: Entry & { kind: "file" }, { folder, rules }: PlanInput["instance"]): boolean =>
  entry.isDownloadable && whyNotSelected({ ...entry, size: 0 }, folder, rules) !== null;

/** Dropbox tells times in whole seconds: a file of the same second as `since` counts as new. */
const floorToSecond = (ms: number): number => Math.floor(ms / 1000) * 1000;
