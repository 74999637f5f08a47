/** One delivery attempt over HTTP. Knows nothing of retries or storage; never rejects. */

import type { ResolveAddress } from "./address.ts";
import { signDelivery } from "./delivery-signature.ts";
import type { SendDelivery } from "./loopback-fetch.ts";
import { multiValued, type QueueMessage } from "./message.ts";
import type { Timers } from "./timers.ts";

const RESPONSE_BYTES_MAX = 64 * 1024;

export interface AttemptResult {
  /** `aborted` means that the queue is closing and the result is not known. */
  outcome: "delivered" | "retryable" | "nonretryable" | "aborted";
  /** 0 when there was no response. */
  status: number;
  headers: Headers | null;
  /** The start of the response body, or what went wrong. */
  body: Buffer;
}

export interface AttemptOptions {
  timers: Timers;
  resolve: ResolveAddress;
  signingKey: string;
  send: SendDelivery;
}

export async function attemptDelivery(
  message: QueueMessage,
  { timers, resolve, signingKey, send }: AttemptOptions,
  closing: AbortSignal,
): Promise<AttemptResult> {
  const address = resolve(message.url);
  if (address === null) return noResponse("destination is not on this machine");
  const timeout = new AbortController();
  const cancel = timers.at(timers.now() + message.timeoutMs, () => timeout.abort(new Error("timeout")));
  const signal = AbortSignal.any([timeout.signal, closing]);
  const body = Buffer.from(message.bodyBase64, "base64");
  try {
    const response = await send(address, {
      method: message.method,
      headers: deliveryHeaders(message, signDelivery(signingKey, message.url, body, timers.now())),
      body: message.method === "GET" || message.method === "HEAD" ? null : new Uint8Array(body),
      redirect: "manual",
      signal,
    });
    return { ...judge(response), headers: response.headers, body: await readStart(response) };
  } catch (error) {
    if (closing.aborted) return { ...noResponse("closing"), outcome: "aborted" };
    return noResponse(timeout.signal.aborted ? "timeout" : describe(error));
  } finally {
    cancel();
  }
}

function deliveryHeaders(message: QueueMessage, signature: string): Record<string, string> {
  return {
    ...message.header,
    "user-agent": "Upstash-QStash",
    "upstash-message-id": message.messageId,
    "upstash-retried": String(message.retried + message.interrupted),
    "upstash-signature": signature,
    "upstash-caller-ip": message.callerIp,
    "upstash-region": "EU-CENTRAL-1",
    ...(message.scheduleId === null ? {} : { "upstash-schedule-id": message.scheduleId }),
  };
}

function judge(response: Response): Pick<AttemptResult, "outcome" | "status"> {
  const { status, headers } = response;
  if (status >= 200 && status < 300) return { outcome: "delivered", status };
  const final = status === 489 && headers.get("upstash-nonretryable-error")?.toLowerCase() === "true";
  return { outcome: final ? "nonretryable" : "retryable", status };
}

/** The rest of a longer body is not read: the receiver's status has already decided. */
async function readStart(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  if (reader === undefined) return Buffer.alloc(0);
  while (size < RESPONSE_BYTES_MAX) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.byteLength;
  }
  if (size >= RESPONSE_BYTES_MAX) await reader.cancel().catch(() => {});
  return Buffer.concat(chunks).subarray(0, RESPONSE_BYTES_MAX);
}

function noResponse(reason: string): AttemptResult {
  return { outcome: "retryable", status: 0, headers: null, body: Buffer.from(reason) };
}

function describe(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : "connection failed";
}

/** Response headers as the DLQ and the failure callback show them. */
export function responseHeader(result: AttemptResult): Record<string, string[]> {
  return multiValued(Object.fromEntries(result.headers ?? []));
}
