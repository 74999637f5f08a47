/** A port in front of another one of this machine, so that all connections between two processes can be cut at once. */
import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

export interface Front {
  url: string;
  /** Resets every open connection on both sides; returns how many there were. */
  cut(): number;
  close(): Promise<void>;
}

/** `target` is the port behind it. Where nobody listens there, a connection is accepted and broken off. */
export async function openFront(target: number): Promise<Front> {
  const open = new Set<[Socket, Socket]>();

  const server = createServer((near) => {
    const far = connect({ port: target, host: "127.0.0.1" });
    const both: [Socket, Socket] = [near, far];
    open.add(both);
    for (const socket of both) {
      socket.setNoDelay(true);
      socket.on("error", () => undefined); // "close" follows
      socket.once("close", () => {
        open.delete(both);
        for (const one of both) one.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  const cut = () => {
    const connections = [...open];
    for (const socket of connections.flat()) socket.resetAndDestroy();
    return connections.length;
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      cut();
      await closed;
    },
  };
}
