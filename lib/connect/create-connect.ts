/** What is done in the operator's browser: the login, and connecting accounts. */
import { createHash } from "node:crypto";
import type { RecordDeed } from "../core/audit.ts";
import { createPagePicker } from "../destinations/page/page-picker.ts";
import type { DropboxClient } from "../dropbox/client.ts";
import type { Env } from "../env.ts";
import type { Instances } from "../instances/manage.ts";
import type { Log } from "../log.ts";
import { createOperator, type Operator } from "../operator/operator.ts";
import type { LoginTries } from "../store/login-tries.ts";
import { createDropboxConnect, type DropboxConnect } from "./dropbox.ts";
import { createFacebookConnect, type FacebookConnect } from "./facebook.ts";

export interface Connect {
  operator: Operator;
  dropbox: DropboxConnect;
  facebook: FacebookConnect;
}

export interface ConnectDeps {
  env: Env;
  instances: Instances;
  dropbox: DropboxClient;
  tries: LoginTries;
  fetch: typeof fetch;
  now: () => number;
  record: RecordDeed;
  log: Log;
}

const FACEBOOK_TIMEOUT_MS = 10_000;

export function createConnect(deps: ConnectDeps): Connect {
  const { env, instances, dropbox, tries, fetch, now, log } = deps;
  const publicBaseUrl = env.PUBLIC_BASE_URL;
  // Of both secrets: whoever changes either ends every session and all that was begun in one.
  const key = Buffer.from(env.ENCRYPTION_KEY ?? []).toString("base64");
  const password = (of: string) =>
    createHash("sha256")
      .update(`${of}\n${env.ADMIN_TOKEN ?? ""}\n${key}`)
      .digest("base64url");
  const operator = createOperator({
    adminToken: env.ADMIN_TOKEN ?? null,
    password: password("operator"),
    publicBaseUrl,
    tries,
    record: deps.record,
  });
  const { FACEBOOK_APP_ID: appId, FACEBOOK_APP_SECRET: appSecret, FACEBOOK_GRAPH_VERSION: version } = env;
  const picker =
    appId === undefined || appSecret === undefined
      ? null
      : createPagePicker({
          appId,
          appSecret,
          version,
          fetch,
          now,
          baseUrl: env.FACEBOOK_GRAPH_URL,
          timeoutMs: FACEBOOK_TIMEOUT_MS,
        });
  return {
    operator,
    facebook: createFacebookConnect({
      dialog: { dialogUrl: env.FACEBOOK_DIALOG_URL, version, appId: appId ?? "" },
      password: password("connect facebook"),
      picker,
      publicBaseUrl,
      operator,
      instances,
      log,
    }),
    dropbox: createDropboxConnect({
      appKey: env.DROPBOX_APP_KEY ?? null,
      authorizeUrl: env.DROPBOX_AUTHORIZE_URL,
      apiUrl: env.DROPBOX_API_URL,
      publicBaseUrl,
      password: password("connect dropbox"),
      operator,
      instances,
      dropbox,
      fetch,
      log,
    }),
  };
}
