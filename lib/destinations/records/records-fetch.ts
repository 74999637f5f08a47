/**
 * Requests to the records endpoint, in the shape of `fetch` as far as the client uses it. Two a file are the bulk of what
 * the relay does, and the global `fetch` takes three times as long over them.
 */
import { Agent, request } from "undici";

export interface RecordsRequest {
  method: string;
  headers: Record<string, string>;
  body?: string;
  /** Redirects are never followed. */
  redirect: "manual";
  signal: AbortSignal;
}

/** A `Response` is one. */
export interface RecordsAnswer {
  ok: boolean;
  status: number;
  headers: Pick<Headers, "get">;
  body: AsyncIterable<Uint8Array> | null;
}

/** `fetch` is one: rejects when there is no answer, with the reason of the signal once that fired. */
export type RecordsFetch = (url: string, request: RecordsRequest) => Promise<RecordsAnswer>;

/** Sent with every request; the body is read as it comes, so it must not be compressed. */
const OWN_HEADERS = { "user-agent": "dropbox-facebook-relay", "accept-encoding": "identity" };

export function createRecordsFetch(): RecordsFetch {
  const agent = new Agent();
  return async (url, { method, headers, body = null, signal }) => {
    try {
      const answer = await request(url, {
        dispatcher: agent,
        method: method as "GET",
        headers: { ...OWN_HEADERS, ...headers },
        body,
        signal,
      });
      const { statusCode: status, headers: received } = answer;
      return {
        ok: status >= 200 && status < 300,
        status,
        headers: { get: (name) => received[name.toLowerCase()]?.toString() ?? null },
        body: answer.body,
      };
    } catch (cause) {
      throw signal.aborted ? signal.reason : new TypeError("fetch failed", { cause });
    }
  };
}
