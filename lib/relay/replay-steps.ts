/** One step of a replay of many: a bounded part of what is dead or unclear, oldest first, counted or made due again. */
import { whyOf } from "../core/backfill.ts";
import { added, type Bulk, type BulkFound, isMeantBy, NOTHING_FOUND, type ReplayAsk } from "../core/bulk.ts";
import { readMark, writeMark } from "../core/listed.ts";
import { actedOn } from "../core/replay.ts";
import { notSelectedBy } from "../core/selection.ts";
import type { Row } from "../store/inspection-store.ts";
import type { SourceStore } from "../store/source-store.ts";
import { type BulkStep, commit } from "./bulk-step.ts";
import type { Link, Services } from "./services.ts";

/** Looked at in one step. */
const PART = 250;
/** Moved in one call of the script. */
const MOVED = 50;

type ReplayBulk = Bulk & { ask: ReplayAsk };
type Meant = { kind: "meant"; value: string; delivery: NonNullable<Row["stored"]>["delivery"] };

export async function deadStep(
  services: Services,
  link: Link,
  source: SourceStore,
  token: string,
  bulk: ReplayBulk,
): Promise<BulkStep> {
  const { ask, state } = bulk;
  const page = await link.desk.inspection.page(ask.state, readMark(bulk.cursor), PART, false);
  // What ended since was in no plan that a person saw, or this act itself sent it: not once more.
  const rows = page.filter(({ score }) => score <= bulk.createdAt);
  const last = rows.at(-1);
  const isLast = rows.length < PART;
  const cursor = last === undefined ? bulk.cursor : writeMark({ within: ask.state, score: last.score, id: last.id });
  if (state === "counting") {
    const found = JSON.stringify(added(bulk.found, count(link, ask, rows)));
    const committed = await commit(services, source, token, bulk, {
      found,
      cursor,
      ...(isLast ? { state: "ready" } : {}),
    });
    return committed ? { kind: "on", put: 0, isLast } : { kind: "lost" };
  }
  const now = services.now();
  const meant = rows.flatMap((row) => {
    const verdict = judge(link, ask, row);
    return verdict.kind === "meant" ? [verdict] : [];
  });
  const acts = meant.map(({ value, delivery }) => ({ value, delivery: actedOn(delivery, "replayed", now, bulk.id) }));
  // Counted where they are moved: whoever dies before the commit below finds them gone, and counts none of them twice.
  let put = 0;
  for (let from = 0; from < acts.length; from += MOVED) {
    const moved = await link.desk.acts.replayIn(bulk.id, ask.state, acts.slice(from, from + MOVED), now);
    put += moved.filter(Boolean).length;
  }
  const looked = `${bulk.looked + rows.length}`;
  const committed = await commit(services, source, token, bulk, {
    cursor,
    looked,
    ...(isLast ? { isListed: "1" } : {}),
  });
  return committed ? { kind: "on", put, isLast } : { kind: "lost" };
}

function count(link: Link, ask: ReplayAsk, rows: readonly Row[]): BulkFound {
  const found: BulkFound = { ...NOTHING_FOUND, looked: rows.length, skipped: {}, examples: [] };
  for (const row of rows) {
    const verdict = judge(link, ask, row);
    if (verdict.kind === "skip") found.skipped[verdict.why] = (found.skipped[verdict.why] ?? 0) + 1;
    if (verdict.kind !== "meant") continue;
    found.meant += 1;
    const { id, path, attempts } = verdict.delivery;
    if (found.examples.length < 5) found.examples.push({ id, path, reason: attempts.at(-1)?.message ?? null });
  }
  return found;
}

function judge(link: Link, ask: ReplayAsk, { value, stored, score }: Row): Meant | { kind: "skip"; why: string } {
  if (stored === null) return { kind: "skip", why: "a stored value that cannot be read" };
  const { delivery } = stored;
  if (!isMeantBy(ask)(delivery, score)) return { kind: "skip", why: "does not fit the filter" };
  // What is followed of a file that went has nothing to do with the rules.
  const not = delivery.gone === undefined ? notSelectedBy(delivery, link.folder, link.rules) : null;
  return not === null ? { kind: "meant", value, delivery } : { kind: "skip", why: whyOf(not) };
}
