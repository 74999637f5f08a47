/**
 * One HTTP exchange with Dropbox: one attempt, a time limit, a size limit, no redirects followed (the credentials would
 * travel along). Knows nothing of what the answer means.
 */
import { readBounded } from "@/lib/core/read-bounded.ts";

/** Errors are a few hundred bytes of JSON or text; proxies in front of Dropbox may answer with an HTML page. */
const ERROR_BYTES_MAX = 64 * 1024;

export interface Call {
  fetch: typeof fetch;
  url: string;
  headers: Record<string, string>;
  body: string | URLSearchParams | null;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** Limit of a good answer. */
  maxBytes: number;
}

export type Exchange =
  /** `bytes` is null when the body was longer than allowed. */
  | { kind: "answered"; status: number; headers: Headers; bytes: Uint8Array | null }
  | { kind: "network" | "timeout"; message: string };

/** Never throws for what the network or the other side does. */
export async function exchange(call: Call): Promise<Exchange> {
  const timeout = AbortSignal.timeout(call.timeoutMs);
  const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
  try {
    const response = await call.fetch(call.url, {
      method: "POST",
      headers: call.headers,
      body: call.body,
      redirect: "manual",
      cache: "no-store",
      signal,
    });
    const { status, headers } = response;
    const bytes = await readBody(response, status < 300 ? call.maxBytes : ERROR_BYTES_MAX, signal);
    return { kind: "answered", status, headers, bytes };
  } catch (error) {
    if (timeout.aborted) return { kind: "timeout", message: `no full answer within ${call.timeoutMs} ms` };
    if (signal.aborted) return { kind: "timeout", message: "stopped by the caller" };
    return { kind: "network", message: `network failure (${causeOf(error)})` };
  }
}

async function readBody(response: Response, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | null> {
  if (response.body === null) return new Uint8Array();
  if (Number(response.headers.get("content-length")) > maxBytes) {
    await response.body.cancel();
    return null;
  }
  // The pipe ends the reading when the signal fires, also for a body that does not know the signal.
  return readBounded(response.body.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(), { signal }), maxBytes);
}

/** A code or a class name only: the text of a fetch error can quote a header, and so the token. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const { cause } = error;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return error.name;
}

/** The address of a route below a base that may carry a path prefix and a trailing slash. */
export function urlOf(base: string, route: string): string {
  return base.replace(/\/+$/, "") + route;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The JSON value in the bytes; undefined when they are no UTF-8 or no JSON. */
export function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}
