/** How long a bulk act takes at the present pace, and what it costs at list prices. Pure. */

const DAY_MS = 86_400_000;
/** Where nothing was delivered yet that could be measured. */
const ASSUMED_MS = 250;

/** How fast one destination takes deliveries now. */
export interface Speed {
  /** Requests at a time. */
  width: number;
  /** Of the last deliveries, on average; null: there were none. */
  msEach: number | null;
  /** Posts a day (0: no limit), the time between two, and how many of the last 24 hours' are taken. */
  posts: { mostADay: number; spacingMs: number; taken: number } | null;
  /** Nothing goes out before then (ms); null: at once. */
  heldUntil: number | null;
}

export interface TimeNeeded {
  ms: number;
  /** What decides. */
  by: "posts" | "spacing" | "pace";
  /** Not measured: nothing was delivered lately. */
  isAssumed: boolean;
}

/** The slowest destination decides. Of a Page's posts it is the most: photos of one folder may share one. */
export function timeNeeded(files: number, speeds: readonly Speed[], now: number): TimeNeeded {
  const each = speeds.map((speed) => timeAt(files, speed, now));
  return each.reduce((slowest, one) => (one.ms > slowest.ms ? one : slowest), { ms: 0, by: "pace", isAssumed: false });
}

function timeAt(files: number, { width, msEach, posts, heldUntil }: Speed, now: number): TimeNeeded {
  const held = Math.max(0, (heldUntil ?? now) - now);
  const pace: TimeNeeded = {
    ms: held + (files * (msEach ?? ASSUMED_MS)) / width,
    by: "pace",
    isAssumed: msEach === null,
  };
  if (posts === null || files === 0) return pace;
  const { mostADay, spacingMs, taken } = posts;
  const free = Math.max(0, mostADay - taken);
  const days = mostADay === 0 ? 0 : Math.ceil(Math.max(0, files - free) / mostADay) * DAY_MS;
  const spaced = (files - 1) * spacingMs;
  if (days >= Math.max(spaced, pace.ms) && days > 0) return { ms: days, by: "posts", isAssumed: false };
  return spaced > pace.ms ? { ms: held + spaced, by: "spacing", isAssumed: false } : pace;
}

/** When what waits is through, by how fast it went until now; null: too little has. */
export function endsBy(waiting: number, over: number, spentMs: number): number | null {
  if (waiting === 0 || over < MEASURED_FROM || spentMs <= 0) return null;
  return (waiting / over) * spentMs;
}
const MEASURED_FROM = 20;

/** US dollars, at list prices: Upstash pay as you go. Of the same table as the benchmark's. */
export const PRICES = { redisCommand: 0.000002, qstashMessage: 0.00001 } as const;
/** Asserted by the tests of a backfill's cost: what one file takes, its planning and listing included. */
export const COMMANDS_PER_FILE = 0.6;
/** A post is claimed, paced, noted and settled by itself. */
const COMMANDS_PER_POST = 40;
/** Of a whole act, beside the jobs that a destination's pace needs. */
const MESSAGES = 5;

export interface Cost {
  commands: number;
  messages: number;
  usd: number;
}

/** `looked`: files listed, which are listed once more when it runs. Functions are not in it: they are billed by their time. */
export function costOf(found: { looked: number; meant: number }, speeds: readonly Speed[]): Cost {
  const listed = (found.looked / 500) * 20;
  const sum = speeds.reduce(
    (total, { posts }) => ({
      commands: total.commands + found.meant * (posts === null ? COMMANDS_PER_FILE : COMMANDS_PER_POST),
      // A post that has to wait for its day or its turn is begun by a job of its own.
      messages: total.messages + (posts === null || (posts.mostADay === 0 && posts.spacingMs === 0) ? 0 : found.meant),
    }),
    { commands: listed, messages: MESSAGES },
  );
  const commands = Math.ceil(sum.commands);
  return {
    commands,
    messages: sum.messages,
    usd: commands * PRICES.redisCommand + sum.messages * PRICES.qstashMessage,
  };
}
