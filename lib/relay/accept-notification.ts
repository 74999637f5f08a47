/**
 * A Dropbox notification becomes one sync job an account. The only I/O is one request to the queue; notifications that
 * arrive while such a request is under way share the next one.
 */
import type { Incoming } from "../core/incoming.ts";
import { readBounded } from "../core/read-bounded.ts";
import { isSignedBy } from "../core/signature.ts";
import { parseNotification } from "../dropbox/notification.ts";
import type { Log } from "../log.ts";
import type { Queue } from "../queue/client.ts";

/** A real notification is about a hundred bytes; this is room for a thousand accounts. */
export const NOTIFICATION_MAX_BYTES = 64 * 1024;
const ACCOUNTS_MAX = 1000;
/** Messages in one request to the queue. */
const BATCH_MAX = 100;

export type Acceptance =
  | { kind: "accepted"; accounts: number }
  | { kind: "wrongContent" }
  | { kind: "tooLarge" }
  | { kind: "badSignature" }
  | { kind: "unreadable" }
  | { kind: "notEnqueued" };

export interface AcceptDeps {
  secrets: readonly string[];
  enqueuer: Enqueuer;
  now: () => number;
  log: Log;
}

export async function acceptNotification(request: Incoming, deps: AcceptDeps): Promise<Acceptance> {
  const type = request.headers.get("content-type");
  if (type !== null && !/^(application\/json|text\/plain|application\/octet-stream)\b/i.test(type))
    return { kind: "wrongContent" };
  if (Number(request.headers.get("content-length") ?? "0") > NOTIFICATION_MAX_BYTES) return { kind: "tooLarge" };
  const body = await readBounded(request.body, NOTIFICATION_MAX_BYTES).catch(() => undefined);
  if (body === null) return { kind: "tooLarge" };
  if (body === undefined) return { kind: "unreadable" }; // broken off half way
  if (!isSignedBy(deps.secrets, body, request.headers.get("x-dropbox-signature"))) return { kind: "badSignature" };
  const notification = parseNotification(body, ACCOUNTS_MAX);
  if (notification.kind === "tooMany") return { kind: "tooLarge" };
  if (notification.kind === "unreadable") return { kind: "unreadable" };
  try {
    await deps.enqueuer.add(notification.accounts, deps.now());
  } catch (cause) {
    deps.log.error({ reason: cause instanceof Error ? cause.message : "unknown" }, "notification.not_enqueued");
    return { kind: "notEnqueued" };
  }
  deps.log.info({ accounts: notification.accounts.length }, "notification.accepted");
  return { kind: "accepted", accounts: notification.accounts.length };
}

export interface Enqueuer {
  /** Resolves when a sync job for every account is durably enqueued; rejects when the queue refused. */
  add(accounts: readonly string[], notifiedAt: number): Promise<void>;
}

/** One request to the queue at a time: what arrives meanwhile goes out together, each account once. */
export function createEnqueuer(queue: Pick<Queue, "enqueue">): Enqueuer {
  let gathering: { accounts: Map<string, number>; sent: Promise<void> } | null = null;
  let last: Promise<unknown> = Promise.resolve();

  async function send(accounts: ReadonlyMap<string, number>): Promise<void> {
    const jobs = [...accounts].map(([account, notifiedAt]) => ({ job: { job: "sync", account, notifiedAt } as const }));
    const requests: Promise<void>[] = [];
    for (let from = 0; from < jobs.length; from += BATCH_MAX)
      requests.push(queue.enqueue(jobs.slice(from, from + BATCH_MAX)));
    await Promise.all(requests);
  }

  return {
    add(accounts, notifiedAt) {
      if (accounts.length === 0) return Promise.resolve();
      if (gathering === null) {
        const batch = new Map<string, number>();
        const sent = last.then(() => {
          gathering = null;
          return send(batch);
        });
        last = sent.catch(() => undefined); // its own callers are told; the next batch starts all the same
        gathering = { accounts: batch, sent };
      }
      // The earlier time is kept: it decides, on a first contact, which files are new.
      for (const account of accounts) if (!gathering.accounts.has(account)) gathering.accounts.set(account, notifiedAt);
      return gathering.sent;
    },
  };
}
