import { exactTime, relativeTime } from "../core/times.ts";
import type { SetupDeps } from "./deps.ts";

/** Whether one has ever made its way: through the webhook and the queue to a listing. */
export async function lookAtNotifications({ heard, now, settings }: SetupDeps) {
  const { notifiedAt, listedAt } = await heard();
  if (notifiedAt !== null) {
    const ago = relativeTime(notifiedAt, now());
    return { verdict: "ok" as const, found: `The last one led to a listing ${ago} (${exactTime(notifiedAt)}).` };
  }
  const copy = [{ label: "Webhook URI", value: `${settings.publicBaseUrl}/api/dropbox/webhook` }];
  const link = { text: "Dropbox App Console", href: "https://www.dropbox.com/developers/apps" };
  return {
    verdict: "idle" as const,
    found: `None has arrived yet${listedAt === null ? "" : "; files are found by the sweep alone, minutes later"}.`,
    todo: "Register the webhook in the App Console, then drop a file; or send a test notification.",
    link,
    copy,
  };
}
