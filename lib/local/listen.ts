/** Opening and closing of a port, with reasons in words. */
import { createServer, type RequestListener, type Server, type ServerOptions } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Node.js would wait five minutes for a request that stops half way, and looks every half minute. Notifications and jobs are
 * small, and Dropbox itself waits ten seconds. The time an answer takes is not limited by these.
 */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
} as const satisfies ServerOptions;

/** A server for requests from outside: a head or body that does not come to its end is answered 408 and cut off. */
export const createDoor = (listener: RequestListener, limits: ServerOptions = LIMITS): Server =>
  createServer(limits, listener);

/** Resolves with the port; rejects with an Error that says which variable to change. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(new Error(reasonOf(cause, host, port), { cause })));
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Requests under way are cut: who sent them sends them again. */
export function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** The port itself, or a free one for 0, once it is known that one can listen there. */
export async function usablePort(host: string, port: number): Promise<number> {
  const probe = createServer();
  const actual = await listen(probe, host, port);
  await shut(probe);
  return actual;
}

function reasonOf({ code }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === "EADDRINUSE") return `PORT: ${port} is in use: stop what listens there, or set another`;
  if (code === "EACCES") return `PORT: ${port} needs privileges that this user does not have: set 1024 or more`;
  return `HOST: ${host} is no address of this machine (${code}): leave it out, or 0.0.0.0 for all interfaces`;
}
