/** What came of a test notification, from what the address of the page says of it and what the store knows. Pure. */
import { duration, relativeTime } from "../core/times.ts";
import type { Verdict } from "./check.ts";

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

/** `sent` and `status` come out of an address anybody can write: what is not a time or a status is no result. */
export function testResultOf(
  given: { sent: string | undefined; status: string | undefined },
  notifiedAt: number | null,
  now: number,
): TestResult | null {
  if (given.sent === undefined || !/^\d{12,14}$/.test(given.sent)) return null;
  const sentAt = Number(given.sent);
  if (given.status === "none") {
    return { verdict: "bad", found: "Nothing answered at the public address.", todo: "Mend the public address first." };
  }
  if (given.status === undefined || !/^\d{3}$/.test(given.status)) return null;
  if (given.status !== "200") {
    const why = REFUSED[given.status] ?? "Something in front of the relay answered, or its variables are missing.";
    return { verdict: "bad", found: `The webhook answered ${given.status}. ${why}`, todo: null };
  }
  if (notifiedAt !== null && notifiedAt >= sentAt) {
    const found = `It went round: signed, accepted, brought by QStash, and the folder was listed ${duration(notifiedAt - sentAt)} later.`;
    return { verdict: "ok", found, todo: null };
  }
  return {
    verdict: "warn",
    found: `The webhook accepted it ${relativeTime(sentAt, now)}, but the folder has not been listed since.`,
    todo: "Reload in a moment. If it stays so, look at the lines QStash and Worker route.",
  };
}
