/**
 * Reads what a refusal means. Status first, then the `.tag` chain; `error_summary` is never looked at, as its ending is
 * arbitrary. Bodies may be JSON, text, HTML or empty. Source: Dropbox Error Handling Guide; stone JSON serializer (unions).
 */
import { z } from "zod";
import { RETRY_AFTER_MAX_MS, retryAfterMs } from "@/lib/core/retry.ts";
import { safeText } from "@/lib/core/safe-text.ts";
import { readJson } from "./call.ts";
import type { DropboxError, DropboxErrorKind } from "./result.ts";

/** Deepest chain in the specification is four; the limits keep a strange answer out of the logs. */
const TAGS_MAX = 6;
const TAG_LENGTH_MAX = 64;

const recordSchema = z.record(z.string(), z.unknown());
const envelopeSchema = z.looseObject({ error: recordSchema });
/** In a RateLimitError the tag sits under `reason`. */
const rateSchema = z.looseObject({
  reason: recordSchema.nullish().catch(null),
  retry_after: z.number().nullish().catch(null),
});

export interface Refusal {
  status: number;
  headers: Headers;
  /** Null when the body was too long to read. */
  bytes: Uint8Array | null;
}

export function failureOf(refusal: Refusal, token: string, now: number): DropboxError {
  const { status, headers } = refusal;
  const bytes = refusal.bytes ?? new Uint8Array();
  const envelope = envelopeSchema.safeParse(readJson(bytes));
  const error = envelope.success ? envelope.data.error : {};
  const rate = rateSchema.parse(error);
  const tag = tagChain(status === 429 ? (rate.reason ?? error) : error);
  const text = status === 400 ? safeText(new TextDecoder().decode(bytes), [token]) : "";
  const scope = typeof error.required_scope === "string" ? ` (${safeText(error.required_scope, [token])})` : "";
  return {
    kind: kindOf(status, tag),
    status,
    tag,
    retryAfterMs: retryAfterMs(headers.get("retry-after"), now) ?? secondsToMs(rate.retry_after),
    requestId: requestIdOf(headers),
    message: [`Dropbox answered ${status}`, safeText(tag.join("/"), [token]) + scope, text]
      .filter((part) => part !== "")
      .join(": "),
  };
}

/** The tags from the outside in: the value of a tag, where it is a union itself, sits under a key of the tag's name. */
function tagChain(error: Record<string, unknown>): string[] {
  const tags: string[] = [];
  let level: Record<string, unknown> = error;
  while (tags.length < TAGS_MAX) {
    const tag = level[".tag"];
    if (typeof tag !== "string" || tag.length > TAG_LENGTH_MAX) break;
    tags.push(tag);
    const inner = Object.hasOwn(level, tag) ? level[tag] : undefined;
    // A union member without a value may come as the bare string.
    const next = recordSchema.safeParse(typeof inner === "string" ? { ".tag": inner } : inner);
    if (!next.success) break;
    level = next.data;
  }
  return tags;
}

function kindOf(status: number, tag: readonly string[]): DropboxErrorKind {
  if (status === 401) return unauthorizedKind(tag[0]);
  if (status === 403) return "forbidden";
  if (status === 409) return conflictKind(tag);
  if (status === 429) return "rateLimited";
  if (status >= 500) return "server";
  if (status >= 400) return "badRequest";
  return "invalidAnswer";
}

function unauthorizedKind(tag: string | undefined): DropboxErrorKind {
  if (tag === "expired_access_token") return "expiredToken";
  if (tag === undefined || tag === "invalid_access_token") return "invalidToken";
  return tag === "missing_scope" ? "missingScope" : "forbidden";
}

function conflictKind([outer, inner]: readonly string[]): DropboxErrorKind {
  if (outer === "reset") return "reset";
  if (outer === "path") return inner === "not_found" ? "pathNotFound" : "path";
  return "conflict";
}

function secondsToMs(seconds: number | null | undefined): number | null {
  if (seconds === null || seconds === undefined) return null;
  return Math.min(RETRY_AFTER_MAX_MS, Math.max(0, seconds * 1000));
}

export function requestIdOf(headers: Headers): string | null {
  const id = headers.get("x-dropbox-request-id");
  return id !== null && /^[\w-]{1,128}$/.test(id) ? id : null;
}
