/**
 * One step of calling a bulk act off: what it put in and nobody has begun is taken out again, newest first, for the oldest
 * are being delivered meanwhile. What has begun goes on to its end, and what was delivered stays.
 */
import type { Bulk } from "../core/bulk.ts";
import { readMark, writeMark } from "../core/listed.ts";
import { beforeReplay } from "../core/replay.ts";
import type { ActStore } from "../store/act-store.ts";
import type { Place } from "../store/backfill-store.ts";
import type { Row } from "../store/inspection-store.ts";
import { parseKnownFile, type SourceStore } from "../store/source-store.ts";
import { type BulkStep, commit } from "./bulk-step.ts";
import type { Services, Shelf } from "./services.ts";

const PART = { backfill: 500, replay: 50 } as const;

/**
 * Its outboxes one after the other, and of each the former ones before the present one: what is brought along meanwhile
 * goes in that direction. A destination that the instance got since has nothing of it, and is not asked.
 */
export async function takeOutStep(
  services: Services,
  shelf: Shelf,
  source: SourceStore,
  token: string,
  bulk: Bulk,
): Promise<BulkStep> {
  const { kind } = bulk.ask;
  const places = shelf.bulk.placesOf(bulk.outboxes.length === 0 ? shelf.bulk.outboxes : bulk.outboxes);
  const outboxes = places.flatMap((place) => place.outboxes);
  const [, named = "", mark = ""] = /^([^|]*)\|(.*)$/s.exec(bulk.cursor) ?? [];
  const at = Math.max(0, outboxes.indexOf(named));
  const outbox = outboxes[at] ?? "";
  const rows = await shelf.bulk
    .inspection(outbox)
    .page(kind, outbox === named ? readMark(mark) : null, PART[kind], true);
  const own = rows.filter((row) => isUntouched(row, bulk.id));
  if (bulk.ask.kind === "backfill") await takeOut(shelf, bulk.id, places, own);
  else await takeBack(services, shelf.bulk.acts(outbox), bulk.id, bulk.ask.state, own);
  const last = rows.at(-1);
  const next = outboxes[at + 1];
  const goesOn = last !== undefined && rows.length === PART[kind];
  const isLast = !goesOn && next === undefined;
  const cursor = goesOn ? `${outbox}|${writeMark({ within: kind, score: last.score, id: last.id })}` : `${next ?? ""}|`;
  const end = isLast ? { state: "cancelled", endedAt: `${services.now()}` } : {};
  return (await commit(services, source, token, bulk, { cursor, ...end }))
    ? { kind: "on", put: 0, isLast }
    : { kind: "lost" };
}

const isUntouched = ({ stored }: Row, bulk: string): boolean =>
  stored !== null && stored.delivery.bulk?.id === bulk && stored.attempted === 0;

async function takeOut(shelf: Shelf, bulk: string, places: readonly Place[], rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map(({ id }) => id);
  const outboxes = places.flatMap((place) => place.outboxes);
  const [known, values] = await Promise.all([shelf.bulk.known(ids), shelf.bulk.values(outboxes, ids)]);
  const waiting = rows.flatMap(({ id, stored }, n) => {
    const value = known.get(id) ?? "";
    const file = parseKnownFile(value);
    const former = stored?.delivery.bulk?.former;
    // Another revision is known by now, or it was told to be gone: that is not ours to undo.
    if (file === undefined || former === undefined || file.rev !== stored?.delivery.rev) return [];
    const untouched = values.map((box) => box[n] ?? "").map((one) => (isNew(one, bulk) ? one : ""));
    if (!hasBegunNowhere(places, new Set(outboxes.filter((_, box) => untouched[box] !== "")))) return [];
    return [{ id, known: value, former: { ...file, ...former }, values: untouched }];
  });
  await shelf.bulk.takeOut(bulk, outboxes, waiting);
}

/** That it is not there is no proof: what is settled is forgotten some day. Only of a removed destination it does not matter. */
const hasBegunNowhere = (places: readonly Place[], waitsIn: ReadonlySet<string>): boolean =>
  waitsIn.size > 0 &&
  places.every(({ isPresent, outboxes }) => !isPresent || outboxes.some((outbox) => waitsIn.has(outbox)));

/** No attempt has begun at it, and it is ours. */
const isNew = (value: string, bulk: string): boolean =>
  value.startsWith("p 0 -\n") && value.includes(JSON.stringify({ id: bulk }).slice(1, -1));

async function takeBack(
  services: Services,
  desk: ActStore,
  bulk: string,
  place: "dead" | "unclear",
  rows: readonly Row[],
): Promise<void> {
  const acts = rows.flatMap(({ value, stored }) => {
    const before = stored === null ? null : beforeReplay(stored.delivery);
    return before === null ? [] : [{ value, ...before }];
  });
  await desk.takeBack(bulk, place, acts, services.now());
}
