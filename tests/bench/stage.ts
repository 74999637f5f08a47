/** The processes of one run and their directory; all of it is gone in the end. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENV_NAMES } from "../../lib/env.ts";
import { endRedis } from "../built/kept.ts";
import { freePort } from "../support/free-port.ts";
import type { Target } from "./acks.ts";
import { type Child, ROOT, startChild } from "./child.ts";

export const FLOOR_APP = join(ROOT, "tests/bench/floor-next");

type Variables = Record<string, string>;

export function createStage() {
  const dir = mkdtempSync(join(tmpdir(), "relay-bench-"));
  const children: Child[] = [];
  const dataDirs: string[] = [];
  const logOf = (name: string) => join(dir, `${name}.log`);

  function start(file: string, name: string, env: Variables = {}): Child {
    const child = startChild(file, { env, logTo: logOf(name) });
    children.push(child);
    return child;
  }

  function dataDir(name: string): string {
    const path = join(dir, `data-${name}`);
    dataDirs.push(path);
    return path;
  }

  const urlOf = async (child: Child) => (await child.ask<{ url: string }>("ready")).url;

  return {
    start,
    logOf,

    async sandbox() {
      const sandbox = start("sandbox.ts", "sandbox");
      const { env, accountId } = await sandbox.ask<{ env: Variables; accountId: string }>("ready");
      // Nothing of the shell's: the measurement never touches a real account.
      return { sandbox, accountId, env: { ...Object.fromEntries(ENV_NAMES.map((name) => [name, ""])), ...env } };
    },

    async relay(env: Variables) {
      const relay = start("relay.ts", "relay", { ...env, BENCH_DATA_DIR: dataDir("relay") });
      const { url, durable } = await relay.ask<{ url: string; durable: boolean }>("ready");
      if (!durable) throw new Error("redis-server is not installed: acks would not be durable");
      return { relay, url };
    },

    /** The floors that verify and enqueue nothing, and the relay as `next start` with state and queue beside it. */
    async ackTargets(env: Variables): Promise<Target[]> {
      const httpFloor = start("floor-http.ts", "floor-http", env);
      const nextFloor = start("next-app.ts", "floor-next", {
        ...env,
        BENCH_APP: FLOOR_APP,
        BENCH_PORT: `${await freePort()}`,
      });
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const services = start("services.ts", "services", { BENCH_DATA_DIR: dataDir("plain"), BENCH_RELAY_URL: url });
      const { env: upstash } = await services.ask<{ env: Variables }>("ready");
      const app = { PUBLIC_BASE_URL: url, BENCH_APP: ROOT, BENCH_PORT: `${port}` };
      const plain = start("next-app.ts", "plain", { ...env, ...upstash, ...app });
      return [
        { name: "node:http floor", url: await urlOf(httpFloor), queue: null },
        { name: "Next floor", url: await urlOf(nextFloor), queue: null },
        { name: "relay, plain Next routes", url: await urlOf(plain), queue: services },
      ];
    },

    async clear(): Promise<void> {
      for (const child of children.reverse()) await child.stop();
      for (const path of dataDirs) await endRedis(path);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export type Stage = ReturnType<typeof createStage>;
