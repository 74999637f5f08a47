/** Redis and QStash in a process apart from the relay's, with a clock of their own, reached through fronts. */
import { randomBytes } from "node:crypto";
import { freePort } from "../support/free-port.ts";
import { startNode } from "../support/node-process.ts";
import { openFront } from "./front.ts";
import { supervise } from "./supervised.ts";

export type SeparateServices = Awaited<ReturnType<typeof openServices>>;

/** Nothing is started yet. `dataDir` is where redis-server keeps its file. */
export async function openServices(dataDir: string) {
  const secret = () => randomBytes(24).toString("hex");
  const [redisPort, queuePort] = [await freePort(), await freePort()];
  const redis = await openFront(redisPort);
  const queue = await openFront(queuePort);
  const secrets = {
    QSTASH_TOKEN: secret(),
    QSTASH_CURRENT_SIGNING_KEY: secret(),
    QSTASH_NEXT_SIGNING_KEY: secret(),
  };
  const redisToken = secret();
  let shiftMs = 0;

  const process = supervise(async () =>
    startNode({
      script: "tests/chaos/queue-server.ts",
      before: "tests/chaos/shifted-clock.ts",
      env: {
        ...secrets,
        DATA_DIR: dataDir,
        REDIS_PORT: `${redisPort}`,
        REDIS_TOKEN: redisToken,
        QSTASH_PORT: `${queuePort}`,
        CLOCK_SHIFT_MS: `${shiftMs}`,
      },
      saysWhenReady: "services.listen",
    }),
  );

  return {
    process,
    /** What the relay needs to find them. */
    env: {
      ...secrets,
      UPSTASH_REDIS_REST_URL: redis.url,
      UPSTASH_REDIS_REST_TOKEN: redisToken,
      QSTASH_URL: queue.url,
    },
    /** How far ahead of ours the clock of the next process is (ms). */
    setClock(ms: number): void {
      shiftMs = ms;
    },
    cut: () => redis.cut() + queue.cut(),
    async close() {
      await process.kill();
      await redis.close();
      await queue.close();
    },
  };
}
