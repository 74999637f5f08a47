/** The local queue on a port. Answers on loopback by default and needs its token for everything. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createQueue, type Queue, type QueueOptions } from "./queue.ts";

const DISCARD_BYTES_MAX = 16 * 1024 * 1024;

export interface StartQueueOptions extends QueueOptions {
  host?: string;
  port?: number;
}

export interface RunningQueue {
  url: string;
  messages(): number;
  idle(): boolean;
  /** Stops listening and delivering; attempts under way have a second to end. What is not settled stays in Redis. */
  close(): Promise<void>;
}

/** Rejects when the port is taken or Redis cannot be read. */
export async function startQueue(options: StartQueueOptions): Promise<RunningQueue> {
  const { host = "127.0.0.1", port = 0 } = options;
  const queue = await createQueue(options);
  const server = createServer((incoming, outgoing) => {
    answer(queue, incoming, outgoing).catch(() => outgoing.destroy());
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    await queue.close();
    throw error;
  }
  const { port: actual } = server.address() as AddressInfo;
  const shownHost = host.includes(":") ? `[${host}]` : host;

  return {
    url: `http://${shownHost}:${actual}`,
    messages: queue.messages,
    idle: queue.idle,
    async close() {
      const stopped = new Promise((resolve) => server.close(resolve));
      await queue.close();
      server.closeAllConnections();
      await stopped;
    },
  };
}

async function answer(queue: Queue, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const target = incoming.url ?? "/";
  const callerIp = incoming.socket.remoteAddress ?? "127.0.0.1";
  const response = await queue.handle(toRequest(incoming), { target, callerIp });
  const headers = Object.fromEntries(response.headers);
  // Closing on a client that is still sending would reset the connection before it reads the refusal.
  if (!(await discardRest(incoming))) headers.connection = "close";
  outgoing.writeHead(response.status, headers).end(Buffer.from(await response.arrayBuffer()));
}

/** Reads what a refused request left unread; false when that was too much. */
async function discardRest(incoming: IncomingMessage): Promise<boolean> {
  let size = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).byteLength;
    if (size > DISCARD_BYTES_MAX) return false;
  }
  return true;
}

function toRequest(incoming: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  const { method = "GET" } = incoming;
  const body = method === "GET" || method === "HEAD" ? null : incoming.iterator({ destroyOnReturn: false });
  // The URL is only a placeholder: the raw target goes beside it.
  return new Request("http://local.queue/", { method, headers, body, duplex: "half" } as RequestInit);
}
