/** How an attempt ended, in words; and what a person did. */
import type { Tone } from "./tone.ts";

export const OUTCOME: Record<string, { word: string; tone: Tone }> = {
  delivered: { word: "Delivered", tone: "ok" },
  updated: { word: "Updated", tone: "ok" },
  skipped: { word: "Skipped", tone: "idle" },
  removed: { word: "Post taken back", tone: "idle" },
  hidden: { word: "Post hidden", tone: "idle" },
  foundRemoved: { word: "Post found to be gone", tone: "wait" },
  retryAt: { word: "Not now", tone: "wait" },
  unclear: { word: "No clear answer", tone: "warn" },
  untellable: { word: "Cannot be told", tone: "warn" },
  unauthorized: { word: "Key refused", tone: "bad" },
  rejected: { word: "Refused", tone: "bad" },
  foundFormer: { word: "An earlier revision found", tone: "wait" },
  replayed: { word: "Replayed by a person", tone: "wait" },
  postedAnew: { word: "Sent again by a person", tone: "wait" },
  foundThere: { word: "A person found it there", tone: "ok" },
};
