/**
 * Lists one link's folder from its cursor and commits each listing with its deliveries. One listing at a time: who finds
 * the lease taken leaves a mark, and the holder goes round once more before it gives the lease back.
 */
import type { Delivery } from "../core/delivery.ts";
import type { Begun } from "../store/source-store.ts";
import { commitPage } from "./commit-page.ts";
import { listPage } from "./list-page.ts";
import type { Link, Services } from "./services.ts";
import { firstContact, startOver } from "./source-position.ts";

export type SyncResult =
  /** Everything up to now is in the outbox; about `found` deliveries are new (more than none when it cannot be told). */
  | { kind: "synced"; found: number }
  /** Its instance was paused, changed or removed meanwhile, or a cap on the cost was reached: the cursor is stored, and there is nothing to go on with. */
  | { kind: "stopped"; found: number }
  /** Another run lists and has been told to look again. */
  | { kind: "held"; leftMs: number }
  /** Time ran out between two listings: the cursor is stored, go on in a new job. */
  | { kind: "unfinished"; found: number }
  /** Dropbox could not be asked. `afterMs` is the wait it named. */
  | { kind: "unavailable"; message: string; afterMs: number | null; found: number }
  /** A person must act: token, scope or folder. Tried again at each sweep. */
  | { kind: "trouble"; message: string; refused: boolean; found: number };

/** On the way out of a listing that failed: the job comes again, or a sweep does, and lists for everybody. */
const WHATEVER_WAS_ASKED = "*";
const RETAKES_MAX = 3;
const RESETS_MAX = 2;
/** A listing with its token renewal and commit takes at most this long. */
const LISTING_MS = 60_000;

export interface SyncRequest {
  /** When Dropbox told us (ms); null when it did not. */
  notifiedAt: number | null;
  seenBy: Delivery["seenBy"];
  /** No new listing is begun after this time (ms). */
  deadline: number;
  /** Reads the stored instances of this account along with the lease, and hands their rows over before it goes on. */
  beside?: { account: string; found(rows: readonly string[]): void };
}

export async function syncFolder(services: Services, link: Link, request: SyncRequest): Promise<SyncResult> {
  const token = services.randomId();
  const begun = await link.source.begin(token, request.beside?.account);
  request.beside?.found(begun.beside);
  if (begun.kind === "left") return { kind: "stopped", found: 0 };
  if (begun.kind === "held") return { kind: "held", leftMs: begun.leftMs };

  let found = 0;
  let resets = 0;
  let retakes = 0;
  let markSeen = "";
  if (isOfAnother(begun, request)) {
    const left = await link.source.release(token, markSeen);
    if (left.kind !== "again") return { kind: "synced", found };
    markSeen = left.mark; // somebody means this folder after all
  }
  let position = await firstContact(services, link, token, begun, request.notifiedAt);
  for (;;) {
    if (position === null) {
      // Either the lease went to another run, which lists on from the stored cursor, or the answer to a first, successful
      // try was lost: then the lease is still ours and the stored position tells how far we are.
      const still = await link.source.begin(token);
      retakes += 1;
      if (still.kind === "left") return { kind: "stopped", found };
      if (still.kind === "held" || retakes > RETAKES_MAX) return { kind: "synced", found };
      markSeen = ""; // begin has taken note of whoever asked
      position = await firstContact(services, link, token, still, request.notifiedAt);
      continue;
    }
    if (services.now() + LISTING_MS > request.deadline) {
      await link.source.release(token, WHATEVER_WAS_ASKED);
      return { kind: "unfinished", found };
    }
    const page = await listPage(services, link, position.cursor);
    if (page.kind === "reset") {
      resets += 1;
      if (resets > RESETS_MAX) {
        await link.source.release(token, WHATEVER_WAS_ASKED);
        return { kind: "unavailable", message: "Dropbox keeps resetting the cursor", afterMs: 60_000, found };
      }
      position = await startOver(services, link, token, position);
      continue;
    }
    if (page.kind !== "page") {
      await link.source.release(token, WHATEVER_WAS_ASKED);
      return { ...page, found };
    }
    const committed = await commitPage(services, link, { token, position, page, seenBy: request.seenBy });
    found += committed.found;
    position = committed.kind === "lost" ? null : committed.position;
    if (link.standing !== undefined && page.hasMore && !(await link.standing.goesOn())) {
      const left = await link.source.release(token, markSeen);
      if (left.kind !== "again") return { kind: "stopped", found };
      // The job that the change brought has met our lease, and will not come again by itself.
      await link.source.release(token, WHATEVER_WAS_ASKED);
      return { kind: "unfinished", found };
    }
    if (page.hasMore && (await services.spending.isCapReached())) {
      await link.source.release(token, WHATEVER_WAS_ASKED);
      return { kind: "stopped", found };
    }
    if (position === null || page.hasMore) continue;
    const released = await link.source.release(token, markSeen);
    if (released.kind !== "again") return { kind: "synced", found };
    markSeen = released.mark;
  }
}

/** Whose folder it is has been told, and it is not the account that changed: that one has instances of its own. */
const isOfAnother = ({ beside, ...begun }: Begun, request: SyncRequest): boolean =>
  begun.kind === "taken" && beside.length > 0 && begun.account !== null && begun.account !== request.beside?.account;
