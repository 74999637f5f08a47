/** The last bulk acts, as a list shows them. Pure. */
import type { Bulk, BulkState } from "../core/bulk.ts";
import { askWords, titleOf } from "../core/bulk-words.ts";
import { bulkHref } from "./addresses.ts";
import type { Tone } from "./tone.ts";

export interface BulkRow {
  href: string;
  title: string;
  about: string;
  at: number;
  word: string;
  tone: Tone;
}

const STATE = {
  counting: { word: "Counting", tone: "wait" },
  ready: { word: "To confirm", tone: "warn" },
  running: { word: "Running", tone: "wait" },
  cancelling: { word: "Being called off", tone: "wait" },
  cancelled: { word: "Called off", tone: "idle" },
  done: { word: "Done", tone: "ok" },
} as const satisfies Record<BulkState, { word: string; tone: Tone }>;

export const bulkRows = (bulks: readonly Bulk[]): BulkRow[] =>
  bulks.map(({ id, ask, state, createdAt }) => ({
    href: bulkHref(id),
    title: titleOf(ask),
    about: askWords(ask),
    at: createdAt,
    ...STATE[state],
  }));
