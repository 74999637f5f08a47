/** The REST face of a Redis, as the `@upstash/redis` SDK speaks to it: one command, a pipeline or a transaction a request. */
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { RedisBackend, Reply } from "./backend.ts";

const BODY_MAX_BYTES = 10 * 1024 * 1024;

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

type Answer = { status: number; body: unknown };

/** A request that cannot be run, with the answer it gets. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface RestServer {
  url: string;
  requests(): number;
  close(): Promise<void>;
}

export async function startRedisRest({
  backend,
  token,
  host = "127.0.0.1",
  port = 0,
}: {
  backend: RedisBackend;
  token: string;
  host?: string;
  port?: number;
}): Promise<RestServer> {
  const expected = digest(`Bearer ${token}`);
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    respond(backend, expected, request).then(
      (answer) => send(response, answer),
      (error: unknown) => send(response, answerTo(error)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const digest = (text: string) => createHash("sha256").update(text).digest();

function answerTo(error: unknown): Answer {
  if (error instanceof Refusal) return { status: error.status, body: { error: error.message } };
  const reason = error instanceof Error ? error.message : "unknown";
  return { status: 503, body: { error: `ERR Redis is not available: ${reason}` } };
}

async function respond(backend: RedisBackend, expected: Buffer, request: IncomingMessage): Promise<Answer> {
  if (request.method !== "POST") throw new Refusal(405, "ERR method not allowed");
  if (!timingSafeEqual(digest(request.headers.authorization ?? ""), expected)) {
    throw new Refusal(401, "WRONGPASS invalid or missing auth token");
  }
  const { pathname } = new URL(request.url ?? "/", "http://local");
  const body = parseBody(await readBody(request));
  const encode = request.headers["upstash-encoding"] === "base64" ? inBase64 : inUtf8;
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

/** An oversized body is read to its end but not kept: a client in the middle of sending would not see the answer. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= BODY_MAX_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > BODY_MAX_BYTES) throw new Refusal(413, `ERR max request size exceeded. Limit: ${BODY_MAX_BYTES} bytes`);
  return Buffer.concat(chunks);
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

function send(response: ServerResponse, { status, body }: Answer): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { "content-type": "application/json", "content-length": bytes.length });
  response.end(bytes);
}
