import { Redis } from "@upstash/redis";
import { safeText } from "../core/safe-text.ts";

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
    super(`Redis failed at ${step}: ${reasonOf(cause)}`.slice(0, 300));
    this.name = "StoreError";
  }
}

/** Only what Redis itself said is quoted: the text of a fetch error can hold a header, and so the token. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown";
  if (cause.name === "UpstashError")
    return `${cause.name} ${safeText(cause.message.split(", command was:")[0] ?? "", [])}`;
  const inner = cause.cause;
  return inner instanceof Error && "code" in inner ? `${cause.name} ${inner.code}` : cause.name;
}

/** Runs one store step and turns whatever the SDK throws into a StoreError without arguments. */
export async function step<T>(name: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    throw new StoreError(name, cause);
  }
}
