import type { Incoming } from "@/lib/core/incoming.ts";

/** What the emulators read of a request. A whole `Request` is one, and takes longer to make than most answers. */
export interface Asked extends Incoming, Pick<Request, "method" | "url"> {
  /** Fires when the caller has gone. */
  readonly signal: AbortSignal;
}
