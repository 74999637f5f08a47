/** The built relay as a process of its own, as `npm start` runs it, with a data directory of its own and all it prints. */
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { type NodeProcess, ROOT, startNode } from "./node-process.ts";

export interface RelayOptions {
  env: Record<string, string>;
  dataDir: string;
  /** Another port than a free one: a restarted relay must be found where the last one was. */
  port?: number;
  /** Another directory than the project's: there is no build in it. */
  cwd?: string;
}

export interface RelayProcess extends NodeProcess {
  url: string;
  port: number;
}

/** With what `npm start` gives to Node.js. */
const [, ...START] = String(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts.start).split(" ");

/** Its `ready` resolves when it says that it listens. */
export async function startRelay({ env, dataDir, port, cwd }: RelayOptions): Promise<RelayProcess> {
  const taken = port ?? (await freePort());
  const process = startNode({
    script: START.at(-1) ?? "",
    flags: START.slice(0, -1),
    env: { NEXT_TELEMETRY_DISABLED: "1", DATA_DIR: dataDir, PORT: `${taken}`, ...env },
    ...(cwd === undefined ? {} : { cwd }),
    saysWhenReady: "The relay listens on",
  });
  return { ...process, url: `http://127.0.0.1:${taken}`, port: taken };
}

/** True when something accepts connections on this port of loopback. */
export function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
