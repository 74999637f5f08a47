/** How long a claim lasts and what fits into it. Change one number and the others must follow. */
export interface Timing {
  /** After so long (ms) a claim whose holder was not heard of is another's. */
  claimMs: number;
  /** No delivery begins later than this after its claim. */
  startWithinMs: number;
  /** No request of the destination takes longer. */
  requestMs: number;
}

/** Content, search and write fit behind the last start. */
export const RECORDS_TIMING: Timing = { claimMs: 30_000, startWithinMs: 8_000, requestMs: 7_000 };
/** One request a body, and what Redis needs around it; a receiver has as long as is usual among webhooks. */
export const CALLBACK_TIMING: Timing = { claimMs: 60_000, startWithinMs: 20_000, requestMs: 15_000 };
/** A picture is read, made to fit and uploaded before it is shown: pictures are large, and Facebook takes its time. */
export const PAGE_TIMING: Timing = { claimMs: 120_000, startWithinMs: 30_000, requestMs: 28_000 };
