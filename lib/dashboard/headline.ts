/** The first thing on a page: one sentence, why it is so, and the one thing to do. */
import type { Tone } from "./tone.ts";

export interface Headline {
  tone: Tone;
  sentence: string;
  why: string | null;
  /** A place to go to; null where nothing is to be done. */
  action: { text: string; href: string } | null;
}
