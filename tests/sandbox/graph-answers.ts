/** The forms of the Graph API's answers: plain JSON, the error envelope, dates without a colon in the offset. */
import { type GraphError, type GraphErrorName, graphErrors } from "./graph-errors.ts";

/** Parts of the envelope that differ from answer to answer. */
export interface ErrorMore {
  status?: number;
  message?: string;
  data?: unknown;
}

export const answer = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json; charset=UTF-8" } });

/** The object under `error`. Absent parts stay absent, as on the wire. */
export function errorBody(error: GraphError, more: ErrorMore = {}): Record<string, unknown> {
  const data = more.data ?? error.data;
  return {
    message: more.message ?? error.message,
    type: error.type ?? "OAuthException",
    ...(error.code === null ? {} : { code: error.code }),
    ...(error.subcode === undefined ? {} : { error_subcode: error.subcode }),
    ...(error.transient === undefined ? {} : { is_transient: error.transient }),
    ...(error.userText === undefined ? {} : { error_user_title: "Not possible", error_user_msg: error.userText }),
    ...(data === undefined ? {} : { error_data: data }),
    fbtrace_id: "A1b2C3d4E5f6G7h8I9j0K1l",
  };
}

export function errorAnswer(error: GraphError, more: ErrorMore = {}): Response {
  const response = answer({ error: errorBody(error, more) }, more.status ?? error.status);
  if (error.code === 190 || error.code === 102)
    response.headers.set("www-authenticate", 'OAuth "Facebook Platform" "invalid_token" "The token was refused"');
  return response;
}

export const refuse = (name: GraphErrorName, more: ErrorMore = {}): Response => errorAnswer(graphErrors[name], more);

/** The upload host's own envelope. */
export const uploadRefusal = (type: string, message: string, retriable: boolean): Response =>
  answer({ debug_info: { retriable, type, message } }, 422);

/** `2026-11-20T09:00:00+0000` */
export const graphDate = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}+0000`;

/** Unix seconds, ISO 8601 or any text a date can be made of; null when it is none. */
export function timeIn(text: string): number | null {
  const at = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
