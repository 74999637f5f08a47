/** Starts the whole relay in this process: checks the environment, then listens, then brings up what is not configured. */

import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import next from "next";
import { type Env, parseEnv } from "../env.ts";
import { createQueue } from "../queue/client.ts";
import { createContext, JOB_SECONDS, realWorld } from "../relay/context.ts";
import { fixFirstContact } from "../relay/source-position.ts";
import { checkEnvironment, type Place } from "./check-environment.ts";
import { type LocalServices, startLocalServices } from "./local-services.ts";

export interface Launched {
  url: string;
  /** Null when Upstash is configured. */
  local: LocalServices | null;
  close(): Promise<void>;
}

export interface LaunchOptions extends Place {
  dev: boolean;
  log: (line: object) => void;
}

/** Throws EnvError before anything listens; an Error in words when the port is taken or Redis does not come up. */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const startedAt = Date.now();
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
  // Before the first notification can arrive: whatever is dropped from now on is new, whatever was there is not.
  if (local !== null) await firstContact(env, startedAt);
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

async function firstContact(env: Env, startedAt: number): Promise<void> {
  const { services } = createContext(env, realWorld({ now: () => startedAt }));
  for (const link of services.links) await fixFirstContact(services, link);
}

/** Lists the folder now, so that what is there already is known before the first file drops, and every minute after. */
async function firstSweep(env: Env): Promise<void> {
  const queue = createQueue({
    url: env.QSTASH_URL,
    token: env.QSTASH_TOKEN,
    publicBaseUrl: env.PUBLIC_BASE_URL,
    jobSeconds: JOB_SECONDS,
  });
  await queue.enqueue([{ job: { job: "sweep" } }]);
  await queue.scheduleSweep("* * * * *");
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
