/** What one step of a bulk act ends in, and the commit of one that only moves its place. */
import type { Bulk } from "../core/bulk.ts";
import type { SourceStore } from "../store/source-store.ts";
import type { ListedPage } from "./list-page.ts";
import type { Services } from "./services.ts";

export type BulkStep =
  /** Committed; `put`: deliveries that came into an outbox. */
  | { kind: "on"; put: number; isLast: boolean }
  /** The lease is another's, or a person has changed what is to be done: nothing was committed. */
  | { kind: "lost" }
  | Exclude<ListedPage, { kind: "page" | "reset" }>;

/** Moves the place, and nothing else. */
export async function commit(
  services: Services,
  source: SourceStore,
  token: string,
  bulk: Bulk,
  fields: Record<string, string>,
): Promise<boolean> {
  const committed = await source.commit({
    token,
    cursorBefore: bulk.cursor,
    source: fields,
    files: new Map(),
    paths: new Map(),
    pathsGone: [],
    deliveries: [],
    believedFiles: new Map(),
    believedPaths: new Map(),
    now: services.now(),
  });
  return committed.kind === "committed";
}
