/** Reads the `Upstash-*` headers of a publish, a batch entry or a schedule, and refuses what QStash refuses. */

import { createHash } from "node:crypto";
import type { ResolveAddress } from "./address.ts";
import { parseDelayExpression } from "./delay-expression.ts";
import { durationMs } from "./duration.ts";
import type { FlowControl, MessageTemplate } from "./message.ts";
import { Refusal } from "./refusal.ts";

const NAME = /^[A-Za-z0-9_.-]+$/;
const METHODS = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);
const TIMEOUT_DEFAULT = "15m";
/** Set by the connection to the destination; forwarding them would contradict it. */
const CONNECTION_HEADERS = /^(connection|content-length|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade)$/;

export interface PublishOrder {
  template: MessageTemplate;
  delayMs: number;
  deduplicationId: string | null;
}

/** Throws a Refusal (400) that names the header at fault. */
export function readPublishHeaders(
  url: string,
  headers: Headers,
  body: Buffer,
  context: { resolve: ResolveAddress; now: number; callerIp: string },
): PublishOrder {
  checkDestination(url, context.resolve);
  const failureCallback = headers.get("upstash-failure-callback");
  if (failureCallback !== null) checkDestination(failureCallback, context.resolve);
  if (headers.has("upstash-callback")) throw new Refusal(400, "the local queue has no success callbacks");
  const method = headers.get("upstash-method")?.toUpperCase() ?? "POST";
  if (!METHODS.has(method)) throw new Refusal(400, `method ${method} is not supported`);
  const template: MessageTemplate = {
    url,
    method,
    header: forwardedHeaders(headers),
    bodyBase64: body.toString("base64"),
    maxRetries: wholeNumber(headers, "upstash-retries") ?? 3,
    retryDelay: retryDelay(headers),
    timeoutMs: duration(headers, "upstash-timeout") ?? durationMs(TIMEOUT_DEFAULT) ?? 0,
    failureCallback,
    labels: labels(headers),
    flowControl: flowControl(headers),
    scheduleId: null,
    callerIp: context.callerIp,
  };
  const notBefore = wholeNumber(headers, "upstash-not-before");
  const delayMs = duration(headers, "upstash-delay") ?? 0;
  return {
    template,
    delayMs: notBefore === null ? delayMs : Math.max(0, notBefore * 1000 - context.now),
    deduplicationId: deduplicationId(headers, template),
  };
}

function checkDestination(url: string, resolve: ResolveAddress): void {
  if (!/^https?:\/\//.test(url)) throw new Refusal(400, "destination must start with http:// or https://");
  if (resolve(url) === null) throw new Refusal(400, "the local queue delivers to this machine only");
}

/** Throws a Refusal unless the value is a name QStash accepts. */
export function checkName(what: string, value: string): string {
  if (!NAME.test(value)) throw new Refusal(400, `${what} may hold letters, digits, "_", "." and "-" only`);
  return value;
}

function forwardedHeaders(headers: Headers): Record<string, string> {
  const forwarded: Record<string, string> = {};
  const contentType = headers.get("content-type");
  if (contentType !== null) forwarded["content-type"] = contentType;
  for (const [name, value] of headers) {
    const target = /^upstash-forward-(.+)$/.exec(name)?.[1];
    if (target !== undefined && !CONNECTION_HEADERS.test(target)) forwarded[target] = value;
  }
  return forwarded;
}

function wholeNumber(headers: Headers, name: string): number | null {
  const text = headers.get(name);
  if (text === null) return null;
  if (!/^\d{1,12}$/.test(text)) throw new Refusal(400, `${name} must be a whole number`);
  return Number(text);
}

function duration(headers: Headers, name: string): number | null {
  const text = headers.get(name);
  if (text === null) return null;
  const value = durationMs(text);
  if (value === null) throw new Refusal(400, `${name} must be a duration such as 30s`);
  return value;
}

function retryDelay(headers: Headers): string | null {
  const text = headers.get("upstash-retry-delay");
  if (text === null) return null;
  try {
    parseDelayExpression(text);
  } catch (error) {
    throw new Refusal(400, error instanceof Error ? error.message : "retry delay is not understood");
  }
  return text;
}

function labels(headers: Headers): string[] {
  const text = headers.get("upstash-label");
  if (text === null) return [];
  return text.split(",").map((label) => checkName("label", label.trim()));
}

function flowControl(headers: Headers): FlowControl | null {
  const key = headers.get("upstash-flow-control-key");
  const value = headers.get("upstash-flow-control-value");
  if (key === null && value === null) return null;
  checkName("flow control key", key ?? "");
  const settings = { parallelism: null as number | null, rate: null as number | null, periodMs: 1000 };
  for (const part of (value ?? "").split(",")) {
    const [name, text = ""] = part.split("=").map((side) => side.trim());
    const amount = name === "period" ? durationMs(text) : /^\d+$/.test(text) ? Number(text) : null;
    if (amount === null || amount < 1) throw new Refusal(400, `flow control value "${part}" is not understood`);
    if (name === "period") settings.periodMs = amount;
    else if (name === "rate" || name === "parallelism") settings[name] = amount;
    else throw new Refusal(400, `flow control value "${part}" is not understood`);
  }
  return { key: key ?? "", ...settings };
}

function deduplicationId(headers: Headers, { url, header, bodyBase64 }: MessageTemplate): string | null {
  const given = headers.get("upstash-deduplication-id");
  if (given?.includes(":")) throw new Refusal(400, 'deduplication id must not contain ":"');
  if (given) return given;
  if (headers.get("upstash-content-based-deduplication") !== "true") return null;
  const hash = createHash("sha256").update(JSON.stringify([url, bodyBase64, Object.entries(header).sort()]));
  return `content-${hash.digest("base64url")}`;
}
