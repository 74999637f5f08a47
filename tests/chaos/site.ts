/** One relay with all it works with: a sandbox, a Redis that lasts, fronts between them, and everything killable. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createQueue } from "@/lib/queue/client.ts";
import { endRedis, redisPid, redisRuns, sourcePhase } from "../built/kept.ts";
import { until } from "../built/until.ts";
import { startSandbox } from "../sandbox/server.ts";
import { freePort } from "../support/free-port.ts";
import { startRelay } from "../support/relay-process.ts";
import { openFront } from "./front.ts";
import { CONCURRENCY, createHoldWatch } from "./hold-watch.ts";
import { openServices } from "./services.ts";
import { supervise } from "./supervised.ts";

/** `together`: queue and Redis belong to the relay's process. `apart`: to one of their own, as with Upstash. */
export type Kind = "together" | "apart";
export type Target = "relay" | "queue" | "redis";
/** Between the relay and both sides outside, in front of the relay, and in front of queue and Redis where they are apart. */
export type Place = "outside" | "door" | "services";

export type Site = Awaited<ReturnType<typeof openSite>>;

const open: { close(): Promise<void> }[] = [];

/** Also those that never came up: nothing outlives the tests. */
export const closeSites = (): Promise<unknown> => Promise.all(open.splice(0).map((site) => site.close()));

/** Everything is up, the webhook is registered, and the empty folder is known. */
export async function openSite(kind: Kind) {
  const dataDir = mkdtempSync(join(tmpdir(), "relay-chaos-"));
  const sandbox = await startSandbox({ newRevOnMove: kind === "apart" });
  const port = await freePort();
  const outside = await openFront(Number(new URL(sandbox.url).port));
  const door = await openFront(port);
  const services = kind === "apart" ? await openServices(dataDir) : null;
  const holds = createHoldWatch(sandbox.facebook);
  const reached = (value: string) => value.replace(sandbox.url, outside.url);
  const env = {
    LOG_LEVEL: "warn",
    CONCURRENCY: `${CONCURRENCY}`,
    ...Object.fromEntries(Object.entries(sandbox.env).map(([name, value]) => [name, reached(value)])),
    ...(services === null ? {} : { ...services.env, PUBLIC_BASE_URL: door.url }),
  };
  const relay = supervise(() => startRelay({ env, dataDir, port }));

  async function start(): Promise<void> {
    await services?.process.start();
    await relay.start();
  }

  async function killRedis(): Promise<boolean> {
    const running = () => redisPid(dataDir).catch(() => null);
    const pid = await running();
    if (pid === null) return false;
    process.kill(pid, "SIGKILL");
    await until("redis-server gone", async () => (await running()) !== pid, 10_000);
    return true;
  }

  const site = {
    kind,
    dataDir,
    sandbox,
    holds,
    services,
    start,
    /** Everything that is down is started, and can be used. */
    async ready() {
      await start();
      await Promise.all([relay.ready(), services?.process.ready()]);
      await until("redis-server", () => redisRuns(dataDir), 30_000);
    },
    /** SIGKILL to all of them at once; how many there were to kill. */
    async kill(targets: readonly Target[]): Promise<number> {
      if (targets.includes("relay")) holds.interrupted();
      const ways = {
        relay: () => relay.kill(),
        queue: async () => (await services?.process.kill()) ?? false,
        redis: killRedis,
      } as const satisfies Record<Target, () => Promise<boolean>>;
      const killed = await Promise.all(targets.map((target) => ways[target]()));
      return killed.filter((was) => was).length;
    },
    cut(place: Place): number {
      if (place === "outside") holds.interrupted();
      const ways = { outside: outside.cut, door: door.cut, services: () => services?.cut() ?? 0 };
      return ways[place]();
    },
    /** What processes did that nobody asked for. */
    surprises: () => [...relay.surprises(), ...(services?.process.surprises() ?? [])],
    /** The last that was printed. */
    lastWords: () => [relay, services?.process].map((one) => one?.output().slice(-3_000) ?? "").join("\n"),
    async close() {
      await sandbox.close();
      await relay.kill();
      await services?.close();
      await outside.close();
      await door.close();
      await endRedis(dataDir);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };

  open.push(site);
  await site.ready();
  const registered = await sandbox.dropbox.register(`${door.url}/api/dropbox/webhook`);
  if (!registered.ok) throw new Error(`the webhook was refused: ${registered.reason}`);
  if (services !== null) await sweepEveryMinute(services.env, door.url);
  await until("the first listing", async () => (await sourcePhase(dataDir)) === "following", 60_000);
  return site;
}

/** What `npm run schedule` does for a relay with Upstash, but as often as `npm start` does it on one machine. */
async function sweepEveryMinute(
  env: { QSTASH_URL: string; QSTASH_TOKEN: string },
  publicBaseUrl: string,
): Promise<void> {
  const queue = createQueue({ url: env.QSTASH_URL, token: env.QSTASH_TOKEN, publicBaseUrl, jobSeconds: 300 });
  await queue.scheduleSweep("* * * * *");
  await queue.enqueue([{ job: { job: "sweep" } }]);
}
