import { exactTime, relativeTime } from "../core/times.ts";
import type { SetupDeps } from "./deps.ts";

const SOON_MS = 7 * 86_400_000;

/** Whether the token is accepted, and for how long. Only a first file proves that it may write. */
export async function lookAtFacebook({ facebook, now }: SetupDeps) {
  const probe = await facebook.probe();
  if (probe.kind !== "fine") {
    const todo =
      probe.kind === "refused"
        ? "Set a new FACEBOOK_API_KEY, and deploy."
        : "Check the address; if it is right, nothing is to be done: what waits is tried again.";
    return { verdict: "bad" as const, found: sentence(probe.message), todo };
  }
  const { message, expiresAt } = probe;
  if (expiresAt === null) return { verdict: "ok" as const, found: sentence(message) };
  const found = `${sentence(message)} The token ends ${relativeTime(expiresAt, now())} (${exactTime(expiresAt)}).`;
  if (expiresAt - now() > SOON_MS) return { verdict: "ok" as const, found };
  return { verdict: "warn" as const, found, todo: "Make a new token in time, set it as FACEBOOK_API_KEY, and deploy." };
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
