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
import { keepRedisServer } from "./redis-keeper.ts";

export interface LocalServices {
  /** Variables the application needs to find them. */
  env: Record<string, string>;
  durable: boolean;
  counts(): Promise<{ redisRequests: number; redisCommands: number; qstashMessages: number }>;
  idle(): boolean;
  /** The queue brings no more jobs; those under way have a second, and what they leave is brought again at the next start. */
  stopQueue(): Promise<void>;
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
  try {
    return await startOn(backend, stop, options);
  } catch (cause) {
    await stop();
    throw cause;
  }
}

async function startOn(
  backend: RedisBackend,
  stop: () => Promise<void>,
  options: LocalOptions,
): Promise<LocalServices> {
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
  let stopping: Promise<void> | null = null;
  const stopQueue = () => {
    stopping ??= queue.close();
    return stopping;
  };
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
    stopQueue,
    async close() {
      await stopQueue();
      await rest.close();
      await stop();
    },
  };
}

async function openBackend(options: LocalOptions): Promise<{ backend: RedisBackend; stop: () => Promise<void> }> {
  if (options.redisUrl !== null) {
    const backend = await connectTo(options.redisUrl);
    return { backend, stop: () => backend.close() };
  }
  if (options.dataDir !== null) {
    const server = await keepRedisServer(options.dataDir, options.log);
    if (!("kind" in server)) return server;
  }
  const backend = createEngine({ now: Date.now });
  return { backend, stop: () => backend.close() };
}

/** The URL may hold a password, so it is not repeated; neither is the text of an error that could. */
async function connectTo(url: string): Promise<RedisBackend> {
  try {
    return await connectRedis({ url });
  } catch (cause) {
    const { hostname, port } = new URL(url);
    const reason = cause instanceof Error && "code" in cause ? `${cause.code}` : describe(cause);
    throw new Error(`the Redis of REDIS_URL at ${hostname}:${port || 6379} cannot be used: ${reason}`);
  }
}

const describe = (cause: unknown): string => (cause instanceof Error ? cause.message : "unknown");
