/** A sandbox in this process and a built relay in another, with what the tests ask of both. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { RedisBackend } from "@/lib/local/redis/backend.ts";
import { connectRedis } from "@/lib/local/redis/resp-client.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../sandbox/server.ts";
import { type RelayProcess, startRelay } from "../support/relay-process.ts";

const POLL_MS = 20;

export interface ScenarioOptions {
  sandbox?: SandboxOptions;
  env?: Record<string, string>;
  /** In the folder before the relay starts, and older than it. */
  oldFiles?: number;
  /** What happens to the sandbox before the relay starts. */
  prepare?: (sandbox: Sandbox) => void;
  /** False: the relay is only being started, and the webhook not yet registered. */
  wait?: boolean;
}

export type Scenario = Awaited<ReturnType<typeof startScenario>>;

/** The sandbox and the relay are up; the webhook is registered with the sandbox. */
export async function startScenario(options: ScenarioOptions = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), "relay-built-"));
  const sandbox = await startSandbox(options.sandbox);
  options.prepare?.(sandbox);
  if (options.oldFiles !== undefined) sandbox.dropbox.files.addFiles(options.oldFiles, "/inbox/old-");
  const env = { LOG_LEVEL: "warn", ...sandbox.env, ...options.env };
  let relay = await startRelay({ env, dataDir });
  const printed: RelayProcess[] = [relay];

  const scenario = {
    sandbox,
    dataDir,
    get relay() {
      return relay;
    },
    /** Everything printed by every process of this scenario. */
    output: () => printed.map((one) => one.output()).join(""),
    tryRegister: () => sandbox.dropbox.register(`${relay.url}/api/dropbox/webhook`),
    async register() {
      const registered = await scenario.tryRegister();
      if (!registered.ok) throw new Error(`the webhook was refused: ${registered.reason}`);
    },
    /** The folder as it was at the start is known. */
    firstListing: () =>
      until("the first listing", () => sourcePhase(dataDir).then((phase) => phase === "following"), 20_000),
    /** A new process on the same port and data. */
    async restart() {
      relay = await startRelay({ env, dataDir, port: relay.port });
      printed.push(relay);
      await relay.ready();
    },
    /** `n` records are there, nothing waits, and no record was made twice. */
    async settled(n: number, limitMs: number) {
      await until(
        `${n} records`,
        () => sandbox.facebook.records().length >= n,
        limitMs,
        () => progress(sandbox),
      );
      await until("nothing waiting", async () => allZero(await waiting(dataDir)), limitMs);
    },
    async close() {
      await sandbox.close();
      await relay.end();
      await endRedis(dataDir);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  try {
    if (options.wait === false) return scenario;
    await relay.ready();
    await scenario.register();
    return scenario;
  } catch (cause) {
    await scenario.close();
    throw cause;
  }
}

const progress = ({ facebook }: Sandbox) => `${facebook.records().length} records so far`;

/** Polls until `done`; throws with what it waited for when the time is over. */
export async function until(
  what: string,
  done: () => boolean | Promise<boolean>,
  limitMs: number,
  state: () => string = () => "",
): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await done())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs / 1000} s. ${state()}`);
    await delay(POLL_MS);
  }
}

/** How many deliveries wait or are claimed, read from Redis itself. */
export async function waiting(dataDir: string): Promise<Record<string, number>> {
  return withRedis(dataDir, async (redis) => {
    const counts: Record<string, number> = {};
    for (const set of ["due:live", "due:replay", "due:backfill", "claimed"]) {
      counts[set] = Number(await redis.command(["ZCARD", `relay:d:env_records:${set}`]));
    }
    return counts;
  });
}

export const NOTHING_WAITS = { "due:live": 0, "due:replay": 0, "due:backfill": 0, claimed: 0 };
const allZero = (counts: Record<string, number>) => Object.values(counts).every((count) => count === 0);

const sourcePhase = (dataDir: string): Promise<string> =>
  withRedis(dataDir, async (redis) => String(await redis.command(["HGET", "relay:i:env:source", "phase"])));

/** The process id of the redis-server in this directory. */
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

async function withRedis<T>(dataDir: string, run: (redis: RedisBackend) => Promise<T>): Promise<T> {
  const redis = await connectRedis({ path: join(dataDir, "redis.sock") });
  try {
    return await run(redis);
  } finally {
    await redis.close();
  }
}

/** A relay that was killed leaves its redis-server behind. */
async function endRedis(dataDir: string): Promise<void> {
  const pid = await redisPid(dataDir).catch(() => null);
  if (pid === null) return;
  process.kill(pid, "SIGKILL");
  await until("redis-server gone", async () => !(await redisRuns(dataDir)), 10_000);
}
