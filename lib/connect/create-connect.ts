/** What is done in the operator's browser: the login, and connecting accounts. */
import { createHash } from "node:crypto";
import type { DropboxClient } from "../dropbox/client.ts";
import type { Env } from "../env.ts";
import type { Instances } from "../instances/manage.ts";
import type { Log } from "../log.ts";
import { createOperator, type Operator } from "../operator/operator.ts";
import type { LoginTries } from "../store/login-tries.ts";
import { createDropboxConnect, type DropboxConnect } from "./dropbox.ts";
import type { InstancesPageDeps } from "./instances-page.ts";

export interface Connect extends InstancesPageDeps {
  operator: Operator;
  dropbox: DropboxConnect;
}

export interface ConnectDeps {
  env: Env;
  instances: Instances;
  dropbox: DropboxClient;
  tries: LoginTries;
  fetch: typeof fetch;
  log: Log;
}

export function createConnect(deps: ConnectDeps): Connect {
  const { env, instances, dropbox, tries, fetch, log } = deps;
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
  });
  return {
    operator,
    instances,
    hasFacebook: false,
    dropbox: createDropboxConnect({
      appKey: env.DROPBOX_APP_KEY ?? null,
      authorizeUrl: env.DROPBOX_AUTHORIZE_URL,
      apiUrl: env.DROPBOX_API_URL.replace(/\/2$/, ""),
      publicBaseUrl,
      password: password("connect dropbox"),
      ...{ operator, instances, dropbox, fetch, log },
    }),
  };
}
