/**
 * A Dropbox notification becomes one sync job an account. The only I/O is one request to the queue; notifications that
 * arrive while such a request is under way share the next one, and a storm for one account shares a later one.
 */
import type { Incoming } from "../core/incoming.ts";
import { readBounded } from "../core/read-bounded.ts";
import { isSignedBy } from "../core/signature.ts";
import { parseNotification } from "../dropbox/notification.ts";
import type { Log } from "../log.ts";
import type { Enqueue, Queue } from "../queue/client.ts";

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
  /**
   * Resolves when a sync job that begins after this call is durably enqueued for every account; rejects when the queue
   * refused one.
   */
  add(accounts: readonly string[], notifiedAt: number): Promise<void>;
}

/** Notifications of one account in one second. Whoever has that many is changing all the time: listing once more is enough. */
const AT_ONCE_MAX = 20;
/** So late that the second is over by the queue's clock too, which counts whole seconds and may differ from ours. */
const LAST_JOB_DELAY_SECONDS = 2;

interface Batch {
  jobs: Map<string, Enqueue>;
  sent: Promise<void>;
}

/**
 * One request to the queue at a time: what arrives meanwhile goes out together, each account once. After so many
 * notifications in one second, the next job of that account is delayed past the second: it lists what all later ones
 * in it tell of, so these need none of their own.
 */
export function createEnqueuer(queue: Pick<Queue, "enqueue">): Enqueuer {
  let gathering: Batch | null = null;
  let last: Promise<unknown> = Promise.resolve();
  /** Of the current second alone. */
  let second = 0;
  const counts = new Map<string, number>();
  const lastJobs = new Map<string, Promise<void>>();

  async function send(all: readonly Enqueue[]): Promise<void> {
    const requests: Promise<void>[] = [];
    for (let from = 0; from < all.length; from += BATCH_MAX)
      requests.push(queue.enqueue(all.slice(from, from + BATCH_MAX)));
    await Promise.all(requests);
  }

  function gather(): Batch {
    const jobs = new Map<string, Enqueue>();
    const sent = last.then(() => {
      gathering = null;
      return send([...jobs.values()]);
    });
    last = sent.catch(() => undefined); // its own callers are told; the next batch starts all the same
    return { jobs, sent };
  }

  function jobOf(account: string, notifiedAt: number): Promise<void> {
    const covered = lastJobs.get(account);
    if (covered !== undefined) return covered;
    const count = (counts.get(account) ?? 0) + 1;
    counts.set(account, count);
    // The job not yet sent has the earlier time: it decides, on a first contact, which files are new.
    if (gathering?.jobs.has(account)) return gathering.sent;
    gathering ??= gather();
    const { jobs, sent } = gathering;
    const job = { job: "sync", account, notifiedAt } as const;
    if (count < AT_ONCE_MAX) jobs.set(account, { job });
    else {
      jobs.set(account, { job, delaySeconds: LAST_JOB_DELAY_SECONDS });
      lastJobs.set(account, sent);
      sent.catch(() => lastJobs.get(account) === sent && lastJobs.delete(account)); // refused: it covers nothing
    }
    return sent;
  }

  return {
    add(accounts, notifiedAt) {
      const current = Math.floor(notifiedAt / 1000);
      if (current !== second) {
        second = current;
        counts.clear();
        lastJobs.clear();
      }
      const [first, ...rest] = new Set(accounts.map((account) => jobOf(account, notifiedAt)));
      if (first === undefined) return Promise.resolve();
      return rest.length === 0 ? first : Promise.all([first, ...rest]).then(() => undefined);
    },
  };
}
