/** Both emulators, their controls and the page on one port of this machine. */
import { randomBytes } from "node:crypto";
import { type After, realAfter } from "./clock.ts";
import { createControl } from "./control.ts";
import { createDropbox, type Dropbox } from "./dropbox.ts";
import { createFacebookRecords, type FacebookRecords } from "./facebook-records.ts";
import { listen } from "./http-bridge.ts";
import { createPage } from "./page.ts";

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

export interface SandboxOptions {
  /** 0 or absent: any free port. */
  port?: number;
  host?: string;
  now?: () => number;
  after?: After;
  latencyMs?: number;
  coalesceMs?: number;
  seed?: number;
  rejectParallel?: boolean;
  newRevOnMove?: boolean;
  searchForm?: "array" | "data";
  honourIdempotencyKey?: boolean;
  /** The settings also hold what renews both tokens. */
  renewable?: boolean;
}

export interface Sandbox {
  url: string;
  dropbox: Dropbox;
  facebook: FacebookRecords;
  /** What the relay must be started with to talk to this sandbox. */
  env: Record<string, string>;
  close(): Promise<void>;
}

/** Secrets are new with each start. Rejects when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, host = "127.0.0.1", now = Date.now, after = realAfter, renewable = false, ...rest } = options;
  const secret = () => randomBytes(24).toString("base64url");
  const dropbox = createDropbox({
    ...rest,
    now,
    after,
    fetch,
    appKey: randomBytes(8).toString("hex"),
    appSecret: secret(),
  });
  const token = secret();
  const refresh = { clientId: randomBytes(8).toString("hex"), clientSecret: secret(), refreshToken: secret() };
  const facebook = createFacebookRecords({ ...rest, now, after, token, refresh });
  const control = createControl(dropbox, facebook);
  const page = createPage();

  async function handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/dropbox/")) return dropbox.handle(request);
    if (pathname.startsWith("/facebook/")) return facebook.handle(request);
    // The controls have no password. A name of another site that was made to point here gets nothing.
    if (LOOPBACK.has(host) && !LOOPBACK.has(hostIn(request))) return new Response("wrong host", { status: 421 });
    if (pathname.startsWith("/control/")) return control(request);
    return pathname === "/" ? page() : new Response("nothing here", { status: 404 });
  }

  const server = await listen(handle, port, host);
  const base = `${server.url}/dropbox`;
  const renewal: Record<string, string> = {
    DROPBOX_REFRESH_TOKEN: dropbox.refreshToken,
    FACEBOOK_REFRESH_URL: `${server.url}/facebook/oauth/token`,
    FACEBOOK_CLIENT_ID: refresh.clientId,
    FACEBOOK_CLIENT_SECRET: refresh.clientSecret,
    FACEBOOK_REFRESH_TOKEN: refresh.refreshToken,
  };
  return {
    url: server.url,
    dropbox,
    facebook,
    env: {
      DROPBOX_API_URL: base,
      DROPBOX_CONTENT_URL: base,
      DROPBOX_NOTIFY_URL: base,
      DROPBOX_APP_KEY: dropbox.appKey,
      DROPBOX_APP_SECRET: dropbox.appSecret,
      DROPBOX_ACCESS_TOKEN: dropbox.accessToken,
      FACEBOOK_API_URL: `${server.url}/facebook/v1/records`,
      FACEBOOK_API_KEY: token,
      ...(renewable ? renewal : {}),
    },
    async close() {
      dropbox.close();
      await server.close();
    },
  };
}

const hostIn = (request: Request): string => (request.headers.get("host") ?? "").replace(/:\d+$/, "");
