/** Why a request got no answer, and whether it can have left. Reads names and codes only: a text may quote a header. */
export type Silence = "refused" | "broken" | "timeout";

/** Codes that mean the request never left: nobody listened, there is no such name, or it must not be called. */
const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRESSREFUSED",
]);

/** What a rejected fetch means: never sent, broken on the way, or our time limit. */
export function silenceOf(cause: unknown): Silence {
  if (cause instanceof Error && cause.name === "TimeoutError") return "timeout";
  return NEVER_SENT.has(causeName(cause)) ? "refused" : "broken";
}

/** The code of what went wrong below, else the name of the error: fit for a log. */
export function causeName(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown";
  const inner = cause.cause;
  if (inner !== null && typeof inner === "object" && "code" in inner && typeof inner.code === "string")
    return inner.code;
  return cause.name;
}
