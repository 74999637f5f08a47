/** Dropbox's side of the webhook: the challenge, signed notifications, and their repetition until somebody answers 200. */
import { createHmac, randomBytes } from "node:crypto";
import { readBounded } from "@/lib/core/read-bounded.ts";
import type { After } from "./clock.ts";

/** Dropbox waits 10 s for an answer and repeats, ever slower, over about ten minutes. */
const ANSWER_MS = 10_000;
export const RETRY_SECONDS = [5, 10, 20, 40, 80, 160, 285] as const;
const COALESCE_MS = 50;
const LOG_MAX = 1000;
const ANSWER_MAX_BYTES = 64 * 1024;

export interface NotifierOptions {
  now: () => number;
  after: After;
  fetch: typeof fetch;
  appSecret: string;
  accountId: string;
  /** The numeric id of the old API, sent beside the account id. */
  userId: number;
  coalesceMs?: number;
}

/** How notifications may misbehave; all of it happens with Dropbox too. */
export interface NotifierManners {
  /** Every notification comes this many times. */
  repeat: number;
  /** So many of the next notifications are never sent. */
  drop: number;
  /** Later than the coalescing window by this much. */
  delayMs: number;
}

export interface Sent {
  at: number;
  /** From 1; the last one has number 8. */
  attempt: number;
  /** Null: no answer in time. */
  status: number | null;
}

export type Registration = { ok: true } | { ok: false; reason: string };
export type Notifier = ReturnType<typeof createNotifier>;

export function createNotifier(options: NotifierOptions) {
  const manners: NotifierManners = { repeat: 1, drop: 0, delayMs: 0 };
  const sent: Sent[] = [];
  const cancels = new Set<() => void>();
  let url: string | null = null;
  let scheduled = false;
  let given = 0;
  let total = 0;

  const body = JSON.stringify({ list_folder: { accounts: [options.accountId] }, delta: { users: [options.userId] } });
  const signature = createHmac("sha256", options.appSecret).update(body).digest("hex");

  function later(ms: number, run: () => void): void {
    const forget = () => cancels.delete(cancel);
    const stop = options.after(ms, () => {
      forget();
      run();
    });
    const cancel = () => {
      forget();
      stop();
    };
    cancels.add(cancel);
  }

  /** The whole answer, or null when none came in ten seconds. The timer decides, whatever the other side makes of the signal. */
  async function ask(target: string, init: RequestInit): Promise<Answered | null> {
    const abort = new AbortController();
    let stop: () => void = () => undefined;
    const timeout = new Promise<null>((resolve) => {
      stop = options.after(ANSWER_MS, () => {
        resolve(null);
        abort.abort();
      });
    });
    const answer = options.fetch(target, { ...init, redirect: "manual", signal: abort.signal }).then(wholeOf);
    const response = await Promise.race([answer.catch(() => null), timeout]);
    stop();
    return response;
  }

  async function send(target: string, attempt: number): Promise<void> {
    const headers = {
      "user-agent": "DropboxWebhooks/1.0",
      accept: "*/*",
      "content-type": "application/json",
      "x-dropbox-signature": signature,
    };
    const response = await ask(target, { method: "POST", headers, body });
    total += 1;
    sent.push({ at: options.now(), attempt, status: response?.status ?? null });
    if (sent.length > LOG_MAX) sent.shift();
    if (response?.status === 200 || url === null) return;
    const pause = RETRY_SECONDS[attempt - 1];
    if (pause === undefined) given += 1;
    else later(pause * 1000, () => void send(target, attempt + 1));
  }

  /** Sends at once, all at the same time; resolves when each has been answered or timed out. */
  async function notifyNow(times = 1): Promise<void> {
    const target = url;
    if (target === null) throw new Error("no webhook URL is registered");
    await Promise.all(Array.from({ length: times }, () => send(target, 1)));
  }

  return {
    manners,
    notifyNow,
    /** The last thousand that were answered or timed out. */
    sent: (): readonly Sent[] => sent,
    sentTotal: (): number => total,
    /** Notifications that nobody accepted in ten minutes; the App Console would list them. */
    givenUp: (): number => given,
    registered: (): string | null => url,
    /** Challenges the URL as the App Console does; it is kept only when it passes. */
    async register(target: string): Promise<Registration> {
      const challenge = randomBytes(24).toString("base64url");
      const asked = new URL(target);
      asked.searchParams.set("challenge", challenge);
      const response = await ask(asked.href, { method: "GET", headers: { "user-agent": "DropboxWebhooks/1.0" } });
      if (response === null) return { ok: false, reason: "no answer in 10 seconds" };
      if (response.status !== 200) return { ok: false, reason: `the answer has status ${response.status}` };
      if (!/^text\/plain\b/i.test(response.type)) return { ok: false, reason: "the answer is not text/plain" };
      if (response.body !== challenge) return { ok: false, reason: "the answer is not the challenge and nothing else" };
      url = target;
      return { ok: true };
    },
    unregister(): void {
      url = null;
    },
    /** Something changed: one notification for all that changes in the same window. */
    changed(): void {
      if (url === null || scheduled) return;
      scheduled = true;
      later((options.coalesceMs ?? COALESCE_MS) + manners.delayMs, () => {
        scheduled = false;
        if (url === null) return;
        if (manners.drop > 0) manners.drop -= 1;
        else void notifyNow(manners.repeat);
      });
    },
    /** Nothing is sent any more. */
    close(): void {
      url = null;
      scheduled = false;
      for (const cancel of [...cancels]) cancel();
    },
  };
}

interface Answered {
  status: number;
  type: string;
  /** Null: longer than anything worth reading. */
  body: string | null;
}

async function wholeOf(response: Response): Promise<Answered> {
  const bytes = await readBounded(response.body, ANSWER_MAX_BYTES);
  const body = bytes === null ? null : Buffer.from(bytes).toString();
  return { status: response.status, type: response.headers.get("content-type") ?? "", body };
}
