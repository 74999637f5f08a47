/** What the `@upstash/redis` SDK sends and expects, without the transport: one command, a pipeline or a transaction a request. */
import type { RedisBackend, Reply } from "./backend.ts";

/** They would change the one connection that all requests share. */
const REFUSED = new Set(
  [
    "MULTI",
    "EXEC",
    "DISCARD",
    "WATCH",
    "UNWATCH",
    "SELECT",
    "AUTH",
    "HELLO",
    "QUIT",
    "RESET",
    "MONITOR",
    "SHUTDOWN",
  ].concat(["SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "CLIENT", "SYNC", "PSYNC"]),
);

export type Answer = { status: number; body: unknown };

/** A request that cannot be run, with the answer it gets. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Runs one request's commands; throws Refusal for what is not one. `base64`: the client asked for encoded strings. */
export async function answerRest(
  backend: RedisBackend,
  request: { pathname: string; body: Buffer; base64: boolean },
): Promise<Answer> {
  const { pathname } = request;
  const body = parseBody(request.body);
  const encode = request.base64 ? inBase64 : inUtf8;
  if (pathname === "/") return single(await backend.command(asCommand(body)), encode);
  if (pathname === "/pipeline") {
    const replies = await Promise.all(asCommands(body).map((command) => backend.command(command)));
    return { status: 200, body: replies.map((reply) => wrap(reply, encode)) };
  }
  if (pathname === "/multi-exec") {
    const reply = await backend.transaction(asCommands(body));
    if (!Array.isArray(reply)) return single(reply, encode);
    return { status: 200, body: reply.map((item) => wrap(item, encode)) };
  }
  throw new Refusal(404, `ERR no such path: ${pathname}`);
}

function parseBody(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new Refusal(400, "ERR failed to parse the body as JSON");
  }
}

/** The name in upper case, because clients send any; every argument as text. */
function asCommand(value: unknown): string[] {
  if (!Array.isArray(value) || typeof value[0] !== "string" || value[0] === "") {
    throw new Refusal(400, "ERR a command must be a JSON array that begins with its name");
  }
  const [name, ...args] = value.map((part) => (typeof part === "string" ? part : JSON.stringify(part)));
  const command = (name ?? "").toUpperCase();
  if (REFUSED.has(command)) throw new Refusal(400, `ERR Command is not available: '${command}'`);
  return [command, ...args];
}

function asCommands(value: unknown): string[][] {
  if (!Array.isArray(value) || value.length === 0) throw new Refusal(400, "ERR a JSON array of commands is expected");
  return value.map(asCommand);
}

type Encode = (bytes: Buffer) => string;
const inBase64: Encode = (bytes) => bytes.toString("base64");
const inUtf8: Encode = (bytes) => bytes.toString("utf8");

/** Every string is encoded, statuses too, except the one everyone sends: OK. */
function toJson(reply: Reply, encode: Encode): unknown {
  if (reply === null || typeof reply === "number") return reply;
  if (Buffer.isBuffer(reply)) return encode(reply);
  if (Array.isArray(reply)) return reply.map((item) => toJson(item, encode));
  if ("error" in reply) return encode(Buffer.from(reply.error));
  return reply.status === "OK" ? "OK" : encode(Buffer.from(reply.status));
}

function wrap(reply: Reply, encode: Encode): { result: unknown } | { error: string } {
  const isError = typeof reply === "object" && reply !== null && "error" in reply;
  return isError ? { error: reply.error } : { result: toJson(reply, encode) };
}

function single(reply: Reply, encode: Encode): Answer {
  const body = wrap(reply, encode);
  return { status: "error" in body ? 400 : 200, body };
}
