/**
 * The two Upstash services on loopback, so that the unchanged application and SDKs run with no account: Redis over REST
 * in front of a real redis-server where there is one (else an in-process engine that keeps nothing), and QStash.
 */
import { randomBytes } from "node:crypto";
import { startQueue } from "./queue/server.ts";
import type { RedisBackend } from "./redis/backend.ts";
import { createEngine } from "./redis/engine.ts";
import { connectRedis } from "./redis/resp-client.ts";
import { startRedisRest } from "./redis/rest-server.ts";
import { startRedisServer } from "./redis/server-process.ts";

export interface LocalServices {
  /** Variables the application needs to find them. */
  env: Record<string, string>;
  durable: boolean;
  counts(): Promise<{ redisRequests: number; redisCommands: number; qstashMessages: number }>;
  idle(): boolean;
  close(): Promise<void>;
}

export interface LocalOptions {
  /** A Redis of the user's own; null to start one. */
  redisUrl: string | null;
  /** Where a redis-server of ours keeps its append-only file; null for the in-process engine. */
  dataDir: string | null;
  publicBaseUrl: string;
  /** Where the application really listens; jobs for the public address are brought there. */
  loopbackBaseUrl: string;
  log: (line: object) => void;
}

export async function startLocalServices(options: LocalOptions): Promise<LocalServices> {
  const { backend, stop } = await openBackend(options);
  const secret = () => randomBytes(24).toString("hex");
  const redisToken = secret();
  const queueToken = secret();
  const currentSigningKey = `sig_${secret()}`;
  const nextSigningKey = `sig_${secret()}`;
  const rest = await startRedisRest({ backend, token: redisToken });
  const queue = await startQueue({
    backend,
    token: queueToken,
    currentSigningKey,
    nextSigningKey,
    forward: { [options.publicBaseUrl]: options.loopbackBaseUrl },
    log: options.log,
  });
  return {
    env: {
      UPSTASH_REDIS_REST_URL: rest.url,
      UPSTASH_REDIS_REST_TOKEN: redisToken,
      QSTASH_URL: queue.url,
      QSTASH_TOKEN: queueToken,
      QSTASH_CURRENT_SIGNING_KEY: currentSigningKey,
      QSTASH_NEXT_SIGNING_KEY: nextSigningKey,
    },
    durable: backend.durable,
    counts: async () => ({
      redisRequests: rest.requests(),
      redisCommands: await backend.billedCommands(),
      qstashMessages: queue.messages(),
    }),
    idle: () => queue.idle(),
    async close() {
      await queue.close();
      await rest.close();
      await stop();
    },
  };
}

async function openBackend(options: LocalOptions): Promise<{ backend: RedisBackend; stop: () => Promise<void> }> {
  if (options.redisUrl !== null) {
    const backend = await connectRedis({ url: options.redisUrl });
    return { backend, stop: () => backend.close() };
  }
  if (options.dataDir !== null) {
    const server = await startRedisServer({ dir: options.dataDir });
    if (!("kind" in server)) return server;
  }
  const backend = createEngine({ now: Date.now });
  return { backend, stop: () => backend.close() };
}
