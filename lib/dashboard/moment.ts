import { exactTime, relativeTime } from "../core/times.ts";

/** A time in its three forms: for programs, exactly, and as one thinks of it. */
export const momentOf = (at: number, now: number) => ({
  iso: new Date(at).toISOString(),
  exact: exactTime(at),
  words: relativeTime(at, now),
});
