import type { Claimed } from "./delivery.ts";
import type { Outcome } from "./outcome.ts";

/** What every destination is to the outbox. A new kind of destination is a new folder that makes one of these. */
export interface Destination {
  /** Names the credential for holds and pace: a fingerprint, never the secret. */
  readonly credential: string;
  /**
   * Makes one attempt. Looks before it writes wherever the destination allows it. Never throws for what the other side
   * does; `mayGoOn` is asked before each request, and false (a hold began) ends the attempt as `returned`.
   */
  deliver(claimed: Claimed, mayGoOn: () => boolean): Promise<Outcome>;
}
