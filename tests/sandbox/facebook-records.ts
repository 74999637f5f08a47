/** The emulated Facebook records endpoint: search, create, merge, a token that can run out, and every way to fail. */

import type { z } from "zod";
import { readBounded } from "@/lib/core/read-bounded.ts";
import type { Asked } from "./asked.ts";
import { type After, realAfter } from "./clock.ts";
import { createFacebookTokens, type TokenOptions } from "./facebook-tokens.ts";
import type { Fault } from "./faults.ts";
import { createGate } from "./gate.ts";
import { createRecordStore, patchSchema, recordSchema } from "./record-store.ts";

const BODY_MAX_BYTES = 1024 * 1024;
const BASE = "/v1/records";
/** A search without an id answers this many at most. */
const LIST_MAX = 1000;

export interface FacebookOptions extends TokenOptions {
  latencyMs?: number;
  after?: After;
  seed?: number;
  /** A search answers the array itself, or an object with the array as `data`. */
  searchForm?: "array" | "data";
  /** Off: a repeated POST with the same key makes a double. */
  honourIdempotencyKey?: boolean;
}

/** Named troubles; each takes a count or a rate, and 429 the seconds to wait. */
export const troubles = {
  createdBut500: { route: `POST ${BASE}`, status: 500, when: "after" },
  createdButLost: { route: `POST ${BASE}`, when: "after", answer: "lost" },
  createdButHangs: { route: `POST ${BASE}`, when: "after", answer: "hang" },
  tooMany: { status: 429, route: `${BASE}*` },
  badRequest: { route: `POST ${BASE}`, status: 400 },
  serverError: { status: 500, route: `${BASE}*` },
  lost: { answer: "lost", route: `${BASE}*` },
  hangs: { answer: "hang", route: `${BASE}*` },
} as const satisfies Record<string, Fault>;
export type Trouble = keyof typeof troubles;
export const isTrouble = (name: string): name is Trouble => Object.hasOwn(troubles, name);

export type FacebookRecords = ReturnType<typeof createFacebookRecords>;

export function createFacebookRecords(options: FacebookOptions) {
  const store = createRecordStore(options.now);
  const tokens = createFacebookTokens(options);
  const gate = createGate({ ...options, after: options.after ?? realAfter }, answerForFault);
  const answered = new Map<string, unknown>();

  function search(url: URL): Response {
    const id = url.searchParams.get("id");
    const found = id === null ? store.records().slice(-LIST_MAX) : store.find(id);
    return Response.json(options.searchForm === "data" ? { data: found } : found);
  }

  function create(request: Asked, body: string): Response {
    const key = options.honourIdempotencyKey === true ? request.headers.get("idempotency-key") : null;
    if (key !== null && answered.has(key)) return Response.json(answered.get(key), { status: 201 });
    const parsed = parse(recordSchema, body);
    if (!parsed.ok) return parsed.refusal;
    const record = store.create(parsed.value);
    if (key !== null) answered.set(key, { ...record });
    return Response.json(record, { status: 201 });
  }

  function merge(id: string, body: string): Response {
    const parsed = parse(patchSchema, body);
    if (!parsed.ok) return parsed.refusal;
    if (parsed.value.id !== undefined && parsed.value.id !== id)
      return refuse(400, "the id in the body is another one", "id");
    const record = store.merge(id, parsed.value);
    return record === null ? refuse(404, "no record with this id") : Response.json(record);
  }

  function serve(request: Asked, url: URL, path: string, body: string): Response {
    if (path === "/oauth/token" && request.method === "POST") return tokens.grant(request, body);
    const denied = tokens.check(request);
    if (denied !== null) return denied;
    if (path === BASE && request.method === "GET") return search(url);
    if (path === BASE && request.method === "POST") return create(request, body);
    const id = idIn(path);
    if (id === null) return refuse(404, "unknown path");
    if (request.method === "PATCH") return merge(id, body);
    if (request.method !== "GET") return refuse(405, "unknown method");
    const record = store.find(id)[0];
    return record === undefined ? refuse(404, "no record with this id") : Response.json(record);
  }

  return {
    /** The endpoint as a function: give it as `fetch` through a Request, or mount it on a server. */
    async handle(request: Asked): Promise<Response> {
      const url = new URL(request.url);
      const path = url.pathname.slice(/\/(v1|oauth)\//.exec(url.pathname)?.index ?? 0);
      const bytes = await readBounded(request.body, BODY_MAX_BYTES);
      if (bytes === null) return refuse(413, "the body is too large");
      const label = `${request.method} ${path.startsWith(`${BASE}/`) ? `${BASE}/{id}` : path}`;
      return gate.pass(request, label, async () => serve(request, url, path, Buffer.from(bytes).toString()));
    },
    records: store.records,
    writes: store.writes,
    find: store.find,
    doubles: store.doubles,
    token: tokens.token,
    expireToken: tokens.expireToken,
    newToken: tokens.newToken,
    revokeRefresh: tokens.revokeRefresh,
    refreshes: tokens.refreshes,
    faults: gate.faults,
    fail: gate.faults.add,
    /** One of the named troubles. */
    trouble(name: Trouble, more: Pick<Fault, "count" | "rate" | "retryAfter"> = {}): void {
      gate.faults.add({ ...troubles[name], ...more });
    },
    requests: gate.requests,
    requestsIntoHold: gate.requestsIntoHold,
    tooEarly: gate.tooEarly,
    waits: gate.waits,
    log: gate.log,
    setLatency: gate.setLatency,
  };
}

const refuse = (status: number, message: string, field?: string): Response =>
  Response.json({ error: { message, ...(field === undefined ? {} : { field }) } }, { status });

function answerForFault(fault: Fault): Response {
  const headers: Record<string, string> =
    fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) };
  const status = fault.status ?? 500;
  if (fault.body !== undefined) return new Response(fault.body, { status, headers });
  return Response.json({ error: { message: `refused on purpose with ${status}` } }, { status, headers });
}

function idIn(path: string): string | null {
  if (!path.startsWith(`${BASE}/`)) return null;
  try {
    return decodeURIComponent(path.slice(BASE.length + 1));
  } catch {
    return null;
  }
}

type Parsed<T> = { ok: true; value: T } | { ok: false; refusal: Response };

function parse<T>(schema: z.ZodType<T>, body: string): Parsed<T> {
  let raw: unknown;
  try {
    raw = JSON.parse(body);
  } catch {
    return { ok: false, refusal: refuse(400, "the body is not JSON") };
  }
  const checked = schema.safeParse(raw);
  if (checked.success) return { ok: true, value: checked.data };
  const issue = checked.error.issues[0];
  return { ok: false, refusal: refuse(400, issue?.message ?? "invalid", issue?.path.join(".") ?? "") };
}
