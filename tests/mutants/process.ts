/** One program with its children, which never outlive it. */
import { spawn } from "node:child_process";

const OUTPUT_MAX = 20_000;

export type Ended = { kind: "ended"; code: number | null; output: string } | { kind: "timedOut" };

/** Runs node with these arguments; rejects when the signal fires. */
export function run(
  args: readonly string[],
  { cwd, limitMs, signal }: { cwd: string; limitMs: number; signal: AbortSignal },
): Promise<Ended> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    // A group of its own, so that its workers end with it.
    const child = spawn(process.execPath, args, { cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let isLate = false;
    const end = () => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      process.kill(-child.pid, "SIGKILL");
    };
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, limitMs);
    signal.addEventListener("abort", end);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-OUTPUT_MAX);
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      if (signal.aborted) reject(signal.reason);
      else resolve(isLate ? { kind: "timedOut" } : { kind: "ended", code, output });
    });
  });
}
