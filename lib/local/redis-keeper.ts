/**
 * Keeps a redis-server of our own running: one that ends although nobody stopped it (a full disk, a kill) is started again
 * on the same data. The backend finds it by its socket; until then commands reject and their owners try again.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type RedisServer, startRedisServer } from "./redis/server-process.ts";

const LOOK_MS = 500;
const LOG_MAX = 2_000;

export async function keepRedisServer(dir: string, log: (line: object) => void): Promise<RedisServer> {
  let server = await startRedisServer({ dir });
  if ("kind" in server) return server;
  const { backend, pid } = server;
  let stopped = false;
  let told = "";

  /** A trouble that stays is told once. */
  function tell(event: string, reason: string): void {
    if (`${event} ${reason}` !== told) log({ event, reason });
    told = `${event} ${reason}`;
  }

  async function look(): Promise<void> {
    // Not PING: that would count as a command of the relay's.
    const lives = await backend.command(["INFO", "server"]).then(
      () => true,
      () => false,
    );
    if (lives || stopped) return;
    tell("redis.gone", lastWords(dir));
    try {
      const next = await startRedisServer({ dir });
      if ("kind" in next) return;
      server = next;
      await next.backend.close(); // the first one connects again by itself
      log({ event: "redis.started_again" });
    } catch (cause) {
      tell("redis.not_started", cause instanceof Error ? cause.message : "unknown");
    }
  }

  let looking: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  function lookLater(): void {
    if (stopped) return;
    timer = setTimeout(() => {
      looking = look().then(lookLater);
    }, LOOK_MS);
    timer.unref();
  }
  lookLater();

  return {
    backend,
    pid,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
      await backend.close();
      if (!("kind" in server)) await server.stop();
    },
  };
}

/** What it wrote before it ended. */
function lastWords(dir: string): string {
  try {
    const lines = readFileSync(join(dir, "redis.log"), "utf8").slice(-LOG_MAX).trimEnd().split("\n");
    return lines.slice(-3).join(" | ");
  } catch {
    return "it left no log";
  }
}
