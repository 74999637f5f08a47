/**
 * A redis-server of our own on a unix socket, with every write on disk before it is answered.
 * It outlives a killed parent; the next start finds it by its socket and goes on with it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { RedisBackend } from "./backend.ts";
import { connectRedis } from "./resp-client.ts";
import { openConnection } from "./resp-connection.ts";

const START_MAX_MS = 10_000;
const STOP_MAX_MS = 10_000;
const POLL_MS = 20;
/** The kernel takes 107 bytes on Linux and 103 on macOS. */
const SOCKET_PATH_MAX_BYTES = 100;

const SOCKET = "redis.sock";
const LOG = "redis.log";

const ARGS = ["--port", "0", "--unixsocket", SOCKET, "--unixsocketperm", "700", "--daemonize", "no"].concat([
  "--appendonly",
  "yes",
  "--appendfsync",
  "always",
  "--save",
  "",
  "--dir",
  ".",
  "--logfile",
  "",
]);

export type RedisServer =
  | { backend: RedisBackend; pid: number | null; stop(): Promise<void> }
  | { kind: "notInstalled" };

/** Throws with the server's last words when it does not come up in ten seconds. */
export async function startRedisServer({ dir }: { dir: string }): Promise<RedisServer> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  const path = socketPath(dir);
  if ((await ping(path)) !== "absent") {
    await untilReady(path, dir, () => null);
    return running(path, null);
  }
  const child = await launch(dir);
  if (child === null) return { kind: "notInstalled" };
  let exit: string | null = null;
  child.once("exit", (code, signal) => {
    exit = `it ended with ${signal ?? `code ${code}`}`;
  });
  try {
    await untilReady(path, dir, () => exit);
    return await running(path, child);
  } catch (error) {
    if (exit === null) child.kill("SIGKILL");
    throw error;
  }
}

function socketPath(dir: string): string {
  const absolute = resolve(dir, SOCKET);
  const shortest = Buffer.byteLength(absolute) > SOCKET_PATH_MAX_BYTES ? relative(process.cwd(), absolute) : absolute;
  if (Buffer.byteLength(shortest) <= SOCKET_PATH_MAX_BYTES) return shortest;
  throw new Error(`The path of Redis' socket is too long (over ${SOCKET_PATH_MAX_BYTES} bytes): ${absolute}`);
}

/** Null when there is no such program. The server runs inside `dir`, so its own paths are short whatever ours are. */
async function launch(dir: string): Promise<ChildProcess | null> {
  const log = openSync(join(dir, LOG), "w", 0o600);
  try {
    const child = spawn("redis-server", ARGS, { cwd: dir, detached: true, stdio: ["ignore", log, log] });
    return await new Promise((settle, reject) => {
      child.once("spawn", () => {
        child.unref();
        settle(child);
      });
      child.once("error", (error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? settle(null) : reject(error)));
    });
  } finally {
    closeSync(log);
  }
}

async function ping(path: string): Promise<"ready" | "busy" | "absent"> {
  try {
    const connection = await openConnection({ path });
    const reply = await connection.send(["PING"]);
    connection.close();
    return typeof reply === "object" && reply !== null && "status" in reply ? "ready" : "busy";
  } catch {
    return "absent";
  }
}

async function untilReady(path: string, dir: string, exit: () => string | null): Promise<void> {
  const deadline = performance.now() + START_MAX_MS;
  while ((await ping(path)) !== "ready") {
    const ended = exit();
    if (ended === null && performance.now() < deadline) await delay(POLL_MS);
    else
      throw new Error(
        `redis-server did not start: ${ended ?? "no answer in 10 s"}. Its last lines:\n${lastLines(dir)}`,
      );
  }
}

function lastLines(dir: string): string {
  try {
    return readFileSync(join(dir, LOG), "utf8").trimEnd().split("\n").slice(-8).join("\n");
  } catch {
    return "(none)";
  }
}

async function running(path: string, child: ChildProcess | null): Promise<RedisServer> {
  const backend = await connectRedis({ path });
  const reply = await backend.command(["INFO", "server"]);
  const pid = Number(/^process_id:(\d+)/m.exec(String(reply))?.[1]);
  return {
    backend,
    pid: pid > 0 ? pid : null,
    async stop() {
      await backend.close();
      await shutDown(path, child);
    },
  };
}

/** Ends when nothing answers on the socket and our own child is gone. Kills only the child it started. */
async function shutDown(path: string, child: ChildProcess | null): Promise<void> {
  const gone = () => child === null || child.exitCode !== null || child.signalCode !== null;
  const connection = await openConnection({ path }).catch(() => null);
  // A server that shuts down ends the connection without a reply.
  await connection?.send(["SHUTDOWN"]).catch(() => null);
  connection?.close();
  const deadline = performance.now() + STOP_MAX_MS;
  while (!gone() || (await ping(path)) !== "absent") {
    if (performance.now() > deadline) {
      child?.kill("SIGKILL");
      throw new Error("redis-server did not stop in 10 s");
    }
    await delay(POLL_MS);
  }
}
