/**
 * Lists one link's folder from its cursor and commits each listing with its deliveries. One listing at a time: who finds
 * the lease taken leaves a mark, and the holder goes round once more before it gives the lease back.
 */
import { commitPage } from "./commit-page.ts";
import { listPage } from "./list-page.ts";
import type { Link, Services } from "./services.ts";
import { firstContact, type Position, startOver } from "./source-position.ts";

export type SyncResult =
  /** Everything up to now is in the outbox; about `found` deliveries are new (more than none when it cannot be told). */
  | { kind: "synced"; found: number }
  /** Another run lists and has been told to look again. */
  | { kind: "held"; leftMs: number }
  /** Time ran out between two listings: the cursor is stored, go on in a new job. */
  | { kind: "unfinished"; found: number }
  /** Dropbox could not be asked. `afterMs` is the wait it named. */
  | { kind: "unavailable"; message: string; afterMs: number | null; found: number }
  /** A person must act: token, scope or folder. Tried again at each sweep. */
  | { kind: "trouble"; message: string; found: number };

/** On the way out of a listing that failed: the job comes again, or a sweep does, and lists for everybody. */
const WHATEVER_WAS_ASKED = "*";
const RETAKES_MAX = 3;

export interface SyncRequest {
  /** When Dropbox told us (ms); null for the sweep. */
  notifiedAt: number | null;
  /** No new listing is begun after this time (ms). */
  deadline: number;
}

export async function syncFolder(services: Services, link: Link, request: SyncRequest): Promise<SyncResult> {
  const token = services.randomId();
  const begun = await link.source.begin(token);
  if (begun.kind === "held") return begun;

  let found = 0;
  let position: Position | null = await firstContact(services, link, token, begun, request.notifiedAt);
  if (position === null) return { kind: "synced", found };
  let resets = 0;
  let retakes = 0;
  let markSeen = "";
  for (;;) {
    if (services.now() >= request.deadline) {
      await link.source.release(token, WHATEVER_WAS_ASKED);
      return { kind: "unfinished", found };
    }
    const page = await listPage(services, link, position.cursor);
    if (page.kind === "reset") {
      resets += 1;
      position = await startOver(services, link, token, position);
      if (position === null) return { kind: "synced", found };
      if (resets < 3) continue;
      await link.source.release(token, WHATEVER_WAS_ASKED);
      return { kind: "unavailable", message: "Dropbox keeps resetting the cursor", afterMs: 60_000, found };
    }
    if (page.kind !== "page") {
      await link.source.release(token, WHATEVER_WAS_ASKED);
      return { ...page, found };
    }
    const committed = await commitPage(services, link, {
      token,
      position,
      page,
      seenBy: request.notifiedAt === null ? "sweep" : "notification",
    });
    found += committed.found;
    if (committed.kind === "lost") {
      // Either the lease went to another run, which lists on from the stored cursor, or the answer to a first, successful
      // try was lost: then the lease is still ours and the stored position tells how far we are.
      const still = await link.source.begin(token);
      retakes += 1;
      markSeen = ""; // begin has taken note of whoever asked
      if (still.kind === "held" || retakes > RETAKES_MAX) return { kind: "synced", found };
      position = await firstContact(services, link, token, still, request.notifiedAt);
      if (position === null) return { kind: "synced", found };
      continue;
    }
    position = committed.position;
    if (page.hasMore) continue;
    const released = await link.source.release(token, markSeen);
    if (released.kind !== "again") return { kind: "synced", found };
    markSeen = released.mark;
  }
}
