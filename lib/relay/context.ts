/** The only place that builds services from the environment. One per process, made at the first request. */
import { randomUUID } from "node:crypto";
import { type Connect, createConnect } from "../connect/create-connect.ts";
import { BY_DASHBOARD } from "../core/audit.ts";
import type { CallbackFetch } from "../destinations/callback/client.ts";
import { createRecordsFetch, type RecordsFetch } from "../destinations/records/records-fetch.ts";
import { createDropboxClient } from "../dropbox/client.ts";
import type { Elements } from "../elements/elements.ts";
import { type Env, parseEnv, secretsOf } from "../env.ts";
import type { FormDeps } from "../form/deps.ts";
import { audited } from "../instances/audited.ts";
import { createInstances, type InstanceDeps, type Instances } from "../instances/manage.ts";
import { createLog, type Log } from "../log.ts";
import { createGuardedFetch } from "../net/guarded-fetch.ts";
import type { CallbackRules } from "../net/why-not-callback.ts";
import { createQueue, type Queue } from "../queue/client.ts";
import type { SigningKeys } from "../queue/receive.ts";
import { createAuditStore } from "../store/audit-store.ts";
import { createBackfillStore } from "../store/backfill-store.ts";
import { createBulkStore } from "../store/bulk-store.ts";
import { createFailedJobs, type FailedJobs } from "../store/failed-jobs.ts";
import { createInstanceStore } from "../store/instance-store.ts";
import { createLoginTries } from "../store/login-tries.ts";
import { createOutboxStore } from "../store/outbox-store.ts";
import { createRedis } from "../store/redis.ts";
import { createSourceStore } from "../store/source-store.ts";
import { createVault } from "../store/vault.ts";
import { createEnqueuer, type Enqueuer } from "./accept-notification.ts";
import { createAudit } from "./audit.ts";
import { deskOf } from "./build-destination.ts";
import { buildElements } from "./build-elements.ts";
import { buildForm } from "./build-form.ts";
import { buildOperatorEvents } from "./build-operator-events.ts";
import { buildSpending } from "./build-spending.ts";
import { endpointNames, storedName } from "./credential-names.ts";
import { dropboxCredential } from "./credentials.ts";
import { envDestination } from "./env-destination.ts";
import { envSource } from "./env-source.ts";
import { createPace } from "./pace.ts";
import { createPageServices, type PageServices } from "./page-services.ts";
import type { Link, Services } from "./services.ts";
import { createSetup, type SetupServices } from "./setup-deps.ts";
import { createSourceReader } from "./source-reader.ts";
import { countedQueue } from "./spending.ts";
import { createStoredLinks } from "./stored-links.ts";

/** `maxDuration` of the worker route, which must be a literal there; a test compares the two. */
export const JOB_SECONDS = 300;
/** Dropbox allows listings to be slow. */
const DROPBOX_TIMEOUT_MS = 20_000;

export interface Context extends PageServices, SetupServices {
  services: Services;
  instances: Instances;
  operator: Connect["operator"];
  /** What is done in the operator's browser. */
  connect: Connect;
  elements: Elements;
  /** Null without ENCRYPTION_KEY. */
  form: FormDeps | null;
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
  const { meter, spending } = buildSpending(env, redis, { now: world.now, log });
  const { QSTASH_URL: url, QSTASH_TOKEN: token, PUBLIC_BASE_URL: publicBaseUrl } = env;
  const sender = world.queue ?? createQueue({ url, token, publicBaseUrl, jobSeconds: JOB_SECONDS });
  const queue = countedQueue(sender, meter);
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
  const { instance, rules, selects } = envSource(env);
  const reader = createSourceReader(quickDropbox, sourceCredential, world.now, selects);
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
      meter,
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
  const manage = createInstances({ ...world, store, vault, nameOf, endpointsOf: endpointNames, queue, log });
  const audit = createAudit({ ...world, store: createAuditStore(redis), log, secrets: secretsOf(env) });
  // Pages change instances by these; the relay itself, and the compatible interface, which keeps its own record, do not.
  const instances = audited(manage, audit.record, BY_DASHBOARD);
  const tries = createLoginTries(redis);
  const pages = createPageServices({ env, redis, dropbox, now: world.now, log });
  const connect = createConnect({ ...world, env, instances, dropbox, tries, log, record: audit.record });
  return {
    ...pages,
    ...createSetup(env, world, { redis, board: pages.board, dropbox, link, spending }),
    instances,
    operator: connect.operator,
    connect,
    form: buildForm({ env, redis, world: { ...world, log }, instances, dropbox, record: audit.record }),
    elements: buildElements({ env, redis, world, instances: manage, dropbox, queue, log, record: audit.record }),
    services: {
      links: [link],
      bulks: createBulkStore(redis),
      stored:
        vault === null ? null : createStoredLinks({ env, redis, world, store, instances: manage, vault, log, meter }),
      dropbox,
      queue,
      audit,
      spending,
      operatorEvents: buildOperatorEvents(env, redis, world, { link, made: destination }),
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
    publicBaseUrl,
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
