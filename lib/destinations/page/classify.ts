/**
 * What a failed request means for the delivery. By code and subcode first, by status where those say nothing; a write
 * that may have happened is unclear, a read changes nothing and is simply tried later. Pure.
 */
import type { Outcome } from "../../core/outcome.ts";
import type { ErrorRow } from "./error-row.ts";
import { rowFor } from "./error-table.ts";
import { DEFAULT_WAITS } from "./errors-of-limits.ts";
import type { GraphFailure } from "./graph-answer.ts";
import type { RequestKind, Verdict } from "./verdict.ts";

export interface Ruling {
  verdict: Verdict;
  /** What to report when the destination has no other way left. */
  outcome: Outcome;
}

/**
 * How long a write without a clear answer may still take effect or stay unseen: a post can take a minute to be found,
 * and Facebook may fetch a file for five minutes within one call.
 */
const LANDING_MS = { answered: 60_000, broken: 60_000, timeout: 300_000 } as const;
const SCRAPE_AGAIN_MS = 60_000;

type Rule = Pick<ErrorRow, "verdict" | "meaning" | "waits">;

/** `held`: how often in a row this delivery ended in a hold before; blocks grow longer each time. */
export function classify(failure: GraphFailure, request: RequestKind, now: number, held = 0): Ruling {
  const rule = ruleFor(failure, request);
  const verdict = asFor(request, rule.verdict);
  return { verdict, outcome: OUTCOMES[verdict]({ failure, request, now, held, rule, message: words(failure, rule) }) };
}

function ruleFor(failure: GraphFailure, request: RequestKind): Rule {
  if (failure.silence === "refused") return { verdict: "later", meaning: "nothing was sent" };
  if (failure.silence !== null) return { verdict: "unclear", meaning: "no answer came" };
  if (failure.uploader !== null) return uploaderRule(failure.uploader.isRetriable, failure.type);
  return rowFor(failure, request) ?? statusRule(failure);
}

/** Answers without a code, or with one that nobody has described. */
function statusRule({ status, code, isTransient }: GraphFailure): Rule {
  const what = code === null ? "an answer without an error code" : "an error that is not described";
  if (status === 429) return { verdict: "throttled", meaning: "too many calls" };
  if (isTransient) return { verdict: "unclear", meaning: `${what}, said to pass` };
  if (status === 401) return { verdict: "renew", meaning: "Facebook refuses the token: set a new FACEBOOK_API_KEY" };
  if (status === 403)
    return {
      verdict: "permission",
      meaning: "Facebook forbids it: check the token's permissions and its task on the Page",
    };
  if (status === null || status < 300) return { verdict: "unclear", meaning: what };
  // A redirect did nothing, and is more often a proxy in the way than a verdict.
  if (status < 400)
    return { verdict: "later", meaning: "something other than Facebook answers: check FACEBOOK_GRAPH_URL" };
  if (status >= 500 || [408, 409, 425].includes(status)) return { verdict: "unclear", meaning: what };
  if (code === null && (status === 404 || status === 405))
    return {
      verdict: "configuration",
      meaning: "nothing is there: check FACEBOOK_GRAPH_URL and FACEBOOK_GRAPH_VERSION",
    };
  // New codes come without notice. Each file would be dead at once, and one of them may be said after a success.
  if (code !== null) return { verdict: "unclear", meaning: what };
  return { verdict: "rejected", meaning: what };
}

/** The upload host names its errors instead of numbering them. Nothing is shown to anybody by it. */
function uploaderRule(isRetriable: boolean, type: string | null): Rule {
  const resumes = isRetriable || type === "OffsetInvalidError" || type === "PartialRequestError";
  if (resumes) return { verdict: "resume", meaning: "the upload of the video broke off" };
  if (type === "FileUrlProcessingError")
    return { verdict: "useBytes", meaning: "Facebook cannot fetch the video from its address" };
  return { verdict: "asLink", meaning: "Facebook cannot use the video" };
}

/** Verdicts that a read can end in; what else went wrong with it changed nothing. */
const OF_READS: readonly Verdict[] = [
  "throttled",
  "blocked",
  "renew",
  "reconnect",
  "permission",
  "configuration",
  "gone",
  "lessData",
];

function asFor(request: RequestKind, verdict: Verdict): Verdict {
  if (request === "read") return OF_READS.includes(verdict) ? verdict : "later";
  // Out of sight and free to be repeated.
  if (request === "stage") return verdict === "unclear" ? "later" : verdict;
  // The last step of an upload shows the video: whether it did is to be looked up.
  if (verdict === "resume") return "unclear";
  return verdict;
}

interface Case {
  failure: GraphFailure;
  request: RequestKind;
  now: number;
  held: number;
  rule: Rule;
  message: string;
}

const unauthorized = ({ message }: Case): Outcome => ({ kind: "unauthorized", message });
const rejected = ({ message }: Case): Outcome => ({ kind: "rejected", message });
const later = (one: Case): Outcome =>
  laterAt(one, one.failure.retryAfterMs === null ? null : one.now + one.failure.retryAfterMs);
const laterAt = ({ failure, message }: Case, at: number | null): Outcome => ({
  kind: "retryAt",
  at,
  cause: failure.silence === null ? "unavailable" : "network",
  hold: false,
  message,
});

function unclear({ failure, now, message }: Case): Outcome {
  const landsUntil =
    now + LANDING_MS[failure.silence === "timeout" || failure.silence === "broken" ? failure.silence : "answered"];
  return { kind: "unclear", at: Math.max(landsUntil, now + (failure.retryAfterMs ?? 0)), landsUntil, message };
}

/** The time Facebook names, though not less than the shortest wait; else the waits in turn. */
function hold({ failure, now, held, rule, message }: Case): Outcome {
  const waits = rule.waits ?? DEFAULT_WAITS;
  const [shortest = 0] = waits;
  const named = Math.max(failure.regainMs ?? 0, failure.retryAfterMs ?? 0);
  // A bare 429 comes from the edge, which names its wait exactly.
  const least = failure.code === null ? 0 : shortest;
  const wait = named > 0 ? Math.max(named, least) : (waits[Math.min(held, waits.length - 1)] ?? shortest);
  return { kind: "retryAt", at: now + wait, cause: "rateLimited", hold: true, message };
}

/** Of a post just made, a read may come too early; a staged photo is uploaded again; a post of ours was taken away. */
function gone(one: Case): Outcome {
  if (one.request === "stage") return unauthorized(one);
  return one.request === "edit" || one.request === "delete" ? rejected(one) : later(one);
}

const withoutLink = (one: Case): Outcome => laterAt(one, one.now + SCRAPE_AGAIN_MS);

const OUTCOMES: Record<Verdict, (one: Case) => Outcome> = {
  throttled: hold,
  blocked: hold,
  renew: unauthorized,
  reconnect: unauthorized,
  permission: unauthorized,
  configuration: unauthorized,
  rejected,
  later,
  unclear,
  alreadyThere: unclear,
  gone,
  lessData: later,
  resume: later,
  useBytes: rejected,
  convert: rejected,
  asLink: rejected,
  withoutLink,
  asVideo: rejected,
};

/** Our words, then Facebook's, then what its support asks for. */
function words(failure: GraphFailure, { meaning }: Rule): string {
  const said = failure.userMessage === null ? "" : ` It tells the user: ${failure.userMessage}.`;
  const trace = failure.traceId === null ? "" : ` (trace ${failure.traceId})`;
  return `${meaning}. ${failure.message}${trace}.${said}`;
}
