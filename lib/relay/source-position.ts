/** Where a link's listing stands, how it first gets there, and how it starts over when Dropbox no longer knows the cursor. */
import type { Phase } from "../core/plan.ts";
import type { Begun } from "../store/source-store.ts";
import type { Link, Services } from "./services.ts";

export interface Position {
  cursor: string;
  phase: Phase;
  /** Files of a baseline modified before this (ms) are old. */
  since: number;
  /** Whose folder it is; null while Dropbox has not told. */
  account: string | null;
}

/** A first notification comes after the file that caused it: files this much older still count as new. */
const FIRST_CONTACT_GRACE_MS = 2 * 60_000;

/**
 * Where to list from. On the very first contact fixes, once, which files of the baseline count as new; a sweep
 * (`notifiedAt` null) is told of no file, so there everything that is there already is old. Asks nobody but the store. Null: lease lost.
 */
export async function firstContact(
  services: Services,
  link: Link,
  token: string,
  begun: Begun & { kind: "taken" },
  notifiedAt: number | null,
): Promise<Position | null> {
  const { cursor, phase, since, account } = begun;
  if (phase !== null && since !== null) return { cursor, phase, since, account };
  const now = services.now();
  const from = link.standing?.since ?? (notifiedAt === null ? now : Math.min(now, notifiedAt) - FIRST_CONTACT_GRACE_MS);
  const position: Position = { cursor: "", phase: "baseline", since: from, account: null };
  services.log.info({ link: link.id, since: new Date(from).toISOString() }, "source.first_contact");
  return store(services, link, token, cursor, position);
}

/**
 * Fixes the first contact without listing: whoever starts a relay calls this before the first notification can arrive.
 * Does nothing when there was one, or when another process is at it.
 */
export async function fixFirstContact(services: Services, link: Link): Promise<void> {
  const token = services.randomId();
  const begun = await link.source.begin(token);
  if (begun.kind !== "taken") return;
  await firstContact(services, link, token, begun, null);
  await link.source.release(token, "*");
}

/**
 * The cursor is dead: list from the start, where the table of known files tells old from new. If the credential now
 * belongs to another account, its files are all unknown and must not pass for new: a baseline again. Null: lease lost.
 */
export async function startOver(
  services: Services,
  link: Link,
  token: string,
  before: Position,
): Promise<Position | null> {
  const account = await accountNow(services, link);
  const isAnother = account !== null && before.account !== null && account !== before.account;
  const position: Position = isAnother
    ? { cursor: "", phase: "baseline", since: services.now(), account }
    : {
        ...before,
        cursor: "",
        phase: before.phase === "baseline" ? "baseline" : "rebuilding",
        account: account ?? before.account,
      };
  services.log.warn({ link: link.id, anotherAccount: isAnother }, "source.cursor_reset");
  // Its paths say nothing of the former account's files, which are not gone for being elsewhere.
  if (isAnother) await link.source.forgetBelow([""], new Set());
  return store(services, link, token, before.cursor, position);
}

/** Whose folder it is. Best effort: not every Dropbox-shaped server tells, and nothing else depends on it. */
export async function accountNow(services: Services, link: Link): Promise<string | null> {
  const token = await link.sourceCredential.current();
  if (token.kind !== "token") return null;
  const answer = await services.dropbox.currentAccount(token.value);
  return answer.ok ? answer.data.accountId : null;
}

async function store(
  services: Services,
  link: Link,
  token: string,
  cursorBefore: string,
  position: Position,
): Promise<Position | null> {
  const stored = await link.source.commit({
    token,
    cursorBefore,
    source: {
      cursor: position.cursor,
      phase: position.phase,
      since: `${position.since}`,
      ...(position.account === null ? {} : { account: position.account }),
    },
    files: new Map(),
    paths: new Map(),
    pathsGone: [],
    deliveries: [],
    believedFiles: new Map(),
    believedPaths: new Map(),
    now: services.now(),
  });
  return stored.kind === "committed" ? position : null;
}
