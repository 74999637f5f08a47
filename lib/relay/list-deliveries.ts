/** One part of the list of deliveries in a state; each costs the same, however many there are. */
import type { Listed, ListedState } from "../core/listed.ts";
import { readMark, writeMark } from "../core/listed.ts";
import type { Place } from "../core/story.ts";
import type { Row } from "../store/inspection-store.ts";
import type { Link } from "./services.ts";

export const LIST_MAX = 100;

/** In the order in which they are claimed; what is over, newest first. */
const PLACES_OF = {
  waiting: ["live", "replay", "backfill"],
  claimed: ["claimed"],
  dead: ["dead"],
  unclear: ["unclear"],
  settled: ["settled"],
} as const satisfies Record<ListedState, readonly Place[]>;

export interface ListedPart {
  deliveries: Listed[];
  /** Begins the next part; null: there is none. */
  after: string | null;
  /** For each delivery the mark behind it. */
  marks: string[];
  isNewestFirst: boolean;
}

/** `after` of the last answer begins the next part; null when there is none, and for an answer when it was no mark. */
export async function listDeliveries(
  link: Link,
  asked: { state: ListedState; limit: number; after: string | null },
): Promise<ListedPart | null> {
  const places: readonly Place[] = PLACES_OF[asked.state];
  const mark = asked.after === null ? null : readMark(asked.after);
  const names: readonly string[] = places;
  const start = mark === null ? 0 : names.indexOf(mark.within);
  if (start < 0 || (asked.after !== null && mark === null)) return null;
  const isNewestFirst = asked.state === "dead" || asked.state === "unclear" || asked.state === "settled";
  const found: { place: Place; row: Row }[] = [];
  for (const [n, place] of places.slice(start).entries()) {
    const left = asked.limit + 1 - found.length;
    if (left <= 0) break;
    const rows = await link.desk.inspection.page(place, n === 0 ? mark : null, left, isNewestFirst);
    found.push(...rows.map((row) => ({ place, row })));
  }
  const shown = found.slice(0, asked.limit);
  const marks = shown.map(({ place, row }) => writeMark({ within: place, score: row.score, id: row.id }));
  return {
    deliveries: shown.map(({ row }) => listed(row)),
    after: found.length > asked.limit ? (marks.at(-1) ?? null) : null,
    marks,
    isNewestFirst,
  };
}

const listed = ({ id, score, stored }: Row): Listed => ({
  id,
  path: stored?.delivery.path ?? null,
  at: score,
  ...(stored === null ? {} : { rev: stored.delivery.rev }),
  attempted: stored?.attempted ?? 0,
  last: stored?.delivery.attempts.at(-1) ?? null,
});
