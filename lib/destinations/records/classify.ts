import type { Outcome } from "../../core/outcome.ts";
import type { Silence } from "../../core/silence.ts";

export interface Failure {
  /** Null: no answer. */
  status: number | null;
  /** Why there was none: nobody listened, the connection broke, or we stopped waiting. Null with a status. */
  silence: Silence | null;
  retryAfterMs: number | null;
  message: string;
}

/** How long a write that we stopped waiting for may still be under way on the other side. */
const LANDING_MS = { refused: 0, broken: 5_000, timeout: 45_000 } as const satisfies Record<Silence, number>;

/**
 * What a refused or unanswered request means. A read changes nothing, so it is simply tried later; a write that was not
 * clearly refused may have happened, so it is unclear. 400 and 422 on a write come back as rejected: the caller may
 * correct once.
 */
export function classify(failure: Failure, request: "search" | "write", now: number): Outcome {
  const { status, silence, message } = failure;
  const at = failure.retryAfterMs === null ? null : now + failure.retryAfterMs;
  const later = (cause: "unavailable" | "network"): Outcome => ({ kind: "retryAt", at, cause, hold: false, message });

  if (status === 401) return { kind: "unauthorized", message };
  if (status === 429) return { kind: "retryAt", at, cause: "rateLimited", hold: true, message };
  // A redirect did nothing, and is more often a proxy or login page in the way than a verdict on the file.
  if (status !== null && status >= 300 && status < 400) return later("unavailable");
  if (request === "search") {
    // After a good search, 403 on a write is about this file; on the search itself it is about us.
    if (status === 403) return { kind: "unauthorized", message };
    return later(status === null ? "network" : "unavailable");
  }
  if (silence === "refused") return later("network");
  if (silence !== null) {
    const landsUntil = now + LANDING_MS[silence];
    return { kind: "unclear", at: Math.max(landsUntil, at ?? 0), landsUntil, message };
  }
  const noVerdict = status === null || status >= 500 || status === 408 || status === 425;
  // 404 and 409: the record went or came between our search and now; look again.
  if (noVerdict || status === 404 || status === 409) return { kind: "unclear", at, landsUntil: null, message };
  return { kind: "rejected", message };
}
