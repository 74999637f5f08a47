/** One POST to a receiver. Repeats nothing and follows nothing; ends in a value within its time. */
import { readBounded } from "../../core/read-bounded.ts";
import { retryAfterMs } from "../../core/retry.ts";
import { safeText } from "../../core/safe-text.ts";
import { causeName, type Silence, silenceOf } from "../../core/silence.ts";

/** Of an answer only its status counts; some of a refusal's words are kept for the owner. */
const ANSWER_MAX_BYTES = 4 * 1024;

/** `fetch` is one. It is the caller's business where it may lead. */
export type CallbackFetch = (
  url: string,
  request: {
    method: "POST";
    headers: Record<string, string>;
    body: string;
    redirect: "manual";
    signal: AbortSignal;
  },
) => Promise<{ status: number; headers: Pick<Headers, "get">; body: AsyncIterable<Uint8Array> | null }>;

export interface Answer {
  /** Null: none came. */
  status: number | null;
  /** Why there was none. Null with a status. */
  silence: Silence | null;
  retryAfterMs: number | null;
  message: string;
}

export type CallbackClient = ReturnType<typeof createCallbackClient>;

export function createCallbackClient(config: {
  url: string;
  fetch: CallbackFetch;
  /** For all of it: looking up the name, connecting, sending, and reading the answer. */
  timeoutMs: number;
  now: () => number;
  /** What no message may hold. */
  secrets: readonly string[];
}) {
  return async function post(body: string, headers: Record<string, string>): Promise<Answer> {
    const abort = new AbortController();
    const timer = setTimeout(
      () => abort.abort(new DOMException("no answer in time", "TimeoutError")),
      config.timeoutMs,
    );
    try {
      const answer = await config.fetch(config.url, {
        method: "POST",
        redirect: "manual",
        signal: abort.signal,
        headers: { "user-agent": "dropbox-facebook-relay", ...headers },
        body,
      });
      const { status } = answer;
      const words = await excerpt(answer.body);
      return {
        status,
        silence: null,
        retryAfterMs: retryAfterMs(answer.headers.get("retry-after"), config.now()),
        message: `answered ${status} ${safeText(words, config.secrets)}`.trim(),
      };
    } catch (cause) {
      const silence = silenceOf(cause);
      const what = silence === "timeout" ? "in time" : `(${causeName(cause)})`;
      return { status: null, silence, retryAfterMs: null, message: `no answer ${what}` };
    } finally {
      clearTimeout(timer);
    }
  };
}

/** The status is the answer: words that are too many, or that break off, change nothing. */
async function excerpt(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  try {
    const bytes = await readBounded(body, ANSWER_MAX_BYTES);
    return bytes === null ? "" : new TextDecoder().decode(bytes);
  } catch {
    return "";
  }
}
