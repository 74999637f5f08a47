/** The routes as anybody can call them, over a fetch of ours: every request they make is seen, and ends at the emulators. */
import { vi } from "vitest";
import { createEngine } from "@/lib/local/redis/engine.ts";
import { startRedisRest } from "@/lib/local/redis/rest-server.ts";
import { createDropbox } from "../sandbox/dropbox.ts";
import { createFacebookRecords } from "../sandbox/facebook-records.ts";
import { anEnvironment, type JobToSign, PUBLIC_URL, queueSignature, secret, turns } from "./builders.ts";

export const WEBHOOK = `${PUBLIC_URL}/api/dropbox/webhook`;
export const WORKER = `${PUBLIC_URL}/api/relay`;
export const FAILURE = `${PUBLIC_URL}/api/relay/failure`;

export interface Asked {
  url: string;
  method: string;
  headers: [string, string][];
  body: string;
}

export type Attacked = Awaited<ReturnType<typeof attackRoutes>>;

/** Once a test file: the routes read the environment once. `renewable`: both tokens can be renewed. */
export async function attackRoutes({ renewable = false } = {}) {
  const dropbox = createDropbox({
    now: Date.now,
    appKey: secret(),
    appSecret: secret(),
    fetch: async () => new Response(null, { status: 200 }),
    after: () => () => undefined,
  });
  const client = { clientId: secret(), clientSecret: secret(), refreshToken: secret() };
  const facebook = createFacebookRecords({ now: Date.now, token: secret(), refresh: client });
  const renewal = {
    DROPBOX_APP_KEY: dropbox.appKey,
    DROPBOX_REFRESH_TOKEN: dropbox.refreshToken,
    FACEBOOK_REFRESH_URL: "http://sandbox.test/facebook/oauth/token",
    FACEBOOK_CLIENT_ID: client.clientId,
    FACEBOOK_CLIENT_SECRET: client.clientSecret,
    FACEBOOK_REFRESH_TOKEN: client.refreshToken,
  };
  const env = anEnvironment({
    DROPBOX_API_URL: "http://sandbox.test/dropbox",
    DROPBOX_CONTENT_URL: "http://sandbox.test/dropbox",
    DROPBOX_APP_SECRET: dropbox.appSecret,
    DROPBOX_ACCESS_TOKEN: dropbox.accessToken,
    FACEBOOK_API_URL: "http://sandbox.test/facebook/v1/records",
    FACEBOOK_API_KEY: facebook.token(),
    ...(renewable ? renewal : {}),
  });
  const engine = createEngine({ now: Date.now });
  const rest = await startRedisRest({ backend: engine, token: env.UPSTASH_REDIS_REST_TOKEN ?? "" });
  const realFetch = globalThis.fetch;
  const asked: Asked[] = [];
  // Notifications of one account within one second share jobs; here each shall have its own, so each has its own second.
  const realNow = Date.now;
  let ahead = 0;
  Date.now = () => realNow() + ahead;
  // The records endpoint is asked through a client of its own, which knows nothing of the global fetch.
  vi.doMock("@/lib/destinations/records/records-fetch.ts", () => ({
    createRecordsFetch: () => (url: string, init: RequestInit) => globalThis.fetch(url, init),
  }));

  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const { url, method, headers } = request;
    const body = method === "GET" ? "" : await request.clone().text();
    asked.push({ url, method, headers: [...headers], body });
    const { host, pathname } = new URL(url);
    if (host === "redis.test") return realFetch(rest.url + pathname, { method, headers, body });
    if (host === "queue.test") return Response.json(pathname === "/v2/batch" ? taken(body) : { messageId: secret() });
    return pathname.startsWith("/dropbox/") ? dropbox.handle(request) : facebook.handle(request);
  };
  Object.assign(process.env, env);
  const webhook = await import("@/app/api/dropbox/webhook/route.ts");
  const worker = await import("@/app/api/relay/route.ts");
  const failure = await import("@/app/api/relay/failure/route.ts");
  const routes: Record<string, (request: Request) => Promise<Response>> = {
    [WEBHOOK]: webhook.POST,
    [WORKER]: worker.POST,
    [FAILURE]: failure.POST,
  };

  /** A POST to one of the three addresses; the worker's, where the address is none of ours. */
  const post = (url: string, body: BodyInit | null, headers: [string, string][] | Record<string, string> = {}) => {
    if (url === WEBHOOK) ahead += 1_000;
    return (routes[url] ?? worker.POST)(
      new Request(url, { method: "POST", headers, body, duplex: "half" } as RequestInit),
    );
  };

  return {
    env,
    dropbox,
    facebook,
    engine,
    asked,
    webhook,
    worker,
    failure,
    post,
    /** A POST as QStash makes it; what is named differs from a good one. `to` is the address it is sent to. */
    async job(sent: Partial<JobToSign> & { to?: string; headers?: Record<string, string> } = {}) {
      const { body = '{"job":"sweep"}', key = env.QSTASH_CURRENT_SIGNING_KEY ?? "", url = WORKER, ...rest } = sent;
      const signature = await queueSignature({ body, key, url, ...rest });
      return post(sent.to ?? url, body, { "upstash-signature": signature, ...sent.headers });
    },
    /** The answer to a request that must have had no effect: nothing was asked of anybody, and nothing was said. */
    async refusal(answer: Promise<Response> | Response): Promise<number> {
      const before = asked.length;
      const response = await answer;
      const text = await response.text();
      await turns(3);
      if (asked.length > before) throw new Error(`it asked ${asked[before]?.method} ${asked[before]?.url}`);
      if (text !== "") throw new Error(`it said ${text}`);
      return response.status;
    },
    async close() {
      globalThis.fetch = realFetch;
      Date.now = realNow;
      await rest.close();
    },
  };
}

const taken = (body: string) => (JSON.parse(body) as unknown[]).map(() => ({ messageId: secret() }));
