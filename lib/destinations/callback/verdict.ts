/** What an answer means for the endpoint and for what was sent. Pure. */
import type { EndpointAnswer } from "../../core/endpoint-state.ts";
import type { Outcome } from "../../core/outcome.ts";
import type { Silence } from "../../core/silence.ts";
import type { Answer } from "./client.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Wait before the next attempt, by the number of the one that failed: together more than five days. */
export const WAITS_MS: readonly number[] = [
  ...[5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR],
  ...Array.from({ length: 9 }, () => 12 * HOUR),
];
/** Up to so much longer, so that those that failed together do not come back together. */
const JITTER = 0.2;

/** How long what was not answered may still be on its way: nothing newer of the same file must overtake it. */
const LANDING_MS = { refused: 0, broken: 5_000, timeout: 45_000 } as const satisfies Record<Silence, number>;

export function verdictOf(answer: Answer): EndpointAnswer {
  if (answer.status === 410) return "gone";
  return answer.status !== null && answer.status >= 200 && answer.status < 300 ? "accepted" : "failed";
}

/** What a refused or unanswered attempt means for one delivery; all of a body have the same `at`. */
export function outcomeOfFailure(answer: Answer, attempt: number, at: { now: number; random: number }): Outcome {
  const { status, silence, message } = answer;
  const asked = answer.retryAfterMs === null ? null : at.now + answer.retryAfterMs;
  // These say "not now" of the whole endpoint: everything waits, and nothing is counted.
  if (status === 429 || (status === 503 && asked !== null)) {
    const cause = status === 429 ? "rateLimited" : "unavailable";
    return { kind: "retryAt", at: asked, cause, hold: true, message };
  }
  const landsForMs = silence === null ? 0 : LANDING_MS[silence];
  const landing = landsForMs > 0 ? { landsUntil: at.now + landsForMs } : null;
  const wait = WAITS_MS[attempt - 1];
  if (wait === undefined) {
    const words = `given up after ${attempt} attempts: ${message}`;
    return { kind: "rejected", message: words, mayBeThere: true, ...landing };
  }
  const next = Math.max(at.now + Math.round(wait * (1 + JITTER * at.random)), asked ?? 0);
  if (landing !== null) return { kind: "unclear", at: next, ...landing, message };
  return { kind: "retryAt", at: next, cause: status === null ? "network" : "unavailable", hold: false, message };
}
