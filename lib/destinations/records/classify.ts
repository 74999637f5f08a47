import type { Outcome } from "../../core/outcome.ts";

type Failure = { status: number | null; retryAfterMs: number | null; message: string };

/**
 * What a refused or unanswered request means. A read changes nothing, so it is simply tried later; a write that was not
 * clearly refused may have happened, so it is unclear. 400 and 422 come back as rejected: the caller may correct once.
 */
export function classify(failure: Failure, request: "search" | "write", now: number): Outcome {
  const { status, message } = failure;
  const at = failure.retryAfterMs === null ? null : now + failure.retryAfterMs;
  if (status === 401 || status === 403) return { kind: "unauthorized", message };
  if (status === 429) return { kind: "retryAt", at, cause: "rateLimited", hold: true, message };
  const noVerdict = status === null || status >= 500 || status === 408 || status === 425;
  if (noVerdict && request === "search") {
    return { kind: "retryAt", at, cause: status === null ? "network" : "unavailable", hold: false, message };
  }
  // 404 and 409 on a write: the record went or came between our search and now; look again.
  if (noVerdict || (request === "write" && (status === 404 || status === 409))) return { kind: "unclear", at, message };
  return { kind: "rejected", message };
}
