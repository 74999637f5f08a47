/** The emulators, their controls and the page on one port of this machine. */
import { randomBytes } from "node:crypto";
import type { Asked } from "./asked.ts";
import { type CallbackReceiver, createCallbackReceiver } from "./callback-receiver.ts";
import { type After, realAfter } from "./clock.ts";
import { createControl } from "./control.ts";
import { createDropbox, type Dropbox } from "./dropbox.ts";
import { createFacebookRecords, type FacebookRecords } from "./facebook-records.ts";
import { createFacebookGraph, type FacebookGraph } from "./graph-api.ts";
import type { GraphManners } from "./graph-manners.ts";
import { listenLean } from "./http-bridge.ts";
import { createPage } from "./page.ts";

const GRAPH = "/facebook/graph";
const HOOKS = "/receiver/hooks";
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
  /** Where the settings send the relay; the page shows the posts of a Page, or else records. */
  destination?: "records" | "page" | "callback";
  pageManners?: Partial<GraphManners>;
  /** The settings also hold a Facebook app, with which a person can log in and choose a Page. */
  facebookLogin?: boolean;
}

export interface Sandbox {
  url: string;
  dropbox: Dropbox;
  facebook: FacebookRecords;
  graph: FacebookGraph;
  receiver: CallbackReceiver;
  /** What the relay must be started with to talk to this sandbox. */
  env: Record<string, string>;
  close(): Promise<void>;
}

/** Secrets are new with each start. Rejects when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, host = "127.0.0.1", now = Date.now, after = realAfter, ...others } = options;
  const {
    renewable = false,
    facebookLogin = false,
    destination = "records",
    pageManners: manners = {},
    ...rest
  } = others;
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
  const appSecret = randomBytes(16).toString("hex");
  // An app with a secret asks for its proof with every call, so only who is given the secret has it asked for.
  const app = facebookLogin ? { appSecret } : {};
  const graph = createFacebookGraph({ ...rest, now, after, fetch, mount: GRAPH, manners, ...app });
  const callbackSecret = `whsec_${randomBytes(32).toString("base64")}`;
  const receiver = createCallbackReceiver({ now, after, secret: callbackSecret });
  const shown = destination === "page" ? "page" : "records";
  const control = createControl({ dropbox, facebook, graph, destination: shown });
  const page = createPage();

  async function handle(request: Asked): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/dropbox/")) return dropbox.handle(request);
    if (pathname === HOOKS) return receiver.handle(request);
    const isMedia = pathname.startsWith(`${GRAPH}/media/`);
    if (pathname.startsWith(`${GRAPH}/`) && !isMedia) return graph.handle(request);
    if (pathname.startsWith("/facebook/") && !isMedia) return facebook.handle(request);
    // Controls and media have no password. A name of another site that was made to point here gets nothing.
    if (LOOPBACK.has(host) && !LOOPBACK.has(hostIn(request))) return new Response("wrong host", { status: 421 });
    if (isMedia) return graph.handle(request);
    if (pathname.startsWith("/control/")) return control(request);
    return pathname === "/" ? page() : new Response("nothing here", { status: 404 });
  }

  const server = await listenLean(handle, port, host);
  const base = `${server.url}/dropbox`;
  const renewal: Record<string, string> = {
    FACEBOOK_REFRESH_URL: `${server.url}/facebook/oauth/token`,
    FACEBOOK_CLIENT_ID: refresh.clientId,
    FACEBOOK_CLIENT_SECRET: refresh.clientSecret,
    FACEBOOK_REFRESH_TOKEN: refresh.refreshToken,
  };
  const recordSettings = { FACEBOOK_API_URL: `${server.url}/facebook/v1/records`, FACEBOOK_API_KEY: token };
  const pageSettings = {
    FACEBOOK_GRAPH_URL: server.url + GRAPH,
    FACEBOOK_PAGE_ID: graph.page.id,
    FACEBOOK_API_KEY: graph.tokens.current("page"),
  };
  const callbackSettings = {
    CALLBACK_URL: server.url + HOOKS,
    CALLBACK_SECRET: callbackSecret,
    ALLOW_PRIVATE_CALLBACKS: "1",
  };
  const loginSettings: Record<string, string> = {
    FACEBOOK_GRAPH_URL: server.url + GRAPH,
    FACEBOOK_DIALOG_URL: server.url + GRAPH,
    FACEBOOK_APP_ID: graph.appId,
    FACEBOOK_APP_SECRET: appSecret,
  };
  const settings = { records: recordSettings, page: pageSettings, callback: callbackSettings };
  return {
    url: server.url,
    dropbox,
    facebook,
    graph,
    receiver,
    env: {
      DROPBOX_API_URL: base,
      DROPBOX_CONTENT_URL: base,
      DROPBOX_NOTIFY_URL: base,
      DROPBOX_AUTHORIZE_URL: `${base}/oauth2/authorize`,
      DROPBOX_APP_KEY: dropbox.appKey,
      DROPBOX_APP_SECRET: dropbox.appSecret,
      DROPBOX_ACCESS_TOKEN: dropbox.accessToken,
      ...settings[destination],
      ...(facebookLogin ? loginSettings : {}),
      ...(renewable ? { DROPBOX_REFRESH_TOKEN: dropbox.refreshToken } : {}),
      ...(renewable && destination === "records" ? renewal : {}),
    },
    async close() {
      dropbox.close();
      await server.close();
    },
  };
}

const hostIn = (request: Asked): string => (request.headers.get("host") ?? "").replace(/:\d+$/, "");
