/** Plans one listing and commits it. Most listings hold only new files, so it first plans as if nothing were known; the
 * commit script checks that belief and hands back the truth when it was wrong. */
import type { Delivery } from "../core/delivery.ts";
import { collapse, type Entry, type KnownFile, type Plan, plan } from "../core/plan.ts";
import { parseKnownFile } from "../store/source-store.ts";
import { LISTING_LIMIT, type ListedPage } from "./list-page.ts";
import type { Link, Services } from "./services.ts";
import { accountNow, type Position } from "./source-position.ts";

/** Beliefs can only be wrong again if another run commits meanwhile, and the lease forbids that. */
const PLANS_MAX = 4;

interface Input {
  token: string;
  position: Position;
  page: ListedPage & { kind: "page" };
  seenBy: Delivery["seenBy"];
}

export type PageCommitted = { kind: "committed"; found: number; position: Position } | { kind: "lost"; found: number };

export async function commitPage(services: Services, link: Link, input: Input): Promise<PageCommitted> {
  const { position, page } = input;
  const entries = collapse(page.entries);
  const after: Position = { ...position, cursor: page.cursor, phase: page.hasMore ? position.phase : "following" };
  // Once a link, at the end of its first whole listing: tells later whether a dead cursor was another account's.
  if (after.phase !== position.phase && position.account === null) after.account = await accountNow(services, link);
  const foldersGone: string[] = [];
  let found = 0;
  // A server may send more than asked for. The cursor moves with the last part only.
  for (let from = 0; from === 0 || from < entries.length; from += LISTING_LIMIT) {
    const part = entries.slice(from, from + LISTING_LIMIT);
    const isLast = from + LISTING_LIMIT >= entries.length;
    const account = after.account === null ? {} : { account: after.account };
    const source = isLast
      ? { ...account, listedAt: `${services.now()}`, phase: after.phase, cursor: after.cursor }
      : {};
    const committed = await commitPart(services, link, input, part, source);
    found += committed.plan.deliveries.length;
    if (committed.kind === "lost") return { kind: "lost", found };
    foldersGone.push(...committed.plan.foldersGone);
    for (const { path, reason } of committed.plan.skipped)
      services.log.info({ link: link.id, path, reason }, "file.skipped");
  }
  if (foldersGone.length > 0) await link.source.forgetBelow(foldersGone, pathsIn(entries));
  return { kind: "committed", found, position: after };
}

async function commitPart(
  services: Services,
  link: Link,
  input: Input,
  entries: readonly Entry[],
  source: Record<string, string>,
): Promise<{ kind: "committed" | "lost"; plan: Plan }> {
  let believedFiles = new Map<string, string>(
    entries.flatMap((entry) => (entry.kind === "file" ? [[entry.id, ""] as const] : [])),
  );
  let believedPaths = new Map<string, string>(
    entries.flatMap((entry) => (entry.kind === "deleted" ? [[entry.pathLower, ""] as const] : [])),
  );
  for (let tried = 1; ; tried += 1) {
    const known = new Map<string, KnownFile>();
    for (const [id, value] of believedFiles) {
      const file = parseKnownFile(value);
      if (file !== undefined) known.set(id, file);
    }
    const planned = plan({
      entries,
      phase: input.position.phase,
      known,
      pathOwners: new Map([...believedPaths].filter(([, owner]) => owner !== "")),
      instance: {
        id: link.id,
        folder: link.folder,
        since: input.position.since,
        backfill: link.backfill,
        rules: link.rules,
      },
      now: services.now(),
      seenBy: input.seenBy,
    });
    const committed = await link.source.commit({
      token: input.token,
      cursorBefore: input.position.cursor,
      source,
      files: planned.files,
      paths: planned.paths,
      pathsGone: planned.pathsGone,
      deliveries: planned.deliveries,
      believedFiles,
      believedPaths,
      now: services.now(),
    });
    if (committed.kind !== "stale") return { kind: committed.kind, plan: planned };
    believedFiles = committed.files;
    believedPaths = committed.paths;
    if (tried >= PLANS_MAX) throw new Error("the known files change under the lease");
  }
}

/** A folder deleted and made again within one listing keeps what the listing shows below it. */
const pathsIn = (entries: readonly Entry[]): ReadonlySet<string> =>
  new Set(entries.filter((entry) => entry.kind !== "deleted").map((entry) => entry.pathLower));
