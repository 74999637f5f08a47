/** Backoff and the reading of Retry-After. Pure: time and chance come in. */

/** About eleven hours of an endpoint that is down; then a person looks. */
export const ATTEMPTS_MAX = 100;
const BASE_MS = 500;
const CAP_MS = 15 * 60_000;
/** A wait named by the other side is believed up to a day; past that it is more likely a mistake. */
export const RETRY_AFTER_MAX_MS = 86_400_000;

/** Full-jitter exponential backoff for the attempt just made (1-based): 0.5 s doubling to 15 min, never under 100 ms. */
export function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 20));
  return Math.max(100, Math.round(ceiling * random));
}

/** Milliseconds asked for by a Retry-After header (seconds or HTTP date), capped; null when absent or unreadable. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  const isSeconds = /^\d+(\.\d+)?$/.test(text);
  // Date.parse makes a date of nearly anything, even of "-5".
  if (!isSeconds && !/\d{1,2}:\d{2}/.test(text)) return null;
  const asked = isSeconds ? Number(text) * 1000 : Date.parse(text) - now;
  if (!Number.isFinite(asked)) return null;
  return Math.min(RETRY_AFTER_MAX_MS, Math.max(0, asked));
}
