/**
 * What a delivery tells a receiver: the change since what it was told last. Pure. The ledger's remote id holds what was
 * told: kind, event id and path.
 */
import { createHash } from "node:crypto";
import type { Claimed } from "../../core/delivery.ts";
import { revBeforeGone } from "../../core/gone.ts";
import { type Note, readNote } from "./note.ts";

const KINDS = ["created", "updated", "renamed", "deleted"] as const;
export type ChangeKind = (typeof KINDS)[number];

export interface Change {
  /** The same at every repeat, whatever else is in the body with it. */
  id: string;
  /** The event that was tried before it and may have been heard; "": none. */
  after: string;
  kind: ChangeKind;
  fileId: string;
  rev: string;
  name: string;
  path: string;
  size: number;
  /** Of a renamed file: the path that was told last. */
  formerPath: string | null;
  /** Of a deleted file: it is still in Dropbox, but no longer in the folder. */
  movedOut: boolean;
  /** When it happened (ms), as well as we know. */
  at: number;
  /** When the listing showed it (ms). */
  seenAt: number;
}

export interface Told {
  kind: ChangeKind;
  eventId: string;
  path: string;
}

export const writeTold = ({ kind, id, path }: Change): string => `${kind} ${id} ${path}`;

/** Null for what is not of our writing. */
export function readTold(remoteId: string): Told | null {
  const [, word, eventId, path] = /^([a-z]+) (\S+) (.*)$/s.exec(remoteId) ?? [];
  const kind = KINDS.find((one) => one === word);
  return kind === undefined || eventId === undefined || path === undefined ? null : { kind, eventId, path };
}

/** The change that a claimed delivery stands for, or why there is nothing to tell. */
export function changeOf(claimed: Claimed): Change | { skipped: string } {
  const { delivery, before, note } = claimed;
  const told = before === null ? null : readTold(before.remoteId);
  const isThere = told !== null && told.kind !== "deleted";
  const isReplay = delivery.priority === "replay";
  const tried = note === null ? null : readNote(note);
  // A noted attempt may have been heard, of this change or of one it took the place of; not what it was told last, for
  // that was a replay.
  const mayHaveHeard = tried !== null && tried.eventId !== told?.eventId;
  const { id: fileId, instance, rev, name, size, seenAt } = delivery;
  const make = (kind: ChangeKind, path: string, at: number): Change => ({
    ...identify([instance, fileId, rev, kind, path, told?.eventId ?? ""], mayHaveHeard ? tried : null),
    kind,
    fileId,
    rev: revBeforeGone(rev),
    name,
    path,
    size,
    formerPath: kind === "renamed" ? (told?.path ?? null) : null,
    movedOut: delivery.gone === "movedOut",
    at,
    seenAt,
  });

  if (delivery.gone !== undefined) {
    if (isThere || mayHaveHeard) return make("deleted", told?.path ?? delivery.path, seenAt);
    if (told !== null && isReplay) return { ...make("deleted", told.path, seenAt), id: told.eventId };
    return { skipped: "gone before anything was told of it" };
  }
  if (!isThere) return make("created", delivery.path, delivery.serverModified);
  if (told.path !== delivery.path) return make("renamed", delivery.path, seenAt);
  if (before?.rev !== rev || mayHaveHeard) return make("updated", delivery.path, delivery.serverModified);
  if (!isReplay) return { skipped: "nothing has changed since it was told last" };
  return { ...make(told.kind, delivery.path, delivery.serverModified), id: told.eventId, formerPath: null };
}

/**
 * The last told event is part of it, and so is another that was tried since: a file that is renamed to and fro, or goes
 * and returns as it was, makes an event each time. One that is tried again makes the same.
 */
function identify(parts: readonly string[], tried: Note | null): Pick<Change, "id" | "after"> {
  const idAfter = (after: string) => `evt_${digest(after === "" ? parts : [...parts, after])}`;
  const repeated = tried?.after ?? "";
  if (tried === null || tried.eventId === idAfter(repeated)) return { id: idAfter(repeated), after: repeated };
  return { id: idAfter(tried.eventId), after: tried.eventId };
}

/** Names one body by the events in it. */
export const messageIdOf = (changes: readonly Change[]): string => `msg_${digest(changes.map(({ id }) => id))}`;

/** Short enough to read; two that are equal by chance are out of the question. */
const digest = (parts: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
