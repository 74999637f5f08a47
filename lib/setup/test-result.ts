/** What came of a test notification, from what the address of the page says of it and what the store knows. Pure. */
import { duration, relativeTime } from "../core/times.ts";
import type { Verdict } from "./check.ts";

/** Two processes need not agree on the time. */
const CLOCKS_APART_MS = 60_000;
/** Longer than QStash takes as a rule. */
const ON_ITS_WAY_MS = 15_000;

/** What was sent (ms), and how the webhook answered: a status, or `none`. */
export interface Test {
  sentAt: number;
  status: string;
}

export interface TestResult {
  verdict: Verdict;
  found: string;
  todo: string | null;
}

/** By the answer of the webhook; the words of `npm run notify`, for who reads them on a page. */
const REFUSED: Record<string, string> = {
  "403": "The signature was refused. Is something in front of the relay changing the body?",
  "404": "There is no webhook at the public address.",
  "503": "The webhook took it, but QStash refused the job. Mend QStash first.",
};

export const isOverdue = (sentAt: number, now: number): boolean => now - sentAt > ON_ITS_WAY_MS;

/** `sent` and `status` come out of an address anybody can write: what is not a time or a status is no result. */
export function testOf(given: { sent: string | undefined; status: string | undefined }, now: number): Test | null {
  if (given.sent === undefined || !/^\d{12,14}$/.test(given.sent) || Number(given.sent) > now + CLOCKS_APART_MS)
    return null;
  if (given.status === undefined || !/^(none|\d{3})$/.test(given.status)) return null;
  return { sentAt: Number(given.sent), status: given.status };
}

/** `arrivedAt`: when it had led to a listing (ms); null: not yet. */
export function testResultOf({ sentAt, status }: Test, arrivedAt: number | null, now: number): TestResult {
  if (status === "none") {
    return { verdict: "bad", found: "Nothing answered at the public address.", todo: "Mend the public address first." };
  }
  if (status !== "200") {
    const why = REFUSED[status] ?? "Something in front of the relay answered, or its variables are missing.";
    return { verdict: "bad", found: `The webhook answered ${status}. ${why}`, todo: null };
  }
  if (arrivedAt !== null) {
    const found = `It went round: signed, accepted, brought by QStash, and the folder was listed ${duration(arrivedAt - sentAt)} later.`;
    return { verdict: "ok", found, todo: null };
  }
  if (!isOverdue(sentAt, now)) {
    return { verdict: "running", found: "The webhook accepted it. The job is on its way…", todo: null };
  }
  return {
    verdict: "warn",
    found: `The webhook accepted it ${relativeTime(sentAt, now)}, but the folder has not been listed since.`,
    todo: "If it stays so, look at the lines QStash and Worker route.",
  };
}
