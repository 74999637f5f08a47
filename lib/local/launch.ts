/** Starts the whole relay in this process: checks the environment, brings up what is not configured, and listens last. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import next from "next";
import { type Env, parseEnv } from "../env.ts";
import { createQueue } from "../queue/client.ts";
import { checkEnvironment } from "./check-environment.ts";
import { type LocalServices, startLocalServices } from "./local-services.ts";

/** The first sweep takes milliseconds to note when it began; a long backlog, or a slow Dropbox, must not keep us shut. */
const FIRST_SWEEP_MAX_MS = 3_000;

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

/** Throws EnvError when the environment is not right; an Error in words when the port is taken or Redis does not come up. */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const { isLocal, env: given } = await checkEnvironment(options);
  const { host } = options;
  /** In reverse order. */
  const closing: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };

  try {
    const port = await usablePort(host, options.port);
    const url = `http://${host.includes(":") ? "[::1]" : "127.0.0.1"}:${port}`;
    const publicBaseUrl = options.env.PUBLIC_BASE_URL?.trim().replace(/\/+$/, "") || url;

    // Jobs have a way in of their own, so that they run before others can knock, and wherever the relay listens.
    let open: (listener: RequestListener) => void = () => undefined;
    const opened = new Promise<RequestListener>((resolve) => {
      open = resolve;
    });
    const jobs = createServer((request, response) => void opened.then((handle) => handle(request, response)));
    await listen(jobs, "127.0.0.1", 0);
    closing.push(() => shut(jobs));

    const local = isLocal
      ? await startLocalServices({
          redisUrl: options.env.REDIS_URL?.trim() || null,
          dataDir: options.dataDir,
          publicBaseUrl,
          loopbackBaseUrl: `http://127.0.0.1:${(jobs.address() as AddressInfo).port}`,
          log: options.log,
        })
      : null;
    if (local !== null) closing.push(() => local.close());
    const complete = { ...given, PUBLIC_BASE_URL: publicBaseUrl, ...local?.env };
    for (const [name, value] of Object.entries(complete)) if (value !== undefined) process.env[name] = value;
    const env = parseEnv(complete);

    let handle: RequestListener = (_, response) => response.writeHead(503).end();
    const door = createServer((request, response) => handle(request, response));
    const app = next({ dev: options.dev, dir: process.cwd(), hostname: host, port, httpServer: door });
    await app.prepare();
    closing.push(() => app.close());
    const nextHandle = app.getRequestHandler();
    handle = (request, response) => void nextHandle(request, response);
    if (local !== null) {
      const firstJob = new Promise((resolve) => jobs.once("request", (_, response) => response.once("close", resolve)));
      open(handle);
      await firstSweep(env);
      await Promise.race([firstJob, delay(FIRST_SWEEP_MAX_MS)]);
    }
    await listen(door, host, port);
    closing.push(() => shut(door));
    // First of all: no more jobs, while what answers them still runs.
    if (local !== null) closing.push(() => local.stopQueue());
    return { url, local, close: closeAll };
  } catch (cause) {
    await closeAll().catch(() => undefined); // the reason we could not start is the one to be told
    throw cause;
  }
}

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

/** The port itself, or a free one for 0; throws in words when it is taken, before anything is started for nothing. */
async function usablePort(host: string, port: number): Promise<number> {
  const probe = createServer();
  await listen(probe, host, port);
  const { port: actual } = probe.address() as AddressInfo;
  await shut(probe);
  return actual;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(new Error(reasonOf(cause, host, port))));
    server.listen(port, host, resolve);
  });
}

function reasonOf(cause: NodeJS.ErrnoException, host: string, port: number): string {
  if (cause.code === "EADDRINUSE") return `port ${port} is in use: stop what listens there, or set PORT`;
  if (cause.code === "EACCES") return `port ${port} needs privileges this user does not have: set PORT to 1024 or more`;
  return `HOST ${host} is no address of this machine (${cause.code}): use 127.0.0.1, or 0.0.0.0 for all interfaces`;
}

/** Requests under way are cut: who sent them sends them again. */
function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
