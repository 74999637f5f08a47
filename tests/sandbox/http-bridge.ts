/** A `(Request) => Response` function on a port. A call that throws is a broken connection, as the emulators mean it. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export type Handler = (request: Request) => Promise<Response>;

export interface Listening {
  url: string;
  port: number;
  close(): Promise<void>;
}

/** Port 0 takes a free one. Rejects when the port is taken. */
export async function listen(handler: Handler, port: number, host: string): Promise<Listening> {
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
  handler: Handler,
  base: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const abort = new AbortController();
  outgoing.once("close", () => abort.abort(new Error("the caller has gone")));
  const response = await handler(toRequest(base, incoming, abort.signal));
  const headers = Object.fromEntries(response.headers);
  // What is left of a body that was refused must not be taken for the next request.
  if (!incoming.complete) headers.connection = "close";
  outgoing.writeHead(response.status, headers);
  if (response.body === null || incoming.method === "HEAD") outgoing.end();
  else await pipeline(Readable.from(chunksOf(response.body)), outgoing);
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}

function toRequest(base: string, incoming: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  const { method = "GET" } = incoming;
  // Appended, not resolved: a target that begins with two slashes must not name another host.
  const url = `${base}${incoming.url ?? "/"}`;
  if (method === "GET" || method === "HEAD") return new Request(url, { method, headers, signal });
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      try {
        for await (const chunk of incoming) controller.enqueue(new Uint8Array(chunk));
        controller.close();
      } catch (cause) {
        controller.error(cause);
      }
    },
  });
  const init: RequestInit & { duplex: "half" } = { method, headers, body, signal, duplex: "half" };
  return new Request(url, init);
}
