/** A notification signed as Dropbox signs, sent to the public address: the whole way that a real one takes. */
import { createHmac } from "node:crypto";
import { causeName } from "../core/silence.ts";

const TIMEOUT_MS = 10_000;

export type Sent =
  | { kind: "answered"; status: number; sentAt: number }
  /** Nothing answered at all. */
  | { kind: "silent"; reason: string; sentAt: number };

export interface TestNotification {
  publicBaseUrl: string;
  appSecret: string;
  account: string;
  fetch: typeof fetch;
  now: () => number;
}

/** Where no account is known, any will do: a relay that takes all lists for it too. */
export const ANY_ACCOUNT = `dbid:${"test".padEnd(35, "0")}`;

/** The headers and body of a notification about one account. */
export function signedNotification(account: string, appSecret: string) {
  const body = JSON.stringify({ list_folder: { accounts: [account] }, delta: { users: [1] } });
  const headers = {
    "content-type": "application/json",
    "user-agent": "DropboxWebhooks/1.0",
    "x-dropbox-signature": createHmac("sha256", appSecret).update(body).digest("hex"),
  };
  return { method: "POST", headers, body };
}

export async function sendTestNotification(test: TestNotification): Promise<Sent> {
  const sentAt = test.now();
  try {
    const response = await test.fetch(`${test.publicBaseUrl}/api/dropbox/webhook`, {
      ...signedNotification(test.account, test.appSecret),
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { kind: "answered", status: response.status, sentAt };
  } catch (cause) {
    return { kind: "silent", reason: causeName(cause), sentAt };
  }
}
