/** How one attempt at a delivery ended. No destination retries by itself: it reports one of these and the outbox decides. */
export type Outcome =
  /** `pauseUntil` (ms): the answer says that the limit is near; nothing more with this credential until then. */
  | { kind: "delivered" | "updated"; remoteId: string; wrote: boolean; pauseUntil?: number }
  | { kind: "skipped"; reason: string }
  /** The file is gone, and so is what there was of it (`wrote`: by this attempt); or it is shown to nobody any more. */
  | { kind: "removed"; remoteId: string; wrote: boolean }
  | { kind: "hidden"; wrote: boolean }
  /** Not now. `hold` stops everything that uses the same credential until `at` (ms); otherwise only this delivery waits. */
  | {
      kind: "retryAt";
      at: number | null;
      cause: "rateLimited" | "unavailable" | "network" | "givenUp";
      hold: boolean;
      message: string;
    }
  /**
   * The write may have happened: the next attempt looks before it writes, not before `at` (ms). `landsUntil`: a write we
   * stopped waiting for may still take effect until then, and nothing newer of this file is written before.
   */
  | { kind: "unclear"; at: number | null; landsUntil: number | null; message: string }
  /** The write may have happened, and there is no way to look: a person decides. */
  | { kind: "untellable"; message: string }
  | { kind: "unauthorized"; message: string }
  /**
   * `mayBeThere`: given up rather than refused, and an earlier attempt may have had its effect: its note is kept.
   * `landsUntil`: as of one that is unclear.
   */
  | { kind: "rejected"; message: string; mayBeThere?: true; landsUntil?: number }
  /** An earlier revision turned out to be there: it goes into the ledger, and this one is tried again as an edit of it. */
  | { kind: "foundFormer"; formerRev: string; remoteId: string }
  /** What the ledger tells of was taken away by an attempt whose answer was lost: this one is tried again as a new file. */
  | { kind: "foundRemoved"; remoteId: string }
  /** Nothing went wrong; it goes on at this time (ms), uncounted. */
  | { kind: "notYet"; at: number; reason: string }
  /** Claimed but never tried (a hold began, or time ran out): given back uncounted. */
  | { kind: "returned" };
