/** Starts the whole relay in this process: checks the environment, then listens, then brings up what is not configured. */

import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import next from "next";
import { type Env, parseEnv } from "../env.ts";
import { createQueue } from "../queue/client.ts";
import { type LocalServices, startLocalServices } from "./local-services.ts";

export interface Launched {
  url: string;
  /** Null when Upstash is configured. */
  local: LocalServices | null;
  close(): Promise<void>;
}

export interface LaunchOptions {
  env: Record<string, string | undefined>;
  /** 0 takes a free port. */
  port: number;
  host: string;
  dev: boolean;
  /** Null: keep nothing, even where a redis-server is installed. */
  dataDir: string | null;
  log: (line: object) => void;
}

/** Names every fault of the environment at once (EnvError) before anything is built or listens. */
export async function checkEnvironment(options: Pick<LaunchOptions, "env" | "dataDir">): Promise<{
  isLocal: boolean;
  given: Record<string, string | undefined>;
}> {
  const { env, dataDir } = options;
  const isLocal = !["UPSTASH_REDIS_REST_URL", "KV_REST_API_URL", "QSTASH_TOKEN"].some((name) => env[name]?.trim());
  const encryptionKey = env.ENCRYPTION_KEY?.trim() || (isLocal ? await keptKey(dataDir) : undefined);
  const given = { ...env, ENCRYPTION_KEY: encryptionKey };
  parseEnv(
    isLocal ? { ...given, ...STAND_INS, PUBLIC_BASE_URL: env.PUBLIC_BASE_URL?.trim() || "http://127.0.0.1" } : given,
  );
  return { isLocal, given };
}

/** Throws EnvError before anything listens; an Error in words when the port is taken or Redis does not come up. */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const { isLocal, given } = await checkEnvironment(options);

  let handle: RequestListener = (_, response) => response.writeHead(503, { "retry-after": "1" }).end();
  const server = createServer((request, response) => handle(request, response));
  await listen(server, options.host, options.port);
  const loopbackBaseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const publicBaseUrl = options.env.PUBLIC_BASE_URL?.trim().replace(/\/+$/, "") || loopbackBaseUrl;

  const local = isLocal
    ? await startLocalServices({
        redisUrl: options.env.REDIS_URL?.trim() || null,
        dataDir: options.dataDir,
        publicBaseUrl,
        loopbackBaseUrl,
        log: options.log,
      })
    : null;
  const complete = { ...given, PUBLIC_BASE_URL: publicBaseUrl, ...local?.env };
  for (const [name, value] of Object.entries(complete)) if (value !== undefined) process.env[name] = value;
  const env = parseEnv(complete);

  const app = next({
    dev: options.dev,
    dir: process.cwd(),
    hostname: options.host,
    port: (server.address() as AddressInfo).port,
    httpServer: server,
  });
  await app.prepare();
  const nextHandle = app.getRequestHandler();
  handle = (request, response) => void nextHandle(request, response);
  if (local !== null) await firstSweep(env);

  return {
    url: loopbackBaseUrl,
    local,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await app.close();
      await local?.close();
    },
  };
}

/** Only to check the rest of the environment before anything listens. */
const STAND_INS = {
  UPSTASH_REDIS_REST_URL: "http://127.0.0.1",
  UPSTASH_REDIS_REST_TOKEN: "checked later",
  QSTASH_URL: "http://127.0.0.1",
  QSTASH_TOKEN: "checked later",
  QSTASH_CURRENT_SIGNING_KEY: "checked later",
  QSTASH_NEXT_SIGNING_KEY: "checked later",
};

/** Lists the folder now, so that what is there already is known before the first file drops, and every minute after. */
async function firstSweep(env: Env): Promise<void> {
  const queue = createQueue({
    url: env.QSTASH_URL,
    token: env.QSTASH_TOKEN,
    publicBaseUrl: env.PUBLIC_BASE_URL,
    jobSeconds: 300,
  });
  await queue.enqueue([{ job: { job: "sweep" } }]);
  await queue.scheduleSweep("* * * * *");
}

/** The key that seals stored tokens must outlive a restart where the tokens do. */
async function keptKey(dataDir: string | null): Promise<string> {
  const made = randomBytes(32).toString("base64");
  if (dataDir === null) return made;
  const file = join(dataDir, "encryption-key");
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  try {
    await writeFile(file, made, { mode: 0o600, flag: "wx" });
    return made;
  } catch {
    return (await readFile(file, "utf8")).trim();
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === "EADDRINUSE" ? new Error(`port ${port} is in use: stop what listens there, or set PORT`) : cause,
      ),
    );
    server.listen(port, host, resolve);
  });
}
