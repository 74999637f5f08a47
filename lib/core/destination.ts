import type { Claimed, Delivery } from "./delivery.ts";
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

/** What reading a file of the source can end in; everything else is the source's business. */
export type Read<T> =
  | { kind: "read"; value: T }
  | { kind: "gone" }
  | { kind: "later"; at: number | null; message: string };

export interface SourceReader {
  /** The bytes of exactly this revision. */
  content(rev: string, maxBytes: number): Promise<Read<Uint8Array>>;
  /** The file as it is now. */
  metadata(fileId: string): Promise<Read<Pick<Delivery, "name" | "rev" | "size">>>;
}
