/** Commits one listing in parts of bounded size, the cursor with the last. What was in a folder that went comes before it. */
import type { Delivery } from "../core/delivery.ts";
import { collapse } from "../core/plan.ts";
import { commitPart, type Listed } from "./commit-part.ts";
import { LISTING_LIMIT, type ListedPage } from "./list-page.ts";
import { followsDeletions, type Link, type Services } from "./services.ts";
import { accountNow, type Position } from "./source-position.ts";

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
  const listed: Listed = {
    token: input.token,
    position,
    seenBy: input.seenBy,
    ids: new Set(entries.flatMap((entry) => (entry.kind === "file" ? [entry.id] : []))),
    paths: new Set(entries.filter((entry) => entry.kind !== "deleted").map((entry) => entry.pathLower)),
  };
  const foldersGone: string[] = [];
  let found = 0;
  // A server may send more than asked for. The cursor moves with the last part only.
  for (let from = 0; from === 0 || from < entries.length; from += LISTING_LIMIT) {
    const part = entries.slice(from, from + LISTING_LIMIT);
    const isLast = from + LISTING_LIMIT >= entries.length;
    const account = after.account === null ? {} : { account: after.account };
    const now = `${services.now()}`;
    const times = {
      ...(input.seenBy === "notification" ? { notifiedAt: now } : {}),
      // A listing that goes on in another job has not been to its end.
      ...(page.hasMore ? {} : { listedAt: now }),
    };
    const source = isLast ? { ...account, ...times, phase: after.phase, cursor: after.cursor } : {};
    const committed = await commitPart(services, link, listed, part, source);
    found += committed.found;
    if (committed.kind === "lost") return { kind: "lost", found };
    foldersGone.push(...committed.plan.foldersGone);
    for (const { path, reason } of committed.plan.skipped)
      services.log.info({ link: link.id, path, reason }, "file.skipped");
  }
  // Where files are followed, what was in them has been committed already.
  if (foldersGone.length > 0 && !followsDeletions(link)) await link.source.forgetBelow(foldersGone, listed.paths);
  return { kind: "committed", found, position: after };
}
