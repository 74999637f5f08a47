/** The only place that builds services from the environment. One per process, made at the first request. */
import { randomUUID } from "node:crypto";
import { type Connect, createConnect } from "../connect/create-connect.ts";
import { whyNotSelected } from "../core/selection.ts";
import type { CallbackFetch } from "../destinations/callback/client.ts";
import { createRecordsFetch, type RecordsFetch } from "../destinations/records/records-fetch.ts";
import { createDropboxClient } from "../dropbox/client.ts";
import type { Elements } from "../elements/elements.ts";
import { type Env, parseEnv, secretsOf } from "../env.ts";
import { createInstances, type InstanceDeps, type Instances } from "../instances/manage.ts";
import { createLog, type Log } from "../log.ts";
import { createGuardedFetch } from "../net/guarded-fetch.ts";
import type { CallbackRules } from "../net/why-not-callback.ts";
import { createQueue, type Queue } from "../queue/client.ts";
import type { SigningKeys } from "../queue/receive.ts";
import type { SetupDeps } from "../setup/deps.ts";
import { createBackfillStore } from "../store/backfill-store.ts";
import { type BoardStore, createBoardStore } from "../store/board-store.ts";
import { createBulkStore } from "../store/bulk-store.ts";
import { createFailedJobs, type FailedJobs } from "../store/failed-jobs.ts";
import { createInstanceStore } from "../store/instance-store.ts";
import { createLoginTries } from "../store/login-tries.ts";
import { createOutboxStore } from "../store/outbox-store.ts";
import { createRedis } from "../store/redis.ts";
import { createSourceStore } from "../store/source-store.ts";
import { createVault } from "../store/vault.ts";
import { createEnqueuer, type Enqueuer } from "./accept-notification.ts";
import { deskOf } from "./build-destination.ts";
import { buildElements } from "./build-elements.ts";
import { fingerprintOf } from "./credential.ts";
import { storedName } from "./credential-names.ts";
import { dropboxCredential } from "./credentials.ts";
import { envDestination } from "./env-destination.ts";
import { createPace } from "./pace.ts";
import type { Link, Services } from "./services.ts";
import { createSetupDeps } from "./setup-deps.ts";
import { createSourceReader } from "./source-reader.ts";
import { createStoredLinks } from "./stored-links.ts";

/** `maxDuration` of the worker route, which must be a literal there; a test compares the two. */
export const JOB_SECONDS = 300;
/** Dropbox allows listings to be slow. */
const DROPBOX_TIMEOUT_MS = 20_000;
/** The instance made of the environment. A cursor is bound to its folder, so each folder has a source of its own. */
const envInstance = (folder: string) =>
  folder === "" ? "env" : `env_${fingerprintOf("folder", folder.toLowerCase())}`;

export interface Context {
  services: Services;
  instances: Instances;
  operator: Connect["operator"];
  /** What is done in the operator's browser. */
  connect: Connect;
  /** What the setup's checks ask. */
  setup: SetupDeps;
  /** What only pages show. */
  board: BoardStore;
  elements: Elements;
  enqueuer: Enqueuer;
  failedJobs: FailedJobs;
  appSecrets: readonly string[];
  signingKeys: SigningKeys;
  publicBaseUrl: string;
  cronSecret: string | null;
  adminToken: string | null;
  log: Log;
  now: () => number;
}

/** What comes from outside, so that tests can hold it. */
export interface World {
  fetch: typeof fetch;
  /** Instead of `fetch`, to the records endpoint. */
  recordsFetch?: RecordsFetch;
  /** Instead of `fetch`, to a callback: it must not lead where the rules forbid. */
  callbackFetch?: (rules: CallbackRules) => CallbackFetch;
  now: () => number;
  random: () => number;
  randomId: () => string;
  sleep: (ms: number) => Promise<void>;
  log?: Log;
  /** Instead of QStash at the environment's address. */
  queue?: Pick<Queue, "enqueue">;
}

export function createContext(env: Env, world: World): Context {
  const log = world.log ?? createLog(env.LOG_LEVEL, undefined, secretsOf(env));
  const redis = createRedis({ url: env.UPSTASH_REDIS_REST_URL, token: env.UPSTASH_REDIS_REST_TOKEN });
  const queue =
    world.queue ??
    createQueue({
      url: env.QSTASH_URL,
      token: env.QSTASH_TOKEN,
      publicBaseUrl: env.PUBLIC_BASE_URL,
      jobSeconds: JOB_SECONDS,
    });
  const dropbox = createDropboxClient({
    apiUrl: env.DROPBOX_API_URL,
    contentUrl: env.DROPBOX_CONTENT_URL,
    fetch: world.fetch,
    timeoutMs: DROPBOX_TIMEOUT_MS,
  });
  const destination = envDestination(env, redis, { ...world, log });
  const quickDropbox = createDropboxClient({
    apiUrl: env.DROPBOX_API_URL,
    contentUrl: env.DROPBOX_CONTENT_URL,
    fetch: world.fetch,
    timeoutMs: destination.timing.requestMs,
  });
  const sourceCredential = dropboxCredential(env, redis, world);
  const instance = envInstance(env.DROPBOX_FOLDER);
  const rules = {
    include: env.INCLUDE,
    exclude: env.EXCLUDE,
    extensions: env.EXTENSIONS,
    sizeMaxBytes: env.SIZE_MAX_BYTES,
  };
  const reader = createSourceReader(
    quickDropbox,
    sourceCredential,
    world.now,
    (file) => whyNotSelected(file, env.DROPBOX_FOLDER, rules) === null,
  );
  const link: Link = {
    id: instance,
    account: env.DROPBOX_ACCOUNT_ID ?? null,
    folder: env.DROPBOX_FOLDER,
    backfill: env.BACKFILL,
    rules,
    source: createSourceStore(redis, instance, destination.name),
    sourceCredential,
    outbox: createOutboxStore(redis, destination.name, {
      remembers: destination.remembers,
      claimMs: destination.timing.claimMs,
    }),
    destination: destination.build(reader),
    pace: createPace(destination.width),
    timing: destination.timing,
    desk: deskOf(redis, instance, destination),
    bulk: createBackfillStore(redis, instance, destination.name),
  };
  const store = createInstanceStore(redis, (row) => log.error({ row }, "instance.unreadable"));
  const vault = env.ENCRYPTION_KEY === undefined ? null : createVault(env.ENCRYPTION_KEY);
  const nameOf: InstanceDeps["nameOf"] = (one, side, secrets) =>
    storedName(one, side, secrets, env.FACEBOOK_APP_SECRET);
  const instances = createInstances({ ...world, store, vault, nameOf, queue, log });
  const tries = createLoginTries(redis);
  const board = createBoardStore(redis);
  const connect = createConnect({ env, instances, dropbox, tries, fetch: world.fetch, now: world.now, log });
  return {
    instances,
    operator: connect.operator,
    connect,
    setup: createSetupDeps(env, world, { redis, board, dropbox, link }),
    board,
    elements: buildElements({ env, redis, world, instances, dropbox, log }),
    services: {
      links: [link],
      bulks: createBulkStore(redis),
      stored: vault === null ? null : createStoredLinks({ env, redis, world, store, instances, vault, log }),
      dropbox,
      queue,
      log,
      now: world.now,
      random: world.random,
      randomId: world.randomId,
      sleep: world.sleep,
    },
    enqueuer: createEnqueuer(queue),
    failedJobs: createFailedJobs(redis),
    appSecrets: [env.DROPBOX_APP_SECRET, ...(env.DROPBOX_APP_SECRET_PREVIOUS ? [env.DROPBOX_APP_SECRET_PREVIOUS] : [])],
    signingKeys: { current: env.QSTASH_CURRENT_SIGNING_KEY, next: env.QSTASH_NEXT_SIGNING_KEY },
    publicBaseUrl: env.PUBLIC_BASE_URL,
    cronSecret: env.CRON_SECRET ?? null,
    adminToken: env.ADMIN_TOKEN ?? null,
    log,
    now: world.now,
  };
}

/** The real world, but for what `changes` names; a `fetch` given there is for all requests. */
export const realWorld = (changes: Partial<World> = {}): World => ({
  fetch: (input, init) => fetch(input, init),
  ...(changes.fetch === undefined ? { recordsFetch: createRecordsFetch(), callbackFetch: createGuardedFetch } : {}),
  now: () => Date.now(),
  random: Math.random,
  randomId: randomUUID,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  ...changes,
});

let context: Context | null = null;

/** This process's context. Throws EnvError when the environment is not complete. */
export function getContext(): Context {
  context ??= createContext(parseEnv(process.env), realWorld());
  return context;
}
