/** Makes destinations of each kind out of plain settings, whether these stand in the environment or in the store. */
import type { Redis } from "@upstash/redis";
import type { Credential } from "../core/credential.ts";
import type { Destination, SourceReader } from "../core/destination.ts";
import { createPageDestination } from "../destinations/page/destination.ts";
import { createGraphClient } from "../destinations/page/graph-client.ts";
import { derivePageToken } from "../destinations/page/page-token.ts";
import type { PageSettings } from "../destinations/page/settings.ts";
import { tokenFacts } from "../destinations/page/token-facts.ts";
import { createRecordsClient } from "../destinations/records/client.ts";
import { createRecordsDestination } from "../destinations/records/destination.ts";
import type { Env } from "../env.ts";
import { createActStore } from "../store/act-store.ts";
import { createEndingStore } from "../store/ending-store.ts";
import { createInspectionStore } from "../store/inspection-store.ts";
import { createPostBudget } from "../store/post-budget.ts";
import { createTokenStore } from "../store/token-store.ts";
import type { World } from "./context.ts";
import { createRefusedCredential } from "./credential.ts";
import { pageName } from "./credential-names.ts";
import type { Desk } from "./operator-services.ts";
import { createPageCredential } from "./page-credential.ts";
import { PAGE_TIMING, RECORDS_TIMING, type Timing } from "./timing.ts";

/** Facebook answers a read within seconds; a token's renewal makes two of them under a lock of fifteen. */
const TOKEN_REQUEST_MS = 7_000;
/** Facebook's own limits for a photo are 10 MB on paper and about 4 MB in practice. */
export const PHOTO_MAX_BYTES = 4_000_000;

export interface BuiltDestination {
  /** Names its outbox in Redis. */
  name: string;
  timing: Timing;
  /** Requests at a time. Posts go out one after the other: that is the order they stand in on the Page. */
  width: number;
  remembers: boolean;
  build(source: SourceReader): Destination;
  /** How its end is asked for. */
  credential: Desk["credential"];
  /** Where it may be given up on. */
  endpoint?: NonNullable<Desk["endpoint"]>;
  /** How often it may be posted to; where there is no such limit, nothing. */
  posts?: NonNullable<Desk["posts"]>;
}

/** What people ask and do of one destination of an instance. */
export const deskOf = (redis: Redis, instance: string, made: BuiltDestination): Desk => ({
  outbox: made.name,
  inspection: createInspectionStore(redis, instance, made.name),
  acts: createActStore(redis, made.name),
  credential: made.credential,
  endpoint: made.endpoint ?? null,
  width: made.width,
  posts: made.posts ?? null,
});

export interface RecordsParts {
  name: string;
  url: string;
  width: number;
  credential: Credential;
}

export function buildRecords(parts: RecordsParts, world: World): BuiltDestination {
  return {
    name: parts.name,
    timing: RECORDS_TIMING,
    width: parts.width,
    remembers: false,
    credential: null,
    build: (source) =>
      createRecordsDestination({
        client: createRecordsClient({
          url: parts.url,
          fetch: world.recordsFetch ?? world.fetch,
          timeoutMs: RECORDS_TIMING.requestMs,
          now: world.now,
        }),
        credential: parts.credential,
        source,
        now: world.now,
      }),
  };
}

export interface PageParts {
  name: string;
  settings: PageSettings;
  /** The Page's token, or one it is derived from; null: there is none that could be used. */
  token: string | null;
  postsPerDay: number;
  spacingMs: number;
}

export function buildPage(parts: PageParts, env: Env, redis: Redis, world: World): BuiltDestination {
  const { pageId } = parts.settings;
  const graph = (jsonMs: number) =>
    createGraphClient({
      baseUrl: env.FACEBOOK_GRAPH_URL,
      version: env.FACEBOOK_GRAPH_VERSION,
      appSecret: env.FACEBOOK_APP_SECRET ?? null,
      fetch: world.fetch,
      now: world.now,
      timeouts: { jsonMs, uploadMs: PAGE_TIMING.requestMs },
    });
  const fingerprint = pageName(pageId, parts.token ?? "", env.FACEBOOK_APP_SECRET);
  const given = parts.token;
  const budget = createPostBudget(redis, pageId, { mostADay: parts.postsPerDay, spacingMs: parts.spacingMs });
  const credential =
    given === null
      ? createRefusedCredential(fingerprint, "there is no token for this Page: connect it again")
      : createPageCredential(fingerprint, given, {
          ...world,
          store: env.ENCRYPTION_KEY === undefined ? null : createTokenStore(redis, env.ENCRYPTION_KEY, fingerprint),
          derive: (token) => derivePageToken({ client: graph(TOKEN_REQUEST_MS), pageId, now: world.now }, token),
        });
  return {
    name: parts.name,
    timing: PAGE_TIMING,
    width: 1,
    remembers: true,
    posts: budget,
    credential:
      given === null
        ? null
        : {
            ending: createEndingStore(redis, fingerprint),
            ask: () => tokenFacts(graph(TOKEN_REQUEST_MS), given, appTokenOf(env)),
          },
    build: (source) =>
      createPageDestination({
        client: graph(PAGE_TIMING.requestMs),
        credential,
        source,
        budget,
        settings: parts.settings,
        now: world.now,
      }),
  };
}

const appTokenOf = ({ FACEBOOK_APP_ID: id, FACEBOOK_APP_SECRET: secret }: Env): string | null =>
  id === undefined || secret === undefined ? null : `${id}|${secret}`;
