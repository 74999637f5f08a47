/** QStash: that it takes our token, that its jobs will pass our check of the signature, and that it sweeps. */
import type { SetupDeps } from "./deps.ts";

const CONSOLE = { text: "Upstash console, QStash", href: "https://console.upstash.com/qstash" };
const reasonOf = (cause: unknown) => (cause instanceof Error ? cause.message : "QStash did not answer.");

export async function lookAtQueue({ queue }: SetupDeps) {
  try {
    if (await queue.keysFit()) {
      return { verdict: "ok" as const, found: "QStash takes our token and signs with the keys we know." };
    }
    return {
      verdict: "bad" as const,
      found: "QStash signs with other keys than QSTASH_CURRENT_SIGNING_KEY and QSTASH_NEXT_SIGNING_KEY.",
      todo: "Copy both signing keys again, from the region of QSTASH_URL, and deploy.",
      link: CONSOLE,
    };
  } catch (cause) {
    return {
      verdict: "bad" as const,
      found: reasonOf(cause),
      todo: "Copy QSTASH_TOKEN and QSTASH_URL again, both from the same region, and deploy.",
      link: CONSOLE,
    };
  }
}

export async function lookAtSchedule({ queue, settings }: SetupDeps) {
  const destination = `${settings.publicBaseUrl}/api/relay`;
  const what = "The sweep makes up for lost notifications and starts what waits.";
  try {
    const schedules = await queue.schedules();
    const ours = schedules.find((one) => one.destination === destination);
    if (ours !== undefined && !ours.isPaused) {
      return { verdict: "ok" as const, found: `QStash sweeps on the schedule “${ours.cron}” (UTC).` };
    }
    return {
      verdict: "bad" as const,
      found: `${ours === undefined ? `No schedule calls ${destination}.` : "The schedule is paused."} ${what}`,
      todo:
        ours === undefined
          ? "Run this on your machine, with PUBLIC_BASE_URL set to this address."
          : "Resume it in the console.",
      link: CONSOLE,
      copy: ours === undefined ? [{ label: "Command", value: "npm run schedule" }] : [],
    };
  } catch (cause) {
    return { verdict: "bad" as const, found: reasonOf(cause), todo: "Mend QStash first.", link: CONSOLE };
  }
}
