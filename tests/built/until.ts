import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 20;

/** Polls until `done`; throws with what it waited for, and how far things are, when the time is over. */
export async function until(
  what: string,
  done: () => boolean | Promise<boolean>,
  limitMs: number,
  state: () => string = () => "",
  pollMs: number = POLL_MS,
): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await done())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs / 1000} s. ${state()}`);
    await delay(pollMs);
  }
}
