import { Redis } from "@upstash/redis";

/** Longest a Redis call may take, all its attempts included. */
const TIMEOUT_MS = 5_000;

export interface RedisConfig {
  url: string;
  token: string;
}

/**
 * The Redis client. No auto-pipelining (it splits and reorders), no automatic deserialization (it rounds long ids), and
 * the function form of `signal`, the only one that makes a timed-out command throw.
 */
export function createRedis(config: RedisConfig): Redis {
  return new Redis({
    url: config.url,
    token: config.token,
    enableAutoPipelining: false,
    automaticDeserialization: false,
    enableTelemetry: false,
    retry: { retries: 2, backoff: (attempt) => 50 * 2 ** attempt },
    signal: () => AbortSignal.timeout(TIMEOUT_MS),
  });
}

/** A store call that failed. The SDK's own message holds the whole command with its arguments, so it is not kept. */
export class StoreError extends Error {
  readonly code = "store_unavailable";
  constructor(step: string, cause: unknown) {
    const name = cause instanceof Error ? cause.name : "Error";
    const text = cause instanceof Error ? cause.message.split(", command was:")[0] : "";
    super(`Redis failed at ${step}: ${name} ${text ?? ""}`.slice(0, 300));
    this.name = "StoreError";
  }
}

/** Runs one store step and turns whatever the SDK throws into a StoreError without arguments. */
export async function step<T>(name: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    throw new StoreError(name, cause);
  }
}
