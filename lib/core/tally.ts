/**
 * How many files ended in an hour, and how long each had been on its way: one line of numbers an hour and destination.
 * "<hour> <failed> <ended well, by how long it took …> <left>", where an hour is counted from 1970. Pure.
 */

export const HOUR_MS = 3_600_000;
/** Hours that are kept: each has its place by the rest of a division, and the next of that place takes it over. */
export const HOURS_KEPT = 48;
/** Each up to twice the one before it; what took longer than the last but one (18 hours) is in the last. */
export const BUCKETS = 24;
const FIRST_MS = 16;
/** Places in the line, behind the hour. */
export const FAILED_PLACE = 1;
export const LEFT_PLACE = 2 + BUCKETS;
export const tookPlace = (ms: number): number => 2 + bucketOf(ms);

export interface HourTally {
  hour: number;
  failed: number;
  /** How many ended well, by how long they had been on their way. */
  took: readonly number[];
  /** How many are over and were not sent: skipped, or what was there of them was taken back. */
  left: number;
}

const boundOf = (bucket: number): number => (bucket >= BUCKETS - 1 ? Number.POSITIVE_INFINITY : FIRST_MS * 2 ** bucket);

/** Which of the buckets holds a time (ms). */
export function bucketOf(ms: number): number {
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) if (ms <= boundOf(bucket)) return bucket;
  return BUCKETS - 1;
}

/** The field of an hour's place. No file's id begins so. */
export const tallyField = (place: number): string => `#${place}`;
export const TALLY_FIELDS: readonly string[] = Array.from({ length: HOURS_KEPT }, (_, place) => tallyField(place));

/** The hours of the last day, oldest first, this one included; an hour in which nothing ended is there with zeros. */
export function lastDay(lines: readonly (string | null)[], now: number): HourTally[] {
  const known = new Map<number, HourTally>();
  for (const line of lines) {
    const words = (line ?? "").split(" ").map(Number);
    const [hour = Number.NaN, failed = Number.NaN, ...rest] = words;
    // A line of an older version does not tell apart what was left.
    if (rest.length !== BUCKETS && rest.length !== BUCKETS + 1) continue;
    const left = rest[BUCKETS] ?? 0;
    if (words.every(Number.isSafeInteger)) known.set(hour, { hour, failed, took: rest.slice(0, BUCKETS), left });
  }
  const last = Math.floor(now / HOUR_MS);
  const none = Array.from({ length: BUCKETS }, () => 0);
  return Array.from({ length: 24 }, (_, n) => {
    const hour = last - 23 + n;
    return known.get(hour) ?? { hour, failed: 0, took: none, left: 0 };
  });
}

export const endedWell = ({ took }: Pick<HourTally, "took">): number => took.reduce((sum, one) => sum + one, 0);

/**
 * The time (ms) within which this part of the files arrived, as the end of the bucket it falls into: at most twice the
 * truth, and never less. Infinity: longer than is told apart. Null when none arrived.
 */
export function within(hours: readonly Pick<HourTally, "took">[], part: number): number | null {
  const total = hours.reduce((sum, hour) => sum + endedWell(hour), 0);
  if (total === 0) return null;
  const wanted = Math.max(1, Math.ceil(total * part));
  let seen = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    for (const { took } of hours) seen += took[bucket] ?? 0;
    if (seen >= wanted) return boundOf(bucket);
  }
  return boundOf(BUCKETS - 1);
}
