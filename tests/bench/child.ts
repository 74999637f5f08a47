/** Processes of the benchmark: started with tsx, asked by name over Node's own channel, ended by their id. */
import { type ChildProcess, fork, type Serializable } from "node:child_process";
import { openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const STOP_MAX_MS = 15_000;

export interface Child {
  /** Rejects when the child throws or ends before it answers. */
  ask<T>(name: string, argument?: Serializable): Promise<T>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  env?: Record<string, string>;
  args?: string[];
  /** What the child prints goes there. */
  logTo: string;
  execArgv?: string[];
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export function startChild(file: string, { env = {}, args = [], logTo, execArgv = [] }: ChildOptions): Child {
  const log = openSync(logTo, "a");
  const child = fork(join(ROOT, "tests/bench", file), args, {
    cwd: ROOT,
    execArgv: ["--import", join(ROOT, "node_modules/tsx/dist/loader.mjs"), ...execArgv],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production", ...env },
    stdio: ["ignore", log, log, "ipc"],
  });
  running.add(child);
  const waiting = new Map<number, { resolve(value: never): void; reject(cause: Error): void }>();
  let serial = 0;
  child.on("message", (message: { id: number; value?: never; error?: string }) => {
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error === undefined) asked?.resolve(message.value as never);
    else asked?.reject(new Error(`${file}: ${message.error}`));
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", (code, signal) => {
      running.delete(child);
      const cause = new Error(`${file} ended with ${signal ?? code}; its output is in ${logTo}`);
      for (const { reject } of waiting.values()) reject(cause);
      waiting.clear();
      resolve();
    });
  });
  return {
    ask(name, argument = "") {
      serial += 1;
      const id = serial;
      return new Promise((resolve, reject) => {
        if (!running.has(child)) return reject(new Error(`${file} has ended`));
        waiting.set(id, { resolve, reject });
        child.send({ id, name, argument });
      });
    },
    async stop() {
      if (!running.has(child)) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MAX_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** The child's side: answers what `startChild` asks. Ends with SIGTERM, after `close`. */
export function serve(
  // biome-ignore lint/suspicious/noExplicitAny: the two sides of the channel are one program
  actions: Record<string, (argument: any) => unknown>,
  close: () => Promise<unknown> = async () => undefined,
): void {
  process.on("message", async ({ id, name, argument }: { id: number; name: string; argument: unknown }) => {
    try {
      const action = actions[name];
      if (action === undefined) throw new Error(`cannot ${name}`);
      process.send?.({ id, value: (await action(argument)) ?? null });
    } catch (cause) {
      process.send?.({ id, error: cause instanceof Error ? (cause.stack ?? cause.message) : "unknown" });
    }
  });
  for (const signal of ["SIGTERM", "SIGINT", "disconnect"] as const) {
    process.once(signal, () => void close().finally(() => process.exit(0)));
  }
}
