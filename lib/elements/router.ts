/**
 * A request to its route and back. In this order: the path, who is calling, how often, the body. Nothing is read before
 * the caller is known, and what is thrown unforeseen says nothing to the outside.
 */
import type { Deed } from "../core/audit.ts";
import { readBounded } from "../core/read-bounded.ts";
import { type Access, accessOf } from "./access.ts";
import { type Answer, errorAnswer, Refused, refuse, responseOf } from "./answer.ts";
import { credentialsOf } from "./authorization.ts";
import { CATALOGUE_ROUTES } from "./catalogue-routes.ts";
import type { ElementsDeps } from "./deps.ts";
import type { Caller } from "./find-instance.ts";
import { INSTANCE_ROUTES } from "./instance-routes.ts";
import type { Route } from "./route.ts";

export const ROUTES: readonly Route[] = [...CATALOGUE_ROUTES, ...INSTANCE_ROUTES];
export const BASE_PATH = "/elements/api-v2";
const BODY_MAX_BYTES = 64 * 1024;
const QUERY_MAX = 4096;

/** Ids are counted, everything else that stands in a path is a name: short, and without what could lead elsewhere. */
const PARAMETER: Record<string, RegExp> = { id: /^[1-9]\d{0,14}$/, eventId: /^[\w.:-]{1,300}$/ };
const ANY_NAME = /^[\w.-]{1,200}$/;

export async function answerCall(request: Request, deps: ElementsDeps): Promise<Response> {
  const requestId = deps.randomId();
  const startedAt = deps.now();
  let name = "none";
  let answer: Answer;
  let deed: Omit<Deed, "ended"> | null = null;
  try {
    const { route, params } = routeOf(request);
    name = `${route.method} ${route.path}`;
    const caller = await callerOf(request, route, params, deps);
    if (route.method !== "GET") deed = deedOf(route, params, caller);
    acceptsJson(request);
    const body = route.body === null ? null : await jsonOf(request);
    answer = await route.run({ params, query: queryOf(request), body, caller }, deps);
  } catch (cause) {
    if (!(cause instanceof Refused))
      deps.log.error(
        { requestId, route: name, reason: cause instanceof Error ? cause.message : "unknown" },
        "elements.failed",
      );
    const refusal =
      cause instanceof Refused ? cause.refusal : { status: 500 as const, message: "The relay failed: try again" };
    answer = errorAnswer(refusal, requestId);
  }
  if (deed !== null) await deps.record({ ...deed, ended: `${answer.status}` });
  deps.log.info({ requestId, route: name, status: answer.status, ms: deps.now() - startedAt }, "elements.answered");
  return responseOf(answer, requestId);
}

function routeOf(request: Request): { route: Route; params: Record<string, string> } {
  const { pathname } = new URL(request.url);
  const parts = pathname.slice(BASE_PATH.length).replace(/\/+$/, "").split("/").slice(1);
  const fitting = ROUTES.flatMap((route) => {
    const params = match(route.path, parts);
    return params === null ? [] : [{ route, params }];
  });
  const [first] = fitting;
  if (first === undefined) return refuse(404, "No such resource");
  // A word of its own goes before a name: /elements/keys is no element called keys.
  const fewest = Math.min(...fitting.map(({ params }) => Object.keys(params).length));
  const nearest = fitting.filter(({ params }) => Object.keys(params).length === fewest);
  const found = nearest.find(({ route }) => route.method === request.method);
  if (found !== undefined) return found;
  const allowed = nearest.map(({ route }) => route.method).join(", ");
  return refuse(405, `${request.method} is not possible here`, { headers: { allow: allowed } });
}

function deedOf({ method, path }: Route, params: Record<string, string>, caller: Caller): Omit<Deed, "ended"> {
  const instance = params.id ?? caller.element;
  const who =
    caller.kind === "instance" ? ({ kind: "element", instance: caller.element } as const) : { kind: caller.kind };
  return { who, act: `${method} ${path as `/${string}`}`, on: instance === null ? "" : `instance ${instance}` };
}

function match(path: string, parts: readonly string[]): Record<string, string> | null {
  const pattern = path.split("/").slice(1);
  if (pattern.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [n, part] of pattern.entries()) {
    const given = parts[n] ?? "";
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined && part !== given) return null;
    if (name !== undefined && !(PARAMETER[name] ?? ANY_NAME).test(given)) return null;
    if (name !== undefined) params[name] = given;
  }
  return params;
}

async function callerOf(
  request: Request,
  route: Route,
  params: Record<string, string>,
  deps: ElementsDeps,
): Promise<Caller> {
  // Nothing of these depends on who asks.
  if (route.audience === "anyone") return { kind: "platform", element: null };
  const credentials = credentialsOf(request.headers.get("authorization"));
  const access = await accessOf(credentials, deps.secrets, deps.tokens.ownerOf);
  if (access.kind === "refused") return refuse(401, "Invalid or missing User, Organization or Element secret");
  await haveRoom(access, deps);
  if (access.kind === "platform") return access;
  if (route.audience === "platform")
    return refuse(403, "An Element token does not reach this: User and Organization do");
  // Said of every other id alike, whether it is there or not.
  if (params.id !== undefined && params.id !== access.element)
    return refuse(403, "The Element token is of another instance");
  const stored = await deps.instances.get(access.element);
  if (stored === null) return refuse(401, "Invalid Element token");
  if (stored.instance.status === "disabled" && route.whileDisabled !== true)
    return refuse(403, "The instance is disabled");
  return access;
}

async function haveRoom(access: Exclude<Access, { kind: "refused" }>, { limit }: ElementsDeps): Promise<void> {
  const waitMs = await limit(access.kind === "platform" ? "platform" : `instance:${access.element}`);
  if (waitMs === null) return;
  refuse(429, "Too many requests: wait as Retry-After says", {
    headers: { "retry-after": `${Math.max(1, Math.ceil(waitMs / 1000))}` },
  });
}

function acceptsJson(request: Request): void {
  const accept = request.headers.get("accept") ?? "*/*";
  if (!/\*\/\*|application\/(\*|json)/i.test(accept)) refuse(406, "Answers are application/json");
}

async function jsonOf(request: Request): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get("content-type") ?? ""))
    refuse(415, "Send application/json");
  const bytes = await readBounded(request.body, BODY_MAX_BYTES);
  if (bytes === null) return refuse(413, `A body has at most ${BODY_MAX_BYTES} bytes`);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return refuse(400, "The body is not JSON");
  }
}

/** A name that comes several times is a list. */
function queryOf(request: Request): Record<string, unknown> {
  const { search, searchParams } = new URL(request.url);
  if (search.length > QUERY_MAX) refuse(400, "The query is too long");
  return Object.fromEntries(
    [...new Set(searchParams.keys())].map((name) => {
      const all = searchParams.getAll(name);
      return [name, all.length === 1 ? all[0] : all];
    }),
  );
}
