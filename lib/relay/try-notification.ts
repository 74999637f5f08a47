/** Sends a test notification the whole way round, and waits for the listing that it leads to. */

import type { Who } from "../core/audit.ts";
import { ANY_ACCOUNT, type Sent, sendTestNotification } from "../setup/test-notification.ts";
import type { Context } from "./context.ts";
import { arrivalOf } from "./read-setup-mark.ts";

/** A person waits for it; what takes longer is shown when it is there. */
const WAIT_MAX_MS = 8_000;
const STEP_MS = 100;

export async function tryNotification(context: Context, who: Who): Promise<Sent> {
  const sent = await sendAndWait(context);
  const ended = sent.kind === "answered" ? `answered ${sent.status}` : sent.kind;
  await context.services.audit.record({ who, act: "testNotification", on: "", ended });
  return sent;
}

async function sendAndWait({ setup, services, appSecrets, publicBaseUrl }: Context): Promise<Sent> {
  const { fetch, now } = setup;
  const account = services.links.find((link) => link.account !== null)?.account ?? ANY_ACCOUNT;
  const sent = await sendTestNotification({ publicBaseUrl, appSecret: appSecrets[0] ?? "", account, fetch, now });
  if (sent.kind !== "answered" || sent.status !== 200) return sent;
  while (now() < sent.sentAt + WAIT_MAX_MS) {
    if ((await arrivalOf({ setup }, sent.sentAt)) !== null) break;
    await services.sleep(STEP_MS);
  }
  return sent;
}
