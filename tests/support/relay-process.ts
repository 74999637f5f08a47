/** The built relay as a process of its own, as `npm start` runs it, with a data directory of its own and all it prints. */
import { spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** What a shell gives to every program; nothing of ours is inherited. */
const INHERITED = ["PATH", "HOME", "TMPDIR", "LANG"];
const READY_MAX_MS = 60_000;
const POLL_MS = 10;

export interface RelayOptions {
  env: Record<string, string>;
  dataDir: string;
  /** Another port than a free one: a restarted relay must be found where the last one was. */
  port?: number;
  /** Another directory than the project's: there is no build in it. */
  cwd?: string;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface RelayProcess {
  url: string;
  port: number;
  /** Standard output and error so far. */
  output(): string;
  exited: Promise<Exit>;
  /** Resolves when it says that it listens; rejects with its output when it ends or stays silent. */
  ready(): Promise<void>;
  /** Sends a signal (SIGTERM) and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<Exit>;
}

export async function startRelay({ env, dataDir, port, cwd = ROOT }: RelayOptions): Promise<RelayProcess> {
  const taken = port ?? (await freePort());
  const inherited = INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  // Without tsx' own command around it, which passes signals on, but kills when no answer comes within 30 ms.
  const loader = join(ROOT, "node_modules/tsx/dist/loader.mjs");
  const child = spawn(process.execPath, ["--import", loader, join(ROOT, "lib/local/start.ts")], {
    cwd,
    env: {
      ...Object.fromEntries(inherited),
      NEXT_TELEMETRY_DISABLED: "1",
      // Where another directory has none.
      TSX_TSCONFIG_PATH: join(ROOT, "tsconfig.json"),
      DATA_DIR: dataDir,
      PORT: `${taken}`,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      output += text;
    });
  }
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  const killWithUs = () => void child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const forget = () => {
    ended = true;
    process.off("exit", killWithUs);
  };
  exited.then(forget, forget);

  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    output: () => output,
    exited,
    async ready() {
      const deadline = Date.now() + READY_MAX_MS;
      while (!output.includes("The relay listens on")) {
        if (ended || Date.now() > deadline) throw new Error(`the relay did not come up:\n${output}`);
        await delay(POLL_MS);
      }
    },
    end(signal = "SIGTERM") {
      child.kill(signal);
      return exited;
    },
  };
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

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
