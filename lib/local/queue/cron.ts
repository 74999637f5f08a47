/** Five-field cron, evaluated in UTC as QStash does: `*`, steps, lists, ranges, ranges with steps. No names, no CRON_TZ. */

const RANGES = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

/** A 29 February that must also be a given weekday comes at worst 40 years apart (around 2100). */
const DAYS_AHEAD_MAX = 366 * 41;

export interface Cron {
  /** The first matching minute strictly after `time`; null when there is none. */
  nextAfter(time: number): number | null;
}

/** Throws SyntaxError when the text is not a five-field cron expression. */
export function parseCron(text: string): Cron {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 5) throw new SyntaxError("cron must have five fields");
  const sets = RANGES.map(([low, high], index) => parseField(fields[index] ?? "", low, high));
  const [minutes, hours, days, months, weekdays] = sets as [Field, Field, Field, Field, Field];
  if (weekdays.has(7)) weekdays.add(0);
  const anyDay = fields[2]?.startsWith("*") ?? false;
  const anyWeekday = fields[4]?.startsWith("*") ?? false;

  function matchesDay(day: Date): boolean {
    if (!months.has(day.getUTCMonth() + 1)) return false;
    const byDay = days.has(day.getUTCDate());
    const byWeekday = weekdays.has(day.getUTCDay());
    // Cron's own rule: when both are restricted, either is enough.
    return anyDay || anyWeekday ? byDay && byWeekday : byDay || byWeekday;
  }

  return {
    nextAfter(time) {
      const first = Math.floor(time / 60_000) * 60_000 + 60_000;
      const day = new Date(first);
      day.setUTCHours(0, 0, 0, 0);
      for (let ahead = 0; ahead < DAYS_AHEAD_MAX; ahead++, day.setUTCDate(day.getUTCDate() + 1)) {
        if (!matchesDay(day)) continue;
        for (const hour of hours) {
          for (const minute of minutes) {
            const at = day.getTime() + hour * 3_600_000 + minute * 60_000;
            if (at >= first) return at;
          }
        }
      }
      return null;
    },
  };
}

/** Ascending, so that the first match is the earliest. */
type Field = Set<number>;

function parseField(text: string, low: number, high: number): Field {
  const values: number[] = [];
  for (const part of text.split(",")) {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) throw new SyntaxError(`cron field "${text}" is not understood`);
    const [, from, to, step] = match;
    const start = from === undefined ? low : Number(from);
    const end = to !== undefined ? Number(to) : from === undefined || step !== undefined ? high : start;
    const by = step === undefined ? 1 : Number(step);
    if (start < low || end > high || start > end || by < 1) {
      throw new SyntaxError(`cron field "${text}" is outside ${low}-${high}`);
    }
    for (let value = start; value <= end; value += by) values.push(value);
  }
  return new Set(values.sort((a, b) => a - b));
}
