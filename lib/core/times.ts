/** Times, durations and counts in words. Pure; the zone is UTC everywhere, as in the log. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "2026-11-25 13:45:24 UTC" */
export const exactTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** "12 s ago", "in 4 min"; from two weeks on the date. */
export function relativeTime(at: number, now: number): string {
  const apart = Math.abs(now - at);
  if (apart < 2 * SECOND) return "now";
  if (apart >= 14 * DAY) return new Date(at).toISOString().slice(0, 10);
  const span = apart < MINUTE ? `${Math.round(apart / SECOND)} s` : duration(apart);
  return at <= now ? `${span} ago` : `in ${span}`;
}

/** The largest unit that says it: "340 ms", "12 s", "4 min", "3 h", "2 days". */
export function duration(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(1).replace(/\.0$/, "")} s`;
  if (ms < MINUTE) return `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.round(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.round(ms / HOUR)} h`;
  const days = Math.round(ms / DAY);
  return days === 1 ? "1 day" : `${days} days`;
}

/** "1 file", "1,234 files" */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
