/** Starts the whole relay in this process: checks the environment, brings up what is not configured, and listens last. */
import type { RequestListener } from "node:http";
import { setFlagsFromString } from "node:v8";
import { type Env, parseEnv } from "../env.ts";
import { createQueue } from "../queue/client.ts";
import { createContext, JOB_SECONDS, realWorld } from "../relay/context.ts";
import { fixFirstContact } from "../relay/source-position.ts";
import { takeBuiltConfig } from "./built-config.ts";
import { checkEnvironment, type Place } from "./check-environment.ts";
import { HOT_ROUTES, withHotRoutes } from "./hot-routes.ts";
import { createDoor, listen, shut } from "./listen.ts";
import { type LocalServices, startLocalServices } from "./local-services.ts";
import { createPages, loadNext } from "./pages.ts";

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

/**
 * How far the heap may grow, in percent of what is in use, before its garbage is collected. V8's own choice lets a long
 * drain double the memory of the process; this costs no time that could be measured.
 */
const HEAP_GROWING_PERCENT = 20;

/** Throws EnvError when the environment is not right; an Error in words when Redis or the application does not come up. */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const startedAt = Date.now();
  if (!options.dev) setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
  const { isLocal, given, port } = await checkEnvironment(options);
  const { host } = options;
  const url = `http://${host.includes(":") ? "[::1]" : "127.0.0.1"}:${port}`;
  const publicBaseUrl = options.env.PUBLIC_BASE_URL?.trim().replace(/\/+$/, "") || url;
  /** Last one first. */
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };

  try {
    // Jobs have a way in of their own: they wait there until they can be run, and come wherever the relay listens.
    let open: (handle: RequestListener) => void = () => undefined;
    const opened = new Promise<RequestListener>((resolve) => {
      open = resolve;
    });
    const admit: RequestListener = (request, response) => void opened.then((handle) => handle(request, response));
    const jobs = createDoor(admit);
    const jobsPort = await listen(jobs, "127.0.0.1", 0);
    closing.push(() => shut(jobs));

    const local = isLocal
      ? await startLocalServices({
          redisUrl: options.env.REDIS_URL?.trim() || null,
          dataDir: options.dataDir,
          publicBaseUrl,
          loopbackBaseUrl: `http://127.0.0.1:${jobsPort}`,
          log: options.log,
        })
      : null;
    if (local !== null) closing.push(() => local.close());
    const complete = { ...given, PUBLIC_BASE_URL: publicBaseUrl, ...local?.env };
    for (const [name, value] of Object.entries(complete)) if (value !== undefined) process.env[name] = value;
    const env = parseEnv(complete);

    const door = createDoor(admit);
    if (!options.dev) takeBuiltConfig(process.cwd());
    const pages = createPages(() => loadNext({ dev: options.dev, host, port, server: door }), options.log);
    closing.push(() => pages.close());
    // While one works on the code, Next alone knows which state of it is the newest.
    const handle = options.dev ? await pages.begin() : withHotRoutes(HOT_ROUTES, pages.handle, options.log);
    // Before the first notification can arrive: whatever is dropped from now on is new, whatever was there is not.
    if (local !== null) await firstContact(env, startedAt);
    open(handle);
    if (local !== null) await firstSweep(env);
    await listen(door, host, port);
    closing.push(() => shut(door));
    // First of all: no more jobs, while what answers them still runs.
    if (local !== null) closing.push(() => local.stopQueue());
    return { url, local, close };
  } catch (cause) {
    await close().catch(() => undefined); // why we could not start is what is to be told
    throw cause;
  }
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
