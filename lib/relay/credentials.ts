/** Which credential the environment gives each side, and how it is renewed. */
import type { Redis } from "@upstash/redis";
import type { Credential } from "../core/credential.ts";
import { refreshRecordsToken } from "../destinations/records/oauth.ts";
import { refreshAccessToken } from "../dropbox/oauth.ts";
import type { Env } from "../env.ts";
import { createTokenStore } from "../store/token-store.ts";
import type { Secrets } from "../store/vault.ts";
import type { World } from "./context.ts";
import {
  createFixedCredential,
  createRefusedCredential,
  createRenewableCredential,
  fingerprintOf,
} from "./credential.ts";
import { dropboxName } from "./credential-names.ts";

const REFRESH_TIMEOUT_MS = 10_000;

export function dropboxCredential(env: Env, redis: Redis, world: World): Credential {
  const { DROPBOX_REFRESH_TOKEN: refreshToken, DROPBOX_APP_KEY: appKey, ENCRYPTION_KEY: key } = env;
  const initial = env.DROPBOX_ACCESS_TOKEN ?? null;
  const fingerprint = dropboxName(refreshToken ?? initial ?? "");
  if (!refreshToken || !appKey || !key) {
    return createFixedCredential(
      fingerprint,
      initial ?? "",
      "Dropbox refuses the access token. Generated tokens live four hours: set DROPBOX_REFRESH_TOKEN, or a new DROPBOX_ACCESS_TOKEN",
    );
  }
  const call = {
    apiUrl: env.DROPBOX_API_URL,
    fetch: world.fetch,
    timeoutMs: REFRESH_TIMEOUT_MS,
    appKey,
    appSecret: env.DROPBOX_APP_SECRET,
  };
  return createRenewableCredential(fingerprint, initial, {
    ...world,
    store: createTokenStore(redis, key, fingerprint),
    refreshToken,
    async refresh(token) {
      const answer = await refreshAccessToken({ ...call, refreshToken: token });
      if (answer.ok)
        return {
          kind: "renewed",
          accessToken: answer.accessToken,
          refreshToken: null,
          expiresInSeconds: answer.expiresInSeconds,
        };
      if (answer.kind === "invalidGrant")
        return { kind: "refused", message: "Dropbox no longer accepts DROPBOX_REFRESH_TOKEN: link the account again" };
      if (answer.kind === "invalidClient")
        return { kind: "refused", message: "Dropbox does not know DROPBOX_APP_KEY with DROPBOX_APP_SECRET" };
      return { kind: "unavailable", message: answer.message };
    },
  });
}

const CONNECT_AGAIN = "Dropbox no longer accepts the link to this account: connect it again";

/**
 * Of a stored instance: `refreshToken`, or `accessToken` alone; `appKey` and `appSecret` where the app is not ours, and
 * `pkce` when the link was made with a verifier instead of the secret. Null secrets cannot be read: connect again.
 */
export function storedDropboxCredential(
  secrets: Secrets | null,
  { env, redis, world }: { env: Env; redis: Redis; world: World },
): Credential {
  const { refreshToken, accessToken = null } = secrets ?? {};
  const appKey = secrets?.appKey ?? env.DROPBOX_APP_KEY;
  const fingerprint = dropboxName(refreshToken ?? accessToken ?? "");
  if (!refreshToken || !appKey || !env.ENCRYPTION_KEY) {
    return accessToken === null
      ? createRefusedCredential(fingerprint, CONNECT_AGAIN)
      : createFixedCredential(fingerprint, accessToken, CONNECT_AGAIN);
  }
  const call = {
    apiUrl: env.DROPBOX_API_URL,
    fetch: world.fetch,
    timeoutMs: REFRESH_TIMEOUT_MS,
    appKey,
    appSecret: secrets?.pkce === undefined ? (secrets?.appSecret ?? env.DROPBOX_APP_SECRET) : null,
  };
  return createRenewableCredential(fingerprint, accessToken, {
    ...world,
    store: createTokenStore(redis, env.ENCRYPTION_KEY, fingerprint),
    refreshToken,
    async refresh(token) {
      const answer = await refreshAccessToken({ ...call, refreshToken: token });
      if (!answer.ok) {
        // A wrong app key or secret is no account's fault: whoever runs the relay mends it, and nobody connects again.
        return { kind: answer.kind === "invalidGrant" ? "refused" : "unavailable", message: messageOf(answer) };
      }
      const { accessToken, expiresInSeconds } = answer;
      return { kind: "renewed", accessToken, refreshToken: null, expiresInSeconds };
    },
  });
}

const messageOf = (answer: { kind: string; message: string }): string =>
  answer.kind === "invalidGrant" ? CONNECT_AGAIN : answer.message;

export function facebookCredential(env: Env, redis: Redis, world: World): Credential {
  const { FACEBOOK_REFRESH_URL: url, FACEBOOK_CLIENT_ID: clientId, FACEBOOK_CLIENT_SECRET: clientSecret } = env;
  const { FACEBOOK_REFRESH_TOKEN: refreshToken, ENCRYPTION_KEY: key } = env;
  // All of it: a token renewed under former settings must not outlive the settings a person has mended.
  const settings = [env.FACEBOOK_API_KEY, url, clientId, clientSecret, refreshToken].join("\n");
  const fingerprint = fingerprintOf("facebook", settings);
  if (!url || !clientId || !clientSecret || !refreshToken || !key) {
    return createFixedCredential(
      fingerprint,
      env.FACEBOOK_API_KEY,
      "the records endpoint refuses FACEBOOK_API_KEY: set a new one, or FACEBOOK_REFRESH_URL with its client id, secret and refresh token",
    );
  }
  return createRenewableCredential(fingerprint, env.FACEBOOK_API_KEY, {
    ...world,
    store: createTokenStore(redis, key, fingerprint),
    refreshToken,
    refresh: (token) =>
      refreshRecordsToken({
        url,
        clientId,
        clientSecret,
        refreshToken: token,
        fetch: world.fetch,
        timeoutMs: REFRESH_TIMEOUT_MS,
      }),
  });
}
