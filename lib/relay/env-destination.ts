/** The destination that the environment names: a callback, a Page, or else the records endpoint. */
import type { Redis } from "@upstash/redis";
import type { Destination, SourceReader } from "../core/destination.ts";
import { createPageDestination } from "../destinations/page/destination.ts";
import { createGraphClient } from "../destinations/page/graph-client.ts";
import { DEFAULT_TEMPLATE, validateTemplate } from "../destinations/page/message.ts";
import { derivePageToken } from "../destinations/page/page-token.ts";
import type { PageSettings } from "../destinations/page/settings.ts";
import { tokenFacts } from "../destinations/page/token-facts.ts";
import { createRecordsClient } from "../destinations/records/client.ts";
import { createRecordsDestination } from "../destinations/records/destination.ts";
import { type Env, EnvError, type PageEnv } from "../env.ts";
import { createEndingStore } from "../store/ending-store.ts";
import { createPostBudget } from "../store/post-budget.ts";
import { createTokenStore } from "../store/token-store.ts";
import type { World } from "./context.ts";
import { fingerprintOf } from "./credential.ts";
import { facebookCredential } from "./credentials.ts";
import { envCallback } from "./env-callback.ts";
import type { Desk } from "./operator-services.ts";
import { createPageCredential } from "./page-credential.ts";
import { PAGE_TIMING, RECORDS_TIMING, type Timing } from "./timing.ts";

/** Facebook answers a read within seconds; a token's renewal makes two of them under a lock of fifteen. */
const TOKEN_REQUEST_MS = 7_000;
/** Facebook's own limits for a photo are 10 MB on paper and about 4 MB in practice. */
const PHOTO_MAX_BYTES = 4_000_000;

export interface EnvDestination {
  /** Names its outbox in Redis. */
  name: string;
  timing: Timing;
  /** Requests at a time. Posts go out one after the other: that is the order they stand in on the Page. */
  width: number;
  remembers: boolean;
  build(source: SourceReader): Destination;
  credential: Desk["credential"];
}

export function envDestination(env: Env, redis: Redis, world: World): EnvDestination {
  if (env.CALLBACK_URL !== undefined) return envCallback(env, env.CALLBACK_URL, redis, world);
  return env.FACEBOOK_PAGE_ID === undefined
    ? records(env, redis, world)
    : page(env, env.FACEBOOK_PAGE_ID, redis, world);
}

function records(env: Env, redis: Redis, world: World): EnvDestination {
  return {
    name: "env_records",
    timing: RECORDS_TIMING,
    width: env.CONCURRENCY,
    remembers: false,
    credential: null,
    build: (source) =>
      createRecordsDestination({
        client: createRecordsClient({
          url: env.FACEBOOK_API_URL,
          fetch: world.recordsFetch ?? world.fetch,
          timeoutMs: RECORDS_TIMING.requestMs,
          now: world.now,
        }),
        credential: facebookCredential(env, redis, world),
        source,
        now: world.now,
      }),
  };
}

function page(env: Env, pageId: string, redis: Redis, world: World): EnvDestination {
  const graph = (jsonMs: number) =>
    createGraphClient({
      baseUrl: env.FACEBOOK_GRAPH_URL,
      version: env.FACEBOOK_GRAPH_VERSION,
      appSecret: env.FACEBOOK_APP_SECRET ?? null,
      fetch: world.fetch,
      now: world.now,
      timeouts: { jsonMs, uploadMs: PAGE_TIMING.requestMs },
    });
  const given = env.FACEBOOK_API_KEY;
  const fingerprint = fingerprintOf("page", `${pageId}\n${given}\n${env.FACEBOOK_APP_SECRET ?? ""}`);
  const credential = createPageCredential(fingerprint, given, {
    ...world,
    store: env.ENCRYPTION_KEY === undefined ? null : createTokenStore(redis, env.ENCRYPTION_KEY, fingerprint),
    derive: (token) => derivePageToken({ client: graph(TOKEN_REQUEST_MS), pageId, now: world.now }, token),
  });
  const settings = settingsOf(env, pageId);
  return {
    name: `env_page_${pageId}`,
    timing: PAGE_TIMING,
    width: 1,
    remembers: true,
    credential: {
      ending: createEndingStore(redis, fingerprint),
      ask: () => tokenFacts(graph(TOKEN_REQUEST_MS), given, appTokenOf(env)),
    },
    build: (source) =>
      createPageDestination({
        client: graph(PAGE_TIMING.requestMs),
        credential,
        source,
        budget: createPostBudget(redis, pageId, {
          mostADay: env.PAGE_POSTS_PER_DAY,
          spacingMs: env.PAGE_SPACING_SECONDS * 1000,
        }),
        settings,
        now: world.now,
      }),
  };
}

const appTokenOf = ({ FACEBOOK_APP_ID: id, FACEBOOK_APP_SECRET: secret }: Env): string | null =>
  id === undefined || secret === undefined ? null : `${id}|${secret}`;

/** Throws EnvError for a template that could not be filled: nothing is posted before somebody has mended it. */
export function settingsOf(env: PageEnv, pageId: string): PageSettings {
  const message = env.PAGE_MESSAGE ?? DEFAULT_TEMPLATE;
  const valid = validateTemplate(message);
  if (!valid.ok) throw new EnvError([`PAGE_MESSAGE: line ${valid.line}: ${valid.what}`]);
  return {
    pageId,
    message,
    captions: env.PAGE_CAPTIONS === "on",
    albumMax: env.PAGE_ALBUM_MAX,
    albumWindowMs: env.PAGE_ALBUM_WINDOW_SECONDS * 1000,
    onEdit: env.PAGE_ON_EDIT,
    onDelete: env.PAGE_ON_DELETE,
    videoAs: env.PAGE_VIDEOS,
    otherAs: env.PAGE_OTHER_FILES,
    uploadBy: env.PAGE_UPLOAD,
    videoMaxBytes: env.PAGE_VIDEO_MAX_BYTES,
    photoMaxBytes: PHOTO_MAX_BYTES,
  };
}
