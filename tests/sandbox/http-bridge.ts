/** A `(Asked) => Response` function on a port. A call that throws is a broken connection, as the emulators mean it. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Asked } from "./asked.ts";

export type Handler = (request: Request) => Promise<Response>;
export type AskedHandler = (request: Asked) => Promise<Response>;

export interface Listening {
  url: string;
  port: number;
  close(): Promise<void>;
}

/** Port 0 takes a free one. Rejects when the port is taken. */
export const listen = (handler: Handler, port: number, host: string): Promise<Listening> =>
  serve((asked, incoming) => handler(wholeRequest(asked, incoming)), port, host);

/** The same for a handler that can do without a whole `Request`. */
export const listenLean = (handler: AskedHandler, port: number, host: string): Promise<Listening> =>
  serve(handler, port, host);

type Answering = (asked: Asked, incoming: IncomingMessage) => Promise<Response>;

async function serve(handler: Answering, port: number, host: string): Promise<Listening> {
  let base = "";
  const server = createServer((incoming, outgoing) => {
    answer(handler, base, incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actual = address !== null && typeof address === "object" ? address.port : port;
  base = `http://${host.includes(":") ? `[${host}]` : host}:${actual}`;
  return {
    url: base,
    port: actual,
    async close() {
      const stopped = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await stopped;
    },
  };
}

async function answer(
  handler: Answering,
  base: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const response = await handler(askedBy(base, incoming, outgoing), incoming);
  for (const [name, value] of response.headers) outgoing.setHeader(name, value);
  outgoing.statusCode = response.status;
  // What is left of a body that was refused must not be taken for the next request.
  if (!incoming.complete) outgoing.setHeader("connection", "close");
  if (response.body === null || incoming.method === "HEAD") outgoing.end();
  // Only what can be long says how long it is; the rest is quicker in one piece.
  else if (response.headers.has("content-length")) await pipeline(Readable.from(response.body), outgoing);
  else outgoing.end(Buffer.from(await response.arrayBuffer()));
}

function askedBy(base: string, incoming: IncomingMessage, outgoing: ServerResponse): Asked {
  const { method = "GET", headers } = incoming;
  let abort: AbortController | null = null;
  return {
    method,
    // Appended, not resolved: a target that begins with two slashes must not name another host.
    url: `${base}${incoming.url ?? "/"}`,
    headers: { get: (name) => headers[name.toLowerCase()]?.toString() ?? null },
    body: method === "GET" || method === "HEAD" ? null : incoming.iterator({ destroyOnReturn: false }),
    get signal() {
      const made = abort ?? new AbortController();
      const gone = () => made.abort(new Error("the caller has gone"));
      if (outgoing.closed) gone();
      else if (abort === null) outgoing.once("close", gone);
      abort = made;
      return made.signal;
    },
  };
}

function wholeRequest({ method, url, body, signal }: Asked, incoming: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  if (body === null) return new Request(url, { method, headers, signal });
  const init = { method, headers, body, signal, duplex: "half" };
  return new Request(url, init as unknown as RequestInit); // Node takes what can be iterated, the types do not
}
