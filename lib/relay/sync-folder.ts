/**
 * Lists one link's folder from its cursor and commits each listing with its deliveries. One listing at a time: who finds
 * the lease taken leaves a mark, and the holder goes round once more before it gives the lease back.
 */
import type { Begun } from "../store/source-store.ts";
import { commitPage } from "./commit-page.ts";
import { listPage } from "./list-page.ts";
import type { Link, Services } from "./services.ts";

export type SyncResult =
  /** Everything up to now is in the outbox; `found` deliveries are new. */
  | { kind: "synced"; found: number }
  /** Another run lists and has been told to look again. */
  | { kind: "held"; leftMs: number }
  /** Time ran out between two listings: the cursor is stored, go on in a new job. */
  | { kind: "unfinished"; found: number }
  /** Dropbox could not be asked. `afterMs` is the wait it named. */
  | { kind: "unavailable"; message: string; afterMs: number | null; found: number }
  /** A person must act: token, scope or folder. Tried again at each sweep. */
  | { kind: "trouble"; message: string; found: number };

/** A first notification comes after the file that caused it: files this much older still count as new. */
const FIRST_CONTACT_GRACE_MS = 5 * 60_000;

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
  let position = await firstContact(services, link, token, begun, request);
  if (position === null) return { kind: "synced", found };
  let resets = 0;
  for (;;) {
    if (services.now() >= request.deadline) {
      await link.source.release(token);
      return { kind: "unfinished", found };
    }
    const page = await listPage(services, link, position.cursor);
    if (page.kind === "reset") {
      resets += 1;
      const committed = await restart(services, link, token, position.cursor);
      if (!committed) return { kind: "synced", found };
      services.log.warn({ link: link.id }, "source.cursor_reset");
      position = { ...position, cursor: "", phase: position.phase === "baseline" ? "baseline" : "rebuilding" };
      if (resets < 3) continue;
      await link.source.release(token);
      return { kind: "unavailable", message: "Dropbox keeps resetting the cursor", afterMs: 60_000, found };
    }
    if (page.kind !== "page") {
      await link.source.release(token);
      return { ...page, found };
    }
    const committed = await commitPage(services, link, {
      token,
      position,
      page,
      seenBy: request.notifiedAt === null ? "sweep" : "notification",
    });
    // The lease went to another run, which lists from the stored cursor: it finds whatever this one would have.
    if (committed.kind === "lost") return { kind: "synced", found };
    found += committed.found;
    position = committed.position;
    if (page.hasMore) continue;
    if ((await link.source.release(token)) !== "again") return { kind: "synced", found };
  }
}

export interface Position {
  cursor: string;
  phase: "baseline" | "following" | "rebuilding";
  since: number;
}

/** Where to list from. On the very first contact fixes, once, which files of the baseline count as new. */
async function firstContact(
  services: Services,
  link: Link,
  token: string,
  begun: Begun & { kind: "taken" },
  request: SyncRequest,
): Promise<Position | null> {
  if (begun.phase !== null && begun.since !== null) {
    return { cursor: begun.cursor, phase: begun.phase, since: begun.since };
  }
  const now = services.now();
  const since = request.notifiedAt === null ? now : Math.min(now, request.notifiedAt) - FIRST_CONTACT_GRACE_MS;
  const stored = await link.source.commit({
    ...NOTHING,
    token,
    cursorBefore: begun.cursor,
    source: { phase: "baseline", since: `${since}` },
    now,
  });
  services.log.info({ link: link.id, since: new Date(since).toISOString() }, "source.first_contact");
  return stored.kind === "committed" ? { cursor: begun.cursor, phase: "baseline", since } : null;
}

async function restart(services: Services, link: Link, token: string, cursorBefore: string): Promise<boolean> {
  const phase = cursorBefore === "" ? {} : { cursor: "" };
  const stored = await link.source.commit({
    ...NOTHING,
    token,
    cursorBefore,
    source: { ...phase, resetAt: `${services.now()}` },
    now: services.now(),
  });
  return stored.kind === "committed";
}

const NOTHING = {
  files: new Map(),
  paths: new Map(),
  pathsGone: [],
  deliveries: [],
  believedFiles: new Map(),
  believedPaths: new Map(),
} as const;
