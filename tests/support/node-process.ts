/** One of our programs in a process of its own, with all it prints. It ends with this process at the latest. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** What a shell gives to every program; nothing of ours is inherited. */
const INHERITED = ["PATH", "HOME", "TMPDIR", "LANG"];
const READY_MAX_MS = 60_000;
const POLL_MS = 10;

export interface NodeOptions {
  /** From the project's root. */
  script: string;
  /** For Node.js itself. */
  flags?: string[];
  /** Run before it, from the project's root. */
  before?: string;
  env: Record<string, string>;
  /** Another directory than the project's. */
  cwd?: string;
  /** What it prints when it can be used. */
  saysWhenReady: string;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface NodeProcess {
  pid: number;
  /** Standard output and error so far. */
  output(): string;
  exited: Promise<Exit>;
  /** Resolves when it says that it is ready; rejects with its output when it ends or stays silent. */
  ready(): Promise<void>;
  /** Sends a signal (SIGTERM) and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<Exit>;
}

const running = new Set<(signal: NodeJS.Signals) => void>();
process.once("exit", () => {
  for (const kill of running) kill("SIGKILL");
});

export function startNode({ script, flags = [], before, env, cwd = ROOT, saysWhenReady }: NodeOptions): NodeProcess {
  const inherited = INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  // Without tsx' own command around it, which passes signals on, but kills when no answer comes within 30 ms.
  const tsx = script.endsWith(".ts") ? ["node_modules/tsx/dist/loader.mjs"] : [];
  const imports = [...tsx, ...(before === undefined ? [] : [before])];
  const child = spawn(
    process.execPath,
    [...flags, ...imports.flatMap((path) => ["--import", join(ROOT, path)]), join(ROOT, script)],
    {
      cwd,
      env: {
        ...Object.fromEntries(inherited),
        // Where another directory has none.
        TSX_TSCONFIG_PATH: join(ROOT, "tsconfig.json"),
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
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
  const kill = (signal: NodeJS.Signals) => void child.kill(signal);
  running.add(kill);
  const forget = () => {
    ended = true;
    running.delete(kill);
  };
  exited.then(forget, forget);

  return {
    pid: child.pid ?? 0,
    output: () => output,
    exited,
    async ready() {
      const deadline = Date.now() + READY_MAX_MS;
      while (!output.includes(saysWhenReady)) {
        if (ended || Date.now() > deadline) throw new Error(`${script} did not come up:\n${output}`);
        await delay(POLL_MS);
      }
    },
    end(signal = "SIGTERM") {
      kill(signal);
      return exited;
    },
  };
}
