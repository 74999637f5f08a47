/** What the stores are asked for where a test says nothing else. */

import type { Commit } from "@/lib/store/listing-commit.ts";
import type { OutboxStore } from "@/lib/store/outbox-store.ts";

export const NOW = 1_795_592_919_000;

export type Turn = Parameters<OutboxStore["settleAndClaim"]>[0];

/** A listing of nothing, by who holds the lease as "t". */
export const aCommit = (more: Partial<Commit> = {}): Commit => ({
  token: "t",
  cursorBefore: "",
  source: { cursor: "c1" },
  files: new Map(),
  paths: new Map(),
  pathsGone: [],
  deliveries: [],
  believedFiles: new Map(),
  believedPaths: new Map(),
  now: NOW,
  ...more,
});

/** Claims up to 50 as "w" and settles nothing. */
export const aTurn = (more: Partial<Turn> = {}): Turn => ({
  settleToken: "w",
  claimToken: "w",
  now: NOW,
  limit: 50,
  credential: "k",
  settlements: [],
  hold: null,
  ...more,
});
