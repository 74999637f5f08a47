/**
 * Reads what Facebook answered: data, or a failure as plain data. Errors come in many envelopes and with any status,
 * 200 included; every field of one may be missing. Never throws, and says nothing of what a failure means.
 */
import { z } from "zod";
import { retryAfterMs } from "../../core/retry.ts";
import type { Silence } from "../../core/silence.ts";
import { safeText } from "./safe-text.ts";
import { type Usage, usageOf } from "./usage.ts";

export interface GraphFailure {
  ok: false;
  /** Null: no answer. */
  status: number | null;
  /** Facebook's own number for it; null when the answer was no error of Facebook's, or had none. */
  code: number | null;
  subcode: number | null;
  /** Only tells apart what the code leaves open; nearly everything is `OAuthException`. */
  type: string | null;
  isTransient: boolean;
  /** Facebook's words for the person, in that person's language. */
  userMessage: string | null;
  /** When the allowance is there again, by the usage headers; and the wait named by Retry-After. */
  regainMs: number | null;
  retryAfterMs: number | null;
  /** Why there was no answer. Null with a status. */
  silence: Silence | null;
  /** Where a video upload goes on, when the error names it. */
  offsets: Offsets | null;
  /** Said by the upload host, which has errors of its own: whether the same step may be sent again. */
  uploader: { isRetriable: boolean } | null;
  traceId: string | null;
  usage: Usage | null;
  /** For logs: one line, no secret. */
  message: string;
}

export interface Offsets {
  start: number;
  end: number;
}

export type GraphAnswer<T> = { ok: true; data: T; usage: Usage | null } | GraphFailure;

export interface RawAnswer {
  status: number;
  headers: Headers;
  /** Null: longer than we take. */
  text: string | null;
}

const text = z.string().nullish().catch(null);
/** Numbers come as text too; anything else (`true`, `""`) must not become a code. */
const digits = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
]);
const integer = digits.nullish().catch(null);
const errorFields = z.looseObject({
  message: text,
  type: text,
  code: integer,
  error_subcode: integer,
  is_transient: z.boolean().nullish().catch(null),
  error_user_title: text,
  error_user_msg: text,
  error_data: z.unknown().optional(),
  fbtrace_id: text,
});
type ErrorFields = z.infer<typeof errorFields>;

const nested = z.looseObject({ error: z.union([errorFields, z.string()]) });
/** Old endpoints have the fields of an error at the top; an object with an id is no error. */
const atTop = errorFields.extend({ code: digits, message: z.string(), id: z.undefined().optional() });
const fromUploader = z.looseObject({
  success: z.literal(false).optional(),
  debug_info: z.looseObject({ retriable: z.boolean().nullish().catch(null), type: text, message: text }),
});
const offsetsSchema = z
  .looseObject({
    start_offset: digits,
    end_offset: digits,
  })
  .transform(({ start_offset: start, end_offset: end }): Offsets => ({ start, end }));

/** The JSON value of an answer, or what went wrong. `secrets` are cut out of every text. */
export function readAnswer(raw: RawAnswer, secrets: readonly string[], now: number): GraphAnswer<unknown> {
  const usage = usageOf(raw.headers);
  const body = raw.text === null ? undefined : parseJson(raw.text);
  const uploader = fromUploader.safeParse(body);
  if (uploader.success) {
    const { retriable, type, message } = uploader.data.debug_info;
    const fields = errorFields.parse({ type, message });
    return { ...failureOf(raw, fields, secrets, now), uploader: { isRetriable: retriable === true } };
  }
  const fields = errorIn(body);
  if (fields !== null) return failureOf(raw, fields, secrets, now);
  if (raw.status >= 200 && raw.status < 300 && body !== undefined) return { ok: true, data: body, usage };
  const message = raw.text === null ? "the answer is too long" : safeText(raw.text, secrets) || "(empty)";
  return failureOf(raw, errorFields.parse({ message }), secrets, now);
}

/** A good status without what it had to bring: nobody knows what happened. */
export const unreadable = (raw: RawAnswer, what: string, secrets: readonly string[], now: number): GraphFailure =>
  failureOf(raw, errorFields.parse({ message: what }), secrets, now);

/** No answer at all. `why` is the name of the cause, never its text. */
export function silent(silence: Silence, why: string): GraphFailure {
  const nothing = { status: null, code: null, subcode: null, type: null, isTransient: false, userMessage: null };
  const unsaid = { regainMs: null, retryAfterMs: null, offsets: null, uploader: null, traceId: null, usage: null };
  return { ok: false, ...nothing, ...unsaid, silence, message: `Facebook gave no answer: ${safeText(why, [])}` };
}

function errorIn(body: unknown): ErrorFields | null {
  const inside = nested.safeParse(body);
  if (inside.success) {
    const { error } = inside.data;
    return typeof error === "string" ? errorFields.parse({ message: error }) : error;
  }
  const top = atTop.safeParse(body);
  return top.success ? errorFields.parse(top.data) : null;
}

function failureOf(raw: RawAnswer, fields: ErrorFields, secrets: readonly string[], now: number): GraphFailure {
  const usage = usageOf(raw.headers);
  const code = fields.code ?? numberIn(fields.message ?? "");
  const subcode = fields.error_subcode ?? null;
  const numbers = code === null ? "" : ` (${subcode === null ? code : `${code}/${subcode}`})`;
  const forPerson = [fields.error_user_title, fields.error_user_msg].filter((part) => part).join(": ");
  return {
    ok: false,
    status: raw.status,
    code,
    subcode,
    type: fields.type ? safeText(fields.type, secrets) : null,
    isTransient: fields.is_transient === true,
    userMessage: safeText(forPerson, secrets) || null,
    regainMs: usage?.regainMs ?? null,
    retryAfterMs: retryAfterMs(raw.headers.get("retry-after"), now),
    silence: null,
    offsets: offsetsSchema.safeParse(objectOf(fields.error_data)).data ?? null,
    uploader: null,
    traceId: traceOf(fields.fbtrace_id, raw.headers),
    usage,
    message: safeText(`Facebook answered ${raw.status}${numbers}: ${fields.message ?? ""}`, secrets),
  };
}

/** Old answers carry the code only in the text, as "(#341) …". */
function numberIn(message: string): number | null {
  const found = /^\s*\(#(\d{1,9})\)/.exec(message)?.[1];
  return found === undefined ? null : Number(found);
}

function traceOf(inBody: string | null | undefined, headers: Headers): string | null {
  const id = inBody ?? headers.get("x-fb-trace-id") ?? headers.get("x-fb-request-id");
  return id !== null && /^[\w+/=-]{1,64}$/.test(id) ? id : null;
}

/** `error_data` is an object, or one as JSON text. */
const objectOf = (data: unknown): unknown => (typeof data === "string" ? parseJson(data) : data);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
