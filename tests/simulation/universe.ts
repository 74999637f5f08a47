/**
 * The whole relay in one thread and on virtual time: the real use cases in any number of processes, the real SDKs, the
 * in-process Redis engine, and the emulators. Whatever happens is decided by the functions given.
 */
import { createHmac } from "node:crypto";
import { readBounded } from "@/lib/core/read-bounded.ts";
import { type Env, parseEnv } from "@/lib/env.ts";
import { createEngine } from "@/lib/local/redis/engine.ts";
import { answerRest, Refusal } from "@/lib/local/redis/rest-protocol.ts";
import { createLog } from "@/lib/log.ts";
import type { Job } from "@/lib/queue/jobs.ts";
import { acceptNotification } from "@/lib/relay/accept-notification.ts";
import { type Context, createContext, JOB_SECONDS } from "@/lib/relay/context.ts";
import { runJob } from "@/lib/relay/run-job.ts";
import { createCallbackReceiver } from "../sandbox/callback-receiver.ts";
import { createDropbox } from "../sandbox/dropbox.ts";
import { createFacebookRecords } from "../sandbox/facebook-records.ts";
import { createFacebookGraph } from "../sandbox/graph-api.ts";
import { anEnvironment, NOW, notificationFor } from "../support/builders.ts";
import { labelOf } from "./labels.ts";
import { type Arrived, createNetwork, type Effect, type Fate, type Sender, type ServiceName } from "./network.ts";
import { takePlatform } from "./platform.ts";
import { createSimulatedQueue, type Ended } from "./queue.ts";
import { createVirtualTime } from "./virtual-time.ts";

const HAND_OVER_MS = 20_000;
const UPLOAD_MAX_BYTES = 1024 * 1024;

export interface UniverseOptions {
  random: () => number;
  fateOf: (effect: Effect) => Fate;
  queueManners: () => { lateMs: number; againMs: number | null };
  processes: number;
  env?: Record<string, string>;
  /** Publishes on a Page instead of to the records endpoint. */
  page?: boolean;
  /** Tells a receiver of events instead. */
  callback?: boolean;
  /** Receives every step, with its time. */
  trace: ((line: string) => void) | null;
}

interface Process extends Sender {
  context: Context;
  /** Jobs it has not answered yet: whoever brought them sees the connection break. */
  died: Set<() => void>;
}

export interface Written {
  at: number;
  method: string;
  id: string;
  record: Record<string, unknown>;
}

export type Universe = ReturnType<typeof createUniverse>;

export function createUniverse(options: UniverseOptions) {
  const { random } = options;
  const time = createVirtualTime(NOW);
  const trace = (line: string) => options.trace?.(`${((time.now() - NOW) / 1000).toFixed(3).padStart(10)}  ${line}`);
  const platform = takePlatform(time, globalFetch, trace);
  let serial = 0;
  const randomId = () => {
    serial += 1;
    return `${serial.toString(36)}-${Math.floor(random() * 2 ** 40).toString(36)}`;
  };
  // By the same chance as all else: names of credentials in Redis are made from them.
  const secret = () => `made-up-${randomId()}-${randomId()}`;
  const client = { clientId: "client", clientSecret: secret(), refreshToken: secret() };

  const backend = createEngine({ now: time.now });
  const dropbox = createDropbox({
    now: time.now,
    appKey: secret(),
    appSecret: secret(),
    accessToken: secret(),
    refreshToken: secret(),
    accountId: `dbid:${randomId()}`,
    fetch: async () => new Response(null),
    after: () => () => undefined,
    newId: () => `id:${randomId()}`,
  });
  const facebook = createFacebookRecords({ now: time.now, token: secret(), refresh: client, keepsFormer: true });
  const graph = createFacebookGraph({
    now: time.now,
    after: (ms, run) => {
      const timer = time.after(ms, run);
      return () => {
        timer.run = null;
      };
    },
    fetch: () => Promise.reject(new TypeError("fetch failed")),
    mount: "/facebook/graph",
    newToken: secret,
  });
  const callbackSecret = secret();
  const receiver = createCallbackReceiver({ now: time.now, secret: callbackSecret });
  const written: Written[] = [];
  const logged: string[] = [];
  const settings = anEnvironment({
    DROPBOX_API_URL: "http://sandbox.test/dropbox",
    DROPBOX_CONTENT_URL: "http://sandbox.test/dropbox",
    DROPBOX_FOLDER: "/inbox",
    DROPBOX_APP_KEY: dropbox.appKey,
    DROPBOX_APP_SECRET: dropbox.appSecret,
    DROPBOX_ACCESS_TOKEN: dropbox.accessToken,
    DROPBOX_REFRESH_TOKEN: dropbox.refreshToken,
    FACEBOOK_API_URL: "http://sandbox.test/facebook/v1/records",
    FACEBOOK_API_KEY: facebook.token(),
    FACEBOOK_REFRESH_URL: "http://sandbox.test/facebook/oauth/token",
    FACEBOOK_CLIENT_ID: client.clientId,
    FACEBOOK_CLIENT_SECRET: client.clientSecret,
    FACEBOOK_REFRESH_TOKEN: client.refreshToken,
    LOG_LEVEL: "info",
    ...(options.page === true
      ? {
          FACEBOOK_GRAPH_URL: "http://sandbox.test/facebook/graph",
          FACEBOOK_PAGE_ID: graph.page.id,
          // From which the Page's own token is derived, and derived again when it ends.
          FACEBOOK_API_KEY: graph.tokens.current("system"),
          PAGE_POSTS_PER_DAY: "0",
          PAGE_CAPTIONS: "off",
        }
      : {}),
    ...(options.callback === true
      ? { CALLBACK_URL: "https://sandbox.test/facebook/hooks", CALLBACK_SECRET: callbackSecret }
      : {}),
    ...options.env,
  });
  const env: Env = parseEnv(settings);

  const services: Record<ServiceName, (request: Arrived) => Promise<Response>> = {
    async redis({ url, headers, body }) {
      const { pathname } = new URL(url);
      const base64 = headers.get("upstash-encoding") === "base64";
      try {
        const answer = await answerRest(backend, { pathname, body: Buffer.from(`${body}`), base64 });
        return Response.json(answer.body, { status: answer.status });
      } catch (error) {
        if (error instanceof Refusal) return Response.json({ error: error.message }, { status: error.status });
        throw error;
      }
    },
    queue: (request) => queue.handle(request),
    dropbox: (request) => dropbox.handle(requestOf(request)),
    async facebook(request) {
      if (options.callback === true || new URL(request.url).pathname.startsWith("/facebook/hooks"))
        return receiver.handle(requestOf(request));
      if (options.page === true) return graph.handle(requestOf(request));
      const before = facebook.writes().length;
      const response = await facebook.handle(requestOf(request));
      for (const { at, method, id } of facebook.writes().slice(before)) {
        written.push({ at, method, id, record: { ...facebook.find(id).at(-1) } });
      }
      return response;
    },
  };
  const network = createNetwork({
    time,
    services,
    labelOf,
    fateOf: options.fateOf,
    endLimit: platform.endLimit,
    trace,
  });
  const queue = createSimulatedQueue({ time, deliver, manners: options.queueManners, trace });

  const processes = new Map<string, Process>();
  let started = 0;

  function startProcess(): Process {
    started += 1;
    const name = `p${started}`;
    const one: Process = {
      name,
      alive: true,
      died: new Set(),
      kill() {
        if (!one.alive) return;
        one.alive = false;
        processes.delete(name);
        startProcess();
        for (const tell of one.died) tell();
      },
      // The SDKs use the global fetch: a host of its own tells whose request it is.
      context: createContext(
        { ...env, UPSTASH_REDIS_REST_URL: `http://${name}.redis.test`, QSTASH_URL: `http://${name}.queue.test` },
        {
          fetch: (input, init) => sendFrom(one, `${input}`, init),
          now: time.now,
          random,
          randomId,
          sleep: (ms) => new Promise((resolve) => void time.after(ms, () => one.alive && resolve())),
          log: createLog(env.LOG_LEVEL, {
            write(line) {
              logged.push(line);
              trace(`${name} log ${line.trim()}`);
            },
          }),
        },
      ),
    };
    processes.set(name, one);
    return one;
  }

  function sendFrom(sender: Sender, url: string, init: RequestInit = {}): Promise<Response> {
    const { hostname, pathname } = new URL(url);
    const service: ServiceName = hostname.endsWith(".redis.test")
      ? "redis"
      : hostname.endsWith(".queue.test")
        ? "queue"
        : pathname.startsWith("/dropbox/")
          ? "dropbox"
          : "facebook";
    if (init.body instanceof ReadableStream) return sendStream(sender, url, init, init.body);
    const body =
      init.body instanceof Uint8Array
        ? Uint8Array.from(init.body)
        : init.body === null || init.body === undefined
          ? ""
          : `${init.body}`;
    const request = { url, method: init.method ?? "GET", headers: new Headers(init.headers), body };
    if (init.body instanceof URLSearchParams && !request.headers.has("content-type"))
      request.headers.set("content-type", "application/x-www-form-urlencoded;charset=UTF-8");
    return network.send(sender, service, request, init.signal ?? null);
  }

  async function sendStream(sender: Sender, url: string, init: RequestInit, stream: ReadableStream<Uint8Array>) {
    const bytes = await readBounded(stream, UPLOAD_MAX_BYTES);
    if (bytes === null) throw new TypeError("an upload larger than any in here");
    return sendFrom(sender, url, { ...init, body: Uint8Array.from(bytes) });
  }

  function globalFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const owner = processes.get(new URL(`${input}`).hostname.split(".")[0] ?? "");
    return owner === undefined ? new Promise(() => undefined) : sendFrom(owner, `${input}`, init);
  }

  const anyProcess = (): Process => {
    const all = [...processes.values()];
    return all[Math.floor(random() * all.length)] ?? startProcess();
  };

  async function deliver(job: Job, retried: number): Promise<Ended> {
    const one = anyProcess();
    trace(`${one.name} job ${JSON.stringify(job)} retried ${retried}`);
    const deadline = time.now() + JOB_SECONDS * 1000 - HAND_OVER_MS;
    return onProcess<Ended>(one, { kind: "failed" }, async () => {
      try {
        return await runJob(one.context.services, job, { deadline, redelivered: retried > 0 });
      } catch (cause) {
        trace(`${one.name} job failed: ${cause instanceof Error ? cause.message : cause}`);
        return { kind: "failed" };
      }
    });
  }

  function onProcess<T>(one: Process, ifItDies: T, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      const tell = () => resolve(ifItDies);
      one.died.add(tell);
      void work().then((result) => {
        one.died.delete(tell);
        if (one.alive) resolve(result);
      });
    });
  }

  for (let n = 0; n < options.processes; n += 1) startProcess();

  return {
    time,
    dropbox,
    facebook,
    graph,
    receiver,
    callbackSecret,
    backend,
    queue,
    env,
    settings,
    written,
    logged,
    trace,
    sent: network.sent,
    /** A call of the compatible interface to some process; null when it died before its answer. */
    call(request: Request): Promise<Response | null> {
      const one = anyProcess();
      trace(`${one.name} ${request.method} ${new URL(request.url).pathname}`);
      return onProcess<Response | null>(one, null, () => one.context.elements.answer(request));
    },
    killOne: () => anyProcess().kill(),
    /** A signed notification to some process: true when it was answered 200. */
    async notify(): Promise<boolean> {
      const one = anyProcess();
      const body = notificationFor(dropbox.accountId);
      const signature = createHmac("sha256", dropbox.appSecret).update(body).digest("hex");
      trace(`${one.name} notification`);
      return onProcess(one, false, async () => {
        const request = new Request("http://relay.test/api/dropbox/webhook", {
          method: "POST",
          headers: { "content-type": "application/json", "x-dropbox-signature": signature },
          body,
        });
        const { appSecrets: secrets, enqueuer, now, log } = one.context;
        return (await acceptNotification(request, { secrets, enqueuer, now, log })).kind === "accepted";
      });
    },
    restore: platform.restore,
  };
}

const requestOf = ({ url, method, headers, body }: Arrived): Request =>
  new Request(url, { method, headers, ...(body.length === 0 ? {} : { body }) });
