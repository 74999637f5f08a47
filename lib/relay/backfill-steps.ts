/**
 * One step of a backfill: a listing call from the folder's start on, which never moves the relay's own cursor. While it is
 * planned what fits is counted; while it runs it is put into the outboxes, each file in the step that makes it one of the
 * published: what is known of it must still be what the decision was made by.
 */
import { judgeOlder } from "../core/backfill.ts";
import { added, type BackfillAsk, type Bulk, type BulkFound, NOTHING_FOUND } from "../core/bulk.ts";
import type { Delivery } from "../core/delivery.ts";
import { type Former, type KnownFile, knownPath } from "../core/known-file.ts";
import { collapse, type Entry } from "../core/plan.ts";
import { parseKnownFile, type SourceStore } from "../store/source-store.ts";
import { type BulkStep, commit } from "./bulk-step.ts";
import { LISTING_LIMIT, listPage } from "./list-page.ts";
import type { Link, Services } from "./services.ts";

type File = Entry & { kind: "file" };
type BackfillBulk = Bulk & { ask: BackfillAsk };

/** Beliefs can be wrong again while the ordinary listing commits beside us. */
const TRIES_MAX = 4;
/** Asking about changed files, one after the other; one answer may take ten seconds more, and the lease is of thirty. */
const ASK_MS = 10_000;
const RESTARTED = "0~";

export async function listStep(
  services: Services,
  link: Link,
  source: SourceStore,
  token: string,
  bulk: BackfillBulk,
): Promise<BulkStep> {
  const [, at = "0", cursor = ""] = /^(\d+)~(.*)$/s.exec(bulk.cursor) ?? [];
  const page = await listPage(services, link, cursor);
  if (page.kind === "reset") return restart(services, source, token, bulk);
  if (page.kind !== "page") return page;
  const next = `${Number(at) + 1}~${page.cursor}`;
  const files = collapse(page.entries).filter((entry) => entry.kind === "file");
  const isLast = !page.hasMore;
  if (bulk.state === "counting") {
    const found = added(bulk.found, await count(link, files, bulk.ask));
    const fields = { found: JSON.stringify(found), cursor: next, ...(isLast ? { state: "ready" } : {}) };
    const committed = await commit(services, source, token, bulk, fields);
    return committed ? { kind: "on", put: 0, isLast } : { kind: "lost" };
  }
  let put = 0;
  const end = { cursor: next, looked: `${bulk.looked + files.length}`, ...(isLast ? { isListed: "1" } : {}) };
  // A server may send more than asked for, and be slow. The place moves with the last part only; what is in by then is
  // found to be so.
  for (let from = 0; from === 0 || from < files.length; ) {
    const part = files.slice(from, from + LISTING_LIMIT);
    const endBehind = files.length - from;
    const result = await putIn(services, link, source, token, bulk, part, put, { fields: end, endBehind });
    if (result.kind !== "on") return result;
    put += result.put;
    from += Math.max(1, result.taken);
  }
  return { kind: "on", put, isLast };
}

/** Dropbox no longer knows the place. What is in stays in; a plan counts anew. */
async function restart(services: Services, source: SourceStore, token: string, bulk: BackfillBulk): Promise<BulkStep> {
  if (bulk.cursor === RESTARTED) {
    return { kind: "unavailable", message: "Dropbox keeps resetting the cursor", afterMs: 60_000 };
  }
  const fields = { cursor: RESTARTED, looked: "0" };
  const more = bulk.state === "counting" ? { found: JSON.stringify(NOTHING_FOUND) } : {};
  return (await commit(services, source, token, bulk, { ...fields, ...more }))
    ? { kind: "on", put: 0, isLast: false }
    : { kind: "lost" };
}

async function count(link: Link, files: readonly File[], ask: BackfillAsk): Promise<BulkFound> {
  const known = await link.bulk.known(files.map(({ id }) => id));
  const found: BulkFound = { ...NOTHING_FOUND, looked: files.length, skipped: {}, examples: [] };
  for (const file of files) {
    const verdict = judgeOlder(file, parseKnownFile(known.get(file.id) ?? ""), ask, link);
    if (verdict.kind === "already") found.already += 1;
    if (verdict.kind === "fresh") found.fresh += 1;
    if (verdict.kind === "skip") found.skipped[verdict.why] = (found.skipped[verdict.why] ?? 0) + 1;
    if (verdict.kind !== "deliver") continue;
    found.meant += 1;
    if (verdict.former.skipped !== undefined) found.byRules += 1;
    found.examples.push({ id: file.id, path: file.path, reason: verdict.former.skipped ?? null });
  }
  return { ...found, examples: found.examples.slice(0, 5) };
}

interface Chosen {
  file: File;
  former: Former;
  known: string;
}

/** Of those that are given the first, `taken` of them: as many as there is time to ask about before the lease ends. */
type PutIn = { kind: "on"; put: number; taken: number } | Exclude<BulkStep, { kind: "on" }>;

/** `end`: what is stored along with the last of them, behind so many. */
async function putIn(
  services: Services,
  link: Link,
  source: SourceStore,
  token: string,
  bulk: BackfillBulk,
  files: readonly File[],
  before: number,
  end: { fields: Record<string, string>; endBehind: number },
): Promise<PutIn> {
  let believed = await link.bulk.known(files.map(({ id }) => id));
  for (let tried = 1; tried <= TRIES_MAX; tried += 1) {
    const chosen: Chosen[] = [];
    const until = services.now() + ASK_MS;
    let taken = 0;
    for (const file of files) {
      if (taken > 0 && services.now() > until) break;
      taken += 1;
      const known = believed.get(file.id) ?? "";
      const one = await choose(services, link, bulk.ask, file, known);
      if (one === "later")
        return { kind: "unavailable", message: "Dropbox did not tell of a changed file", afterMs: null };
      if (one !== null) chosen.push({ ...one, known });
    }
    const put = chosen.length * link.bulk.width;
    const committed = await source.commit({
      token,
      cursorBefore: bulk.cursor,
      source: { ...(taken >= end.endBehind ? end.fields : {}), put: `${bulk.put + before + put}` },
      files: new Map(chosen.map(({ file }) => [file.id, published(file)])),
      paths: new Map(),
      pathsGone: [],
      deliveries: chosen.map((one) => deliveryOf(one, bulk.id, link.id, services.now())),
      believedFiles: new Map(chosen.map(({ file, known }) => [file.id, known])),
      believedPaths: new Map(),
      now: services.now(),
    });
    if (committed.kind === "committed") return { kind: "on", put, taken };
    if (committed.kind === "lost") return { kind: "lost" };
    believed = new Map([...believed, ...committed.files]);
  }
  return { kind: "unavailable", message: "the files change faster than they can be looked at", afterMs: null };
}

/** Null: it is none of this backfill's, or no longer. */
async function choose(
  services: Services,
  link: Link,
  ask: BackfillAsk,
  file: File,
  value: string,
): Promise<{ file: File; former: Former } | "later" | null> {
  const known = parseKnownFile(value);
  const verdict = judgeOlder(file, known, ask, link);
  if (verdict.kind !== "deliver" || known === undefined) return null;
  if (known.rev === file.rev && known.path === file.path) return { file, former: verdict.former };
  // The listing is older than what is known, or newer. What Dropbox says after both cannot be older than either.
  const token = await link.sourceCredential.current();
  if (token.kind !== "token") return "later";
  const now = await services.dropbox.getMetadata(token.value, file.id);
  if (!now.ok) return now.error.kind === "pathNotFound" ? null : "later";
  if (now.data.kind !== "file") return null;
  const again = judgeOlder(now.data, known, ask, link);
  return again.kind === "deliver" ? { file: now.data, former: again.former } : null;
}

/** What is known of a file from then on: as of any that was delivered. */
const published = ({ rev, path, pathLower }: Pick<File, "rev" | "path" | "pathLower">): KnownFile => ({
  rev,
  ...knownPath(path, pathLower),
});

const deliveryOf = ({ file, former }: Chosen, bulk: string, instance: string, now: number): Delivery => ({
  id: file.id,
  instance,
  rev: file.rev,
  name: file.name,
  path: file.path,
  size: file.size,
  serverModified: file.serverModified,
  priority: "backfill",
  seenAt: now,
  seenBy: "backfill",
  attempts: [],
  bulk: { id: bulk, former },
});
