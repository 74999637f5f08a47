/**
 * A whole relay against the emulators, on a clock moved by hand: the real use cases, the real Redis SDK on the
 * in-process engine, and a queue whose messages the test runs itself (late, twice or in another order, if it likes).
 */
import { randomBytes, randomUUID } from "node:crypto";
import { parseEnv } from "@/lib/env.ts";
import { createEngine } from "@/lib/local/redis/engine.ts";
import { startRedisRest } from "@/lib/local/redis/rest-server.ts";
import { createLog } from "@/lib/log.ts";
import type { Enqueue } from "@/lib/queue/client.ts";
import { type Context, createContext } from "@/lib/relay/context.ts";
import { type JobResult, runJob } from "@/lib/relay/run-job.ts";
import { createCallbackReceiver, type ReceiverOptions } from "../sandbox/callback-receiver.ts";
import type { After } from "../sandbox/clock.ts";
import { createDropbox, type DropboxOptions } from "../sandbox/dropbox.ts";
import { createFacebookRecords, type FacebookOptions } from "../sandbox/facebook-records.ts";
import { createFacebookGraph, type GraphOptions } from "../sandbox/graph-api.ts";

export interface WorldOptions {
  env?: Record<string, string>;
  dropbox?: Partial<DropboxOptions>;
  facebook?: Partial<FacebookOptions>;
  /** Dropbox accounts besides the environment's, linked to the same app. */
  accounts?: number;
  /** The Page instead of the records endpoint. */
  page?: Partial<GraphOptions>;
  /** A callback instead of the records endpoint. */
  callback?: Partial<ReceiverOptions>;
  /** Instead of the emulated receiver of callbacks. */
  receive?: (request: Request) => Promise<Response>;
}

export type World = Awaited<ReturnType<typeof createWorld>>;

const unreachable: typeof fetch = () => Promise.reject(new TypeError("fetch failed"));
const START = Date.UTC(2026, 10, 20, 9);

export async function createWorld(options: WorldOptions = {}) {
  let time = START;
  const now = () => time;
  const secret = () => randomBytes(24).toString("base64url");
  const backend = createEngine({ now });
  const redisToken = secret();
  const rest = await startRedisRest({ backend, token: redisToken });
  const dropbox = createDropbox({
    now,
    appKey: secret(),
    appSecret: secret(),
    fetch: async () => new Response(null, { status: 200 }),
    after: () => () => undefined,
    ...options.dropbox,
  });
  const accounts = Array.from({ length: options.accounts ?? 0 }, () =>
    createDropbox({
      now,
      appKey: dropbox.appKey,
      appSecret: dropbox.appSecret,
      fetch: async () => new Response(null, { status: 200 }),
      after: () => () => undefined,
    }),
  );
  /** Whose credential a request bears; one that is nobody's is refused by the first. */
  async function ownerOf(request: Request) {
    if (accounts.length === 0) return dropbox;
    const bearer = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
    const form = bearer === undefined ? new URLSearchParams(await request.clone().text()) : null;
    const credential = bearer ?? form?.get("refresh_token") ?? form?.get("code") ?? "";
    return accounts.find((one) => one.owns(credential)) ?? dropbox;
  }
  const facebookToken = secret();
  const facebook = createFacebookRecords({ now, token: facebookToken, ...options.facebook });
  const after: After = (_ms, run) => {
    run();
    return () => undefined;
  };
  const graph = createFacebookGraph({ now, after, fetch: unreachable, mount: "/facebook/graph", ...options.page });
  const callbackSecret = `whsec_${randomBytes(32).toString("base64")}`;
  const receiver = createCallbackReceiver({ now, after, secret: callbackSecret, ...options.callback });
  const logged: string[] = [];
  /** Jobs in the queue, and writes that are still on their way. */
  const messages: ((Enqueue | { land: () => Promise<unknown> }) & { dueAt: number })[] = [];
  const taken = new Set<string>();

  const env = parseEnv({
    DROPBOX_API_URL: "http://sandbox.test/dropbox",
    DROPBOX_CONTENT_URL: "http://sandbox.test/dropbox",
    DROPBOX_APP_KEY: dropbox.appKey,
    DROPBOX_APP_SECRET: dropbox.appSecret,
    DROPBOX_ACCESS_TOKEN: dropbox.accessToken,
    FACEBOOK_API_URL: "http://sandbox.test/facebook/v1/records",
    FACEBOOK_API_KEY: facebookToken,
    UPSTASH_REDIS_REST_URL: rest.url,
    UPSTASH_REDIS_REST_TOKEN: redisToken,
    QSTASH_TOKEN: secret(),
    QSTASH_CURRENT_SIGNING_KEY: secret(),
    QSTASH_NEXT_SIGNING_KEY: secret(),
    PUBLIC_BASE_URL: "http://relay.test",
    ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    LOG_LEVEL: "info",
    ...(options.page === undefined
      ? {}
      : {
          FACEBOOK_GRAPH_URL: "http://sandbox.test/facebook/graph",
          FACEBOOK_PAGE_ID: graph.page.id,
          FACEBOOK_API_KEY: graph.tokens.current("page"),
          PAGE_POSTS_PER_DAY: "0",
        }),
    ...(options.callback === undefined
      ? {}
      : {
          CALLBACK_URL: "https://receiver.example.org/hooks",
          CALLBACK_SECRET: callbackSecret,
          ...(options.callback.signatureKey === undefined
            ? {}
            : { CALLBACK_SIGNATURE_KEY: options.callback.signatureKey }),
        }),
    ...options.env,
  });

  const landing: { method: string; afterMs: number }[] = [];
  let answerMs = 0;
  let inFlight = 0;
  let inFlightMost = 0;

  async function route(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const { pathname, hostname } = new URL(request.url);
    if (hostname === "receiver.example.org") return (options.receive ?? receiver.handle)(request);
    if (pathname.startsWith("/dropbox/")) return (await ownerOf(request)).handle(request);
    if (pathname.startsWith("/facebook/graph/")) return graph.handle(request);
    inFlight += 1;
    inFlightMost = Math.max(inFlightMost, inFlight);
    try {
      const late = landing.findIndex(({ method }) => method === request.method);
      if (late >= 0) {
        const [{ afterMs } = { afterMs: 0 }] = landing.splice(late, 1);
        const copy = new Request(request.url, {
          method: request.method,
          headers: request.headers,
          body: await request.text(),
        });
        messages.push({ dueAt: time + afterMs, land: () => facebook.handle(copy) });
        time += 7_000;
        throw new DOMException("the time is up", "TimeoutError");
      }
      const response = await facebook.handle(request);
      time += answerMs;
      return response;
    } finally {
      inFlight -= 1;
    }
  }

  /** A new process: it shares nothing with its predecessor but what Redis holds. */
  const startProcess = (): Context =>
    createContext(env, {
      fetch: route,
      now,
      random: () => 0.5,
      randomId: randomUUID,
      sleep: async (ms) => {
        time += ms;
      },
      log: createLog("info", { write: (line) => void logged.push(line) }),
      queue: {
        async enqueue(jobs) {
          for (const one of jobs) {
            if (one.deduplicationId !== undefined && taken.has(one.deduplicationId)) continue;
            if (one.deduplicationId !== undefined) taken.add(one.deduplicationId);
            messages.push({ ...one, dueAt: time + (one.delaySeconds ?? 0) * 1000 });
          }
        },
      },
    });

  let context = startProcess();
  const run = (message: Enqueue, redelivered = false): Promise<JobResult> =>
    runJob(context.services, message.job, { deadline: time + 280_000, redelivered });

  async function runNext(end: number): Promise<boolean> {
    messages.sort((one, other) => one.dueAt - other.dueAt);
    const [next] = messages;
    if (next === undefined || next.dueAt > end) return false;
    messages.shift();
    time = Math.max(time, next.dueAt);
    if ("land" in next) await next.land();
    else await run(next);
    return true;
  }

  return {
    dropbox,
    accounts,
    facebook,
    graph,
    receiver,
    backend,
    env,
    logged,
    messages,
    rest,
    now,
    get context() {
      return context;
    },
    advance(ms: number) {
      time += ms;
    },
    restart() {
      context = startProcess();
    },
    run,
    notify: () => run({ job: { job: "sync", account: dropbox.accountId, notifiedAt: time } }),
    sweep: () => run({ job: { job: "sweep" } }),
    /** Runs what is queued in order of its time, moving the clock, until nothing is left (at most `most` messages). */
    async settle(most = 200) {
      for (let n = 0; n < most; n += 1) if (!(await runNext(Number.POSITIVE_INFINITY))) return;
      throw new Error("the queue never becomes empty");
    },
    /** The same up to a time, and the clock ends there. */
    async runUntil(end: number) {
      while (await runNext(end));
      time = Math.max(time, end);
    },
    /** The next request of this method gets no answer within our time-out, and takes effect later. */
    late: (method: string, afterMs: number) => landing.push({ method, afterMs }),
    /** Every answer of the records endpoint takes this long. */
    slow(ms: number) {
      answerMs = ms;
    },
    inFlightMost: () => inFlightMost,
    /** How many deliveries wait, are claimed, or are dead. */
    async counts() {
      const kind = options.page === undefined ? "env_records" : `env_page_${graph.page.id}`;
      const outbox = options.callback === undefined ? kind : "env_callback";
      const card = async (key: string) => Number(await backend.command(["ZCARD", `relay:d:${outbox}:${key}`]));
      const due = (await card("due:live")) + (await card("due:replay")) + (await card("due:backfill"));
      return {
        due,
        claimed: await card("claimed"),
        dead: await card("dead"),
        settled: await card("settled"),
        unclear: await card("unclear"),
      };
    },
    close: () => rest.close(),
  };
}
