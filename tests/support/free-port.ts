/**
 * Ports for programs that are killed and started again: nobody else takes one while its program is down. They lie below
 * those the system takes for outgoing connections, and each worker of the tests has a part of them for itself.
 */
import { createServer } from "node:net";

const FIRST = 20_000;
/** Of one worker; there are 64 parts. Far more than one file's tests use. */
const PART = 190;
const PARTS = 64;

let taken = Math.floor(Math.random() * PART);

/** A port nobody listens on: not given again before all others of this worker were, and never to another one of the run. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PART; tries += 1) {
    taken += 1;
    const worker = Number(process.env.VITEST_POOL_ID ?? "0") % PARTS;
    const port = FIRST + worker * PART + (taken % PART);
    if (await isFree(port)) return port;
  }
  throw new Error("every port of this worker is in use");
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
