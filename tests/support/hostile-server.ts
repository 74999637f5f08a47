/** A server on loopback that misbehaves as told, and tells when the other side has hung up. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Misbehaviour = (response: ServerResponse, request: IncomingMessage) => void;

export type HostileServer = Awaited<ReturnType<typeof startHostileServer>>;

export async function startHostileServer() {
  let behave: Misbehaviour = (response) => response.end();
  let open = 0;
  const requests: { url: string; headers: IncomingMessage["headers"] }[] = [];
  const server = createServer((request, response) => {
    requests.push({ url: request.url ?? "", headers: request.headers });
    open += 1;
    response.on("error", () => undefined);
    response.once("close", () => {
      open -= 1;
    });
    request.resume();
    behave(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    /** The same server under a name that is another host to whoever asks. */
    elsewhere: `http://localhost:${port}`,
    requests,
    behave(as: Misbehaviour) {
      behave = as;
      requests.length = 0;
    },
    /** Resolves once every connection's answer has ended, however it did. */
    async quiet() {
      while (open > 0) await new Promise((resolve) => setImmediate(resolve));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Writes until nobody reads any more. */
export function endlessly(response: ServerResponse, piece: Uint8Array): void {
  const more = () => {
    while (!response.destroyed && response.write(piece));
  };
  response.on("drain", more);
  more();
}
