/** One connection to a Redis: requests go out at once, replies come back in their order. It does not reconnect. */
import { createConnection, type NetConnectOpts } from "node:net";
import type { Reply } from "./backend.ts";
import { encodeCommand, RespParser } from "./resp-parser.ts";

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

export interface RespConnection {
  /** Rejects when the connection ends before the reply: whether the command ran is then unknown. */
  send(args: readonly (string | Buffer)[]): Promise<Reply>;
  readonly closed: Promise<void>;
  close(): void;
}

/** Rejects when nothing listens there. */
export function openConnection(to: NetConnectOpts): Promise<RespConnection> {
  const socket = createConnection(to);
  const parser = new RespParser();
  const waiting: Waiting[] = [];
  let failure: Error | null = null;

  socket.setNoDelay(true);
  socket.on("data", (chunk: Buffer) => {
    try {
      for (const reply of parser.push(chunk)) waiting.shift()?.resolve(reply);
    } catch (error) {
      socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
  socket.on("end", () => socket.destroy());
  socket.on("error", (error) => {
    failure = error;
  });
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => {
      failure = new Error(`the connection to Redis ended${failure ? `: ${failure.message}` : ""}`, { cause: failure });
      for (const { reject } of waiting.splice(0)) reject(failure);
      resolve();
    });
  });

  const connection: RespConnection = {
    send(args) {
      if (failure || socket.destroyed) return Promise.reject(failure ?? new Error("the connection to Redis is closed"));
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        socket.write(encodeCommand(args));
      });
    },
    closed,
    close: () => socket.destroy(),
  };
  return new Promise((resolve, reject) => {
    socket.once("connect", () => resolve(connection));
    socket.once("error", reject);
  });
}
