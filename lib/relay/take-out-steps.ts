/**
 * One step of calling a bulk act off: what it put in and nobody has begun is taken out again, newest first, for the oldest
 * are being delivered meanwhile. What has begun goes on to its end, and what was delivered stays.
 */
import type { Bulk } from "../core/bulk.ts";
import { readMark, writeMark } from "../core/listed.ts";
import { beforeReplay } from "../core/replay.ts";
import type { Row } from "../store/inspection-store.ts";
import { parseKnownFile, type SourceStore } from "../store/source-store.ts";
import { type BulkStep, commit } from "./bulk-step.ts";
import type { Link, Services } from "./services.ts";

const PART = { backfill: 500, replay: 50 } as const;

export async function takeOutStep(
  services: Services,
  link: Link,
  source: SourceStore,
  token: string,
  bulk: Bulk,
): Promise<BulkStep> {
  const { kind } = bulk.ask;
  const rows = await link.desk.inspection.page(kind, readMark(bulk.cursor), PART[kind], true);
  const own = rows.filter((row) => isUntouched(row, bulk.id));
  if (bulk.ask.kind === "backfill") await takeOut(link, bulk.id, own);
  else await takeBack(services, link, bulk.id, bulk.ask.state, own);
  const last = rows.at(-1);
  const isLast = rows.length < PART[kind];
  const cursor = last === undefined ? bulk.cursor : writeMark({ within: kind, score: last.score, id: last.id });
  const end = isLast ? { state: "cancelled", endedAt: `${services.now()}` } : {};
  return (await commit(services, source, token, bulk, { cursor, ...end }))
    ? { kind: "on", put: 0, isLast }
    : { kind: "lost" };
}

const isUntouched = ({ stored }: Row, bulk: string): boolean =>
  stored !== null && stored.delivery.bulk?.id === bulk && stored.attempted === 0;

async function takeOut(link: Link, bulk: string, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map(({ id }) => id);
  const [known, values] = await Promise.all([link.bulk.known(ids), link.bulk.values(ids)]);
  const waiting = rows.flatMap(({ id, stored }, n) => {
    const value = known.get(id) ?? "";
    const file = parseKnownFile(value);
    const former = stored?.delivery.bulk?.former;
    // Another revision is known by now, or it was told to be gone: that is not ours to undo.
    if (file === undefined || former === undefined || file.rev !== stored?.delivery.rev) return [];
    const inEach = values.map((box) => box[n] ?? "");
    return [{ id, known: value, former: { ...file, ...former }, values: inEach }];
  });
  await link.bulk.takeOut(
    bulk,
    waiting.filter(({ values: inEach }) => inEach.every((value) => isNew(value, bulk))),
  );
}

/** No attempt has begun at it, and it is ours. */
const isNew = (value: string, bulk: string): boolean =>
  value.startsWith("p 0 -\n") && value.includes(JSON.stringify({ id: bulk }).slice(1, -1));

async function takeBack(
  services: Services,
  link: Link,
  bulk: string,
  place: "dead" | "unclear",
  rows: readonly Row[],
): Promise<void> {
  const acts = rows.flatMap(({ value, stored }) => {
    const before = stored === null ? null : beforeReplay(stored.delivery);
    return before === null ? [] : [{ value, ...before }];
  });
  await link.desk.acts.takeBack(bulk, place, acts, services.now());
}
