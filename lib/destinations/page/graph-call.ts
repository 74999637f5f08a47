/**
 * One request to Facebook: one attempt under a time limit, a bounded answer, no redirect followed (the token would travel
 * along). The token goes into a header and nowhere else; the proof that the app's secret is known goes with it.
 */
import { createHmac } from "node:crypto";
import type { z } from "zod";
import { readBounded } from "../../core/read-bounded.ts";
import { causeName, silenceOf } from "../../core/silence.ts";
import { type GraphAnswer, type RawAnswer, readAnswer, silent, unreadable } from "./graph-answer.ts";
import type { UploadBody } from "./upload-body.ts";

/** A hundred posts with long texts and attachments stay below. */
const ANSWER_MAX_BYTES = 4 * 1024 * 1024;

export interface Transport {
  fetch: typeof fetch;
  now: () => number;
  timeoutMs: number;
  /** Null: the app does not ask for proofs. */
  appSecret: string | null;
}

export interface GraphRequest {
  token: string;
  method: "GET" | "POST" | "DELETE";
  url: string;
  /** The upload host has another name for the same header. */
  scheme?: "Bearer" | "OAuth";
  headers?: Record<string, string>;
  query?: Record<string, string>;
  /** Of a POST: fields, sent as JSON; or a body made around the fields of the proof; null for none at all. */
  body?: Record<string, unknown> | ((proof: Record<string, string>) => UploadBody) | null;
  /** Other secrets in the request, not to be quoted back. */
  secrets?: readonly string[];
}

/** What the answer holds by `schema`, or how the request failed. Never throws for what the other side or the way does. */
export async function graphCall<S extends z.ZodType>(
  transport: Transport,
  request: GraphRequest,
  schema: S,
): Promise<GraphAnswer<z.output<S>>> {
  const { token, method, body, scheme = "Bearer" } = request;
  const proof = transport.appSecret === null ? null : proofOf(transport.appSecret, token);
  const secrets = [token, proof ?? "", transport.appSecret ?? "", ...(request.secrets ?? [])];
  const proofField: Record<string, string> = proof === null ? {} : { appsecret_proof: proof };
  const url = new URL(request.url);
  const query = method === "POST" ? request.query : { ...request.query, ...proofField };
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  const upload = typeof body === "function" ? body(proofField) : null;
  const content = upload ?? (body ? JSON.stringify({ ...body, ...proofField }) : null);
  try {
    const response = await transport.fetch(url.href, {
      method,
      redirect: "manual",
      cache: "no-store",
      signal: AbortSignal.timeout(transport.timeoutMs),
      headers: {
        ...request.headers,
        authorization: `${scheme} ${token}`,
        accept: "application/json",
        ...contentHeaders(content),
      },
      ...(upload === null ? { body: typeof content === "string" ? content : null } : streamed(upload)),
    });
    const bytes = await readBounded(response.body, ANSWER_MAX_BYTES);
    const text = bytes === null ? null : new TextDecoder().decode(bytes);
    return parsed({ status: response.status, headers: response.headers, text }, schema, secrets, transport.now());
  } catch (cause) {
    return silent(silenceOf(cause), causeName(cause));
  } finally {
    await upload?.release();
  }
}

/** `hex(HMAC-SHA256(app secret, token))`: belongs to this one token. */
export const proofOf = (appSecret: string, token: string): string =>
  createHmac("sha256", appSecret).update(token).digest("hex");

function parsed<S extends z.ZodType>(
  raw: RawAnswer,
  schema: S,
  secrets: readonly string[],
  now: number,
): GraphAnswer<z.output<S>> {
  const answer = readAnswer(raw, secrets, now);
  if (!answer.ok) return answer;
  const data = schema.safeParse(answer.data);
  if (data.success) return { ...answer, data: data.data };
  return unreadable(raw, "the answer does not hold what it should", secrets, now);
}

function contentHeaders(content: string | UploadBody | null): Record<string, string> {
  if (content === null) return {};
  if (typeof content === "string") return { "content-type": "application/json" };
  return { "content-type": content.contentType, "content-length": String(content.length) };
}

/** `duplex` is what fetch demands with a stream; its types do not know it. */
const streamed = ({ stream }: UploadBody): RequestInit & { duplex: "half" } => ({ body: stream, duplex: "half" });
