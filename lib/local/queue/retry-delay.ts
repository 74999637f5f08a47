/** How long to wait before the next attempt: what the receiver asks for, else the publisher's expression, else QStash's formula. */

import { parseDelayExpression } from "./delay-expression.ts";
import { durationMs } from "./duration.ts";

const DAY_MS = 86_400_000;

const ASKING_HEADERS = [
  "retry-after",
  "x-ratelimit-reset",
  "x-ratelimit-reset-requests",
  "x-ratelimit-reset-tokens",
] as const;

/** Milliseconds before retry number `retried + 1`. */
export function retryDelayMs(headers: Headers | null, expression: string | null, retried: number, now: number): number {
  const asked = headers === null ? null : askedDelayMs(headers, now);
  if (asked !== null) return asked;
  const delay = expression === null ? Number.NaN : parseDelayExpression(expression)(retried);
  if (!Number.isNaN(delay)) return Math.min(DAY_MS, Math.max(0, delay));
  return Math.min(DAY_MS, Math.exp(2.5 * (retried + 1)) * 1000);
}

/** What the response asks for; null when it says nothing readable, or more than a day (QStash ignores that). */
function askedDelayMs(headers: Headers, now: number): number | null {
  for (const name of ASKING_HEADERS) {
    const text = headers.get(name);
    if (text === null) continue;
    const delay = durationMs(text) ?? Date.parse(text) - now;
    if (Number.isFinite(delay) && delay <= DAY_MS) return Math.max(0, delay);
  }
  return null;
}
