/** The REST face of a Redis, as the `@upstash/redis` SDK speaks to it, on a port of loopback. */
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { RedisBackend } from "./backend.ts";
import { type Answer, answerRest, Refusal } from "./rest-protocol.ts";

const BODY_MAX_BYTES = 10 * 1024 * 1024;

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
  const body = await readBody(request);
  return answerRest(backend, { pathname, body, base64: request.headers["upstash-encoding"] === "base64" });
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

function send(response: ServerResponse, { status, body }: Answer): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { "content-type": "application/json", "content-length": bytes.length });
  response.end(bytes);
}
