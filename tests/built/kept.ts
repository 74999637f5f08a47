/** What the redis-server of a data directory holds, read past the relay. */
import { join } from "node:path";
import type { RedisBackend } from "@/lib/local/redis/backend.ts";
import { connectRedis } from "@/lib/local/redis/resp-client.ts";
import { until } from "./until.ts";

export const NOTHING_WAITS = { "due:live": 0, "due:replay": 0, "due:backfill": 0, claimed: 0, next: 0 };

/** How many deliveries wait or are claimed, and how many newer revisions wait behind a claimed one. */
export const waiting = (dataDir: string): Promise<Record<string, number>> =>
  withRedis(dataDir, async (redis) => {
    const counts: Record<string, number> = {};
    for (const set of Object.keys(NOTHING_WAITS)) {
      const size = set === "next" ? "HLEN" : "ZCARD";
      counts[set] = Number(await redis.command([size, `relay:d:env_records:${set}`]));
    }
    return counts;
  });

/** Deliveries that need a person. */
export const dead = (dataDir: string): Promise<number> =>
  withRedis(dataDir, async (redis) => Number(await redis.command(["ZCARD", "relay:d:env_records:dead"])));

/** Until when (ms) nothing may be claimed; 0 when there is no such hold. */
export const heldUntil = (dataDir: string): Promise<number> =>
  withRedis(dataDir, async (redis) => {
    const holds = await redis.command(["KEYS", "relay:hold:*"]);
    const key = Array.isArray(holds) ? holds[0] : undefined;
    return Buffer.isBuffer(key) ? Number(await redis.command(["HGET", key, "until"])) : 0;
  });

/** `following` once the folder as it was at the start is known. */
export const sourcePhase = (dataDir: string): Promise<string> =>
  withRedis(dataDir, async (redis) => String(await redis.command(["HGET", "relay:i:env:source", "phase"])));

/** The process id of the redis-server. */
export const redisPid = (dataDir: string): Promise<number> =>
  withRedis(dataDir, async (redis) =>
    Number(/^process_id:(\d+)/m.exec(String(await redis.command(["INFO", "server"])))?.[1]),
  );

/** True when a redis-server answers in this directory. */
export const redisRuns = (dataDir: string): Promise<boolean> =>
  redisPid(dataDir).then(
    () => true,
    () => false,
  );

/** A relay that was killed leaves its redis-server behind. */
export async function endRedis(dataDir: string): Promise<void> {
  const pid = await redisPid(dataDir).catch(() => null);
  if (pid === null) return;
  process.kill(pid, "SIGKILL");
  await until("redis-server gone", async () => !(await redisRuns(dataDir)), 10_000);
}

async function withRedis<T>(dataDir: string, run: (redis: RedisBackend) => Promise<T>): Promise<T> {
  const redis = await connectRedis({ path: join(dataDir, "redis.sock") });
  try {
    return await run(redis);
  } finally {
    await redis.close();
  }
}
