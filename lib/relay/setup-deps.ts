/** The setup's checks over the real services, by the same settings as the relay itself. */
import type { Redis } from "@upstash/redis";
import { endsAt } from "../core/credential-ending.ts";
import { createGraphClient } from "../destinations/page/graph-client.ts";
import { derivePageToken } from "../destinations/page/page-token.ts";
import { createRecordsClient } from "../destinations/records/client.ts";
import type { DropboxClient } from "../dropbox/client.ts";
import { refreshAccessToken } from "../dropbox/oauth.ts";
import type { Env } from "../env.ts";
import { createQueueInspection } from "../queue/inspect.ts";
import { startSetupChecks } from "../setup/checklist.ts";
import { type Checkup, createCheckup } from "../setup/checkup.ts";
import type { AppProbe, Probe, SetupDeps } from "../setup/deps.ts";
import type { BoardStore } from "../store/board-store.ts";
import { createSetupProbe } from "../store/setup-probe.ts";
import type { World } from "./context.ts";
import { facebookCredential } from "./credentials.ts";
import type { Link } from "./services.ts";
import type { Spending } from "./spending.ts";

/** A person waits for it. */
const REQUEST_MS = 8_000;
/** No file has this id: looking for it changes nothing and finds nothing. */
const NO_RECORD = "facebook_setup-check";

export interface SetupParts {
  redis: Redis;
  board: BoardStore;
  dropbox: DropboxClient;
  /** The one that the environment makes. */
  link: Link;
  spending: Pick<Spending, "read">;
}

export interface SetupServices {
  /** What the checks ask. */
  setup: SetupDeps;
  /** What they found, for the pages. */
  checkup: Checkup;
}

export function createSetup(env: Env, world: World, parts: SetupParts): SetupServices {
  const setup = setupDeps(env, world, parts);
  return { setup, checkup: createCheckup(() => startSetupChecks(setup), world) };
}

function setupDeps(env: Env, world: World, { redis, board, dropbox, link, spending }: SetupParts): SetupDeps {
  const probe = createSetupProbe(redis);
  const queue = createQueueInspection({ url: env.QSTASH_URL, token: env.QSTASH_TOKEN, fetch: world.fetch });
  return {
    settings: { publicBaseUrl: env.PUBLIC_BASE_URL, folder: env.DROPBOX_FOLDER, missing: missingIn(env) },
    now: world.now,
    fetch: world.fetch,
    randomId: world.randomId,
    async redisRoundTrip() {
      const startedAt = world.now();
      if (!(await probe.roundTrip(world.randomId()))) throw new Error("What was written did not come back.");
      return world.now() - startedAt;
    },
    queue: {
      keysFit: () => queue.signsWith({ current: env.QSTASH_CURRENT_SIGNING_KEY, next: env.QSTASH_NEXT_SIGNING_KEY }),
      schedules: queue.schedules,
    },
    dropbox: {
      currentAccount: dropbox.currentAccount,
      listFolder: dropbox.listFolder,
      temporaryLink: dropbox.temporaryLink,
      token: () => link.sourceCredential.current(),
      renew: renewal(env, world),
    },
    facebook: destinationOf(env, redis, world, link),
    spent: spending.read,
    heard: () => board.heard(link.id),
  };
}

/** None of these is needed to run. */
function missingIn(env: Env): { name: string; what: string }[] {
  const all = [
    {
      name: "ENCRYPTION_KEY",
      value: env.ENCRYPTION_KEY,
      what: "renewed tokens cannot be kept, and no instance be stored",
    },
  ];
  return all.filter(({ value }) => value === undefined).map(({ name, what }) => ({ name, what }));
}

function renewal(env: Env, { fetch }: World): (() => Promise<AppProbe>) | null {
  const { DROPBOX_REFRESH_TOKEN: refreshToken, DROPBOX_APP_KEY: appKey, DROPBOX_APP_SECRET: appSecret } = env;
  if (refreshToken === undefined || appKey === undefined) return null;
  const apiUrl = env.DROPBOX_API_URL;
  return async () => {
    const renewed = await refreshAccessToken({ apiUrl, fetch, timeoutMs: REQUEST_MS, appKey, appSecret, refreshToken });
    if (renewed.ok) return { kind: "fine" };
    const { kind, message } = renewed;
    if (kind === "invalidClient") return { kind: "wrongApp", message };
    return { kind: kind === "invalidGrant" ? "wrongGrant" : "unavailable", message: `Dropbox: ${message}.` };
  };
}

function destinationOf(env: Env, redis: Redis, world: World, link: Link): SetupDeps["facebook"] {
  if (env.CALLBACK_URL !== undefined) return callback(env.CALLBACK_URL);
  return env.FACEBOOK_PAGE_ID === undefined ? records(env, redis, world) : page(env, env.FACEBOOK_PAGE_ID, world, link);
}

/** Whatever is sent there is an event to whoever listens: only a file's own may be. */
const callback = (url: string): SetupDeps["facebook"] => ({
  name: "Your endpoint",
  probe: async () => ({
    kind: "fine",
    message: `Signed events go to ${new URL(url).origin}; whether it takes them is seen with the first file`,
    expiresAt: null,
  }),
});

function records(env: Env, redis: Redis, world: World): SetupDeps["facebook"] {
  const credential = facebookCredential(env, redis, world);
  const client = createRecordsClient({
    url: env.FACEBOOK_API_URL,
    fetch: world.recordsFetch ?? world.fetch,
    timeoutMs: REQUEST_MS,
    now: world.now,
  });
  return {
    name: "Records endpoint",
    async probe(): Promise<Probe> {
      const token = await credential.current();
      if (token.kind !== "token") return token;
      const found = await client.search(token.value, NO_RECORD);
      if (found.ok) return { kind: "fine", message: "It takes our token and answers searches", expiresAt: null };
      const message = `The records endpoint: ${found.message}`;
      return { kind: found.status === 401 || found.status === 403 ? "refused" : "unavailable", message };
    },
  };
}

function page(env: Env, pageId: string, world: World, link: Link): SetupDeps["facebook"] {
  const client = createGraphClient({
    baseUrl: env.FACEBOOK_GRAPH_URL,
    version: env.FACEBOOK_GRAPH_VERSION,
    appSecret: env.FACEBOOK_APP_SECRET ?? null,
    fetch: world.fetch,
    now: world.now,
    timeouts: { jsonMs: REQUEST_MS, uploadMs: REQUEST_MS },
  });
  return {
    name: "Facebook Page",
    async probe(): Promise<Probe> {
      const derived = await derivePageToken({ client, pageId, now: world.now }, env.FACEBOOK_API_KEY);
      if (derived.kind !== "renewed") return derived;
      const fine = `Facebook gives access to the Page ${pageId}`;
      // Where Facebook does not tell more, the access is all that is known.
      const asked = await link.desk.credential?.ask();
      if (asked?.kind !== "asked") return { kind: "fine", message: fine, expiresAt: null };
      const { isValid, missing } = asked.facts;
      if (!isValid) return { kind: "refused", message: "Facebook says that the token is no longer valid" };
      if (missing.length > 0) return { kind: "refused", message: `The token lacks ${missing.join(" and ")}` };
      return { kind: "fine", message: `${fine}, with every permission it needs`, expiresAt: endsAt(asked.facts) };
    },
  };
}
