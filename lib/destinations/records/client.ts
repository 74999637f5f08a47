/** The records endpoint over HTTP. No call retries; every call ends in a value. */
import { z } from "zod";
import { readBounded } from "../../core/read-bounded.ts";
import { retryAfterMs } from "../../core/retry.ts";
import { safeText } from "../../core/safe-text.ts";
import { causeName, silenceOf } from "../../core/silence.ts";
import type { Failure } from "./classify.ts";
import type { FacebookRecord } from "./record.ts";
import type { RecordsFetch } from "./records-fetch.ts";

const ANSWER_MAX_BYTES = 1024 * 1024;

export type Answer<T> = { ok: true; data: T } | ({ ok: false } & Failure);

const found = z.looseObject({ id: z.union([z.string(), z.number()]).transform(String) });
const searchAnswer = z.union([
  z.array(found),
  z.looseObject({ data: z.array(found) }).transform((body) => body.data),
  found.transform((one) => [one]),
]);

export type RecordsClient = ReturnType<typeof createRecordsClient>;

export function createRecordsClient(config: {
  url: string;
  fetch: RecordsFetch;
  timeoutMs: number;
  now: () => number;
}) {
  async function call(
    method: string,
    url: string,
    token: string,
    body?: FacebookRecord,
    idempotencyKey?: string,
  ): Promise<Answer<string>> {
    // Not AbortSignal.timeout: that one, and all it holds, stays until its time is over, answered or not.
    const abort = new AbortController();
    const timer = setTimeout(
      () => abort.abort(new DOMException("no answer in time", "TimeoutError")),
      config.timeoutMs,
    );
    try {
      const response = await config.fetch(url, {
        method,
        // Credentials must not follow a redirect to another host.
        redirect: "manual",
        signal: abort.signal,
        headers: {
          authorization: `Bearer ${token}`,
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const bytes = await readBounded(response.body, ANSWER_MAX_BYTES);
      const text = bytes === null ? "" : new TextDecoder().decode(bytes);
      if (response.ok && bytes !== null) return { ok: true, data: text };
      return {
        ok: false,
        status: response.ok ? null : response.status,
        silence: null,
        retryAfterMs: retryAfterMs(response.headers.get("retry-after"), config.now()),
        message:
          bytes === null
            ? "the answer is too long"
            : `${method} answered ${response.status} ${safeText(text, [token])}`.trim(),
      };
    } catch (cause) {
      const message = `${method} got no answer: ${causeName(cause)}`;
      return { ok: false, status: null, silence: silenceOf(cause), retryAfterMs: null, message };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Below the endpoint's path; a query it may have stays behind it. */
  const target = (id: string): string => {
    const url = new URL(config.url);
    url.pathname = `${url.pathname.replace(/\/$/, "")}/${encodeURIComponent(id)}`;
    return url.href;
  };

  return {
    /** The record with this id, or null. A 404 means none. */
    async search(token: string, id: string): Promise<Answer<Record<string, unknown> | null>> {
      const url = new URL(config.url);
      url.searchParams.set("id", id);
      const answer = await call("GET", url.href, token);
      if (!answer.ok) return answer.status === 404 ? { ok: true, data: null } : answer;
      const parsed = searchAnswer.safeParse(answer.data.trim() === "" ? [] : parseJson(answer.data));
      if (!parsed.success) {
        return {
          ok: false,
          status: null,
          silence: null,
          retryAfterMs: null,
          message: "the search answered something that is not a list of records",
        };
      }
      return { ok: true, data: parsed.data.find((record) => record.id === id) ?? null };
    },
    create: (token: string, record: FacebookRecord, key: string) => call("POST", config.url, token, record, key),
    update: (token: string, record: FacebookRecord, key: string) =>
      call("PATCH", target(record.id), token, record, key),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema refuses it
  }
}
