/**
 * Asks the token route: for a first grant by code, and for a new access token. Secrets go in the form body, never in the
 * address, where logs would keep them. A renewal brings no new refresh token: the stored one stays. Source: Dropbox
 * OAuth Guide, `/oauth2/token`.
 */
import { z } from "zod";
import { accessTokenSchema, lifeSchema } from "@/lib/core/grant.ts";
import { retryAfterMs } from "@/lib/core/retry.ts";
import { safeText } from "@/lib/core/safe-text.ts";
import { exchange, readJson, urlOf } from "./call.ts";

const ANSWER_BYTES_MAX = 64 * 1024;

const grantSchema = z.looseObject({ access_token: accessTokenSchema, expires_in: lifeSchema });
const firstGrantSchema = grantSchema.extend({
  refresh_token: z.string().min(1).max(8192).nullish(),
  account_id: z.string().nullish(),
  scope: z.string().nullish(),
});
const errorSchema = z.looseObject({ error: z.string(), error_description: z.string().nullish() });

interface TokenCall {
  apiUrl: string;
  fetch: typeof fetch;
  timeoutMs: number;
  appKey: string;
  /** Null for a link that is made, or was made, with a verifier instead: the documents know no call with both. */
  appSecret: string | null;
}

export interface RefreshOptions extends TokenCall {
  refreshToken: string;
}

export interface ExchangeOptions extends TokenCall {
  code: string;
  /** The same as in the address that brought the code. */
  redirectUri: string;
  /** Of the challenge that went along; null where the app secret is sent. */
  verifier: string | null;
}

export type TokenFailure = {
  ok: false;
  /** invalidGrant: link the account again. invalidClient: wrong app key or secret, no account is at fault. */
  kind: "invalidGrant" | "invalidClient" | "rateLimited" | "unavailable";
  message: string;
  retryAfterMs: number | null;
};

export type Refreshed = { ok: true; accessToken: string; expiresInSeconds: number } | TokenFailure;

export type Exchanged =
  | {
      ok: true;
      accessToken: string;
      expiresInSeconds: number;
      /** Null when offline access was not asked for. */
      refreshToken: string | null;
      /** Null for the link of a whole team. */
      accountId: string | null;
      scopes: string[];
    }
  | TokenFailure;

/** One attempt. Only a 400 that says `invalid_grant` counts as revoked; a failing server never does. */
export async function refreshAccessToken(options: RefreshOptions): Promise<Refreshed> {
  const { refreshToken } = options;
  const form = { grant_type: "refresh_token", refresh_token: refreshToken };
  const answer = await ask(options, form, [refreshToken], grantSchema);
  return answer.ok
    ? { ok: true, accessToken: answer.data.access_token, expiresInSeconds: answer.data.expires_in }
    : answer;
}

/** One attempt: a code works once, so that repeating it after a lost answer can only fail. */
export async function exchangeCode(options: ExchangeOptions): Promise<Exchanged> {
  const { code, redirectUri, verifier } = options;
  const form = {
    grant_type: "authorization_code",
    code,
    redirect_uri: redirectUri,
    ...(verifier === null ? {} : { code_verifier: verifier }),
  };
  const answer = await ask(options, form, [code, ...(verifier === null ? [] : [verifier])], firstGrantSchema);
  if (!answer.ok) return answer;
  const { access_token, expires_in, refresh_token, account_id, scope } = answer.data;
  return {
    ok: true,
    accessToken: access_token,
    expiresInSeconds: expires_in,
    refreshToken: refresh_token ?? null,
    accountId: account_id ?? null,
    scopes: (scope ?? "").split(" ").filter((one) => one !== ""),
  };
}

async function ask<S extends z.ZodType>(
  call: TokenCall,
  form: Record<string, string>,
  hidden: readonly string[],
  schema: S,
): Promise<{ ok: true; data: z.output<S> } | TokenFailure> {
  const { apiUrl, fetch, timeoutMs, appKey, appSecret } = call;
  const client = { client_id: appKey, ...(appSecret === null ? {} : { client_secret: appSecret }) };
  const sent = await exchange({
    fetch,
    url: urlOf(apiUrl, "/oauth2/token"),
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ ...form, ...client }),
    timeoutMs,
    maxBytes: ANSWER_BYTES_MAX,
  });
  if (sent.kind !== "answered") return { ok: false, kind: "unavailable", message: sent.message, retryAfterMs: null };

  const { status, headers } = sent;
  const json = readJson(sent.bytes ?? new Uint8Array());
  const grant = schema.safeParse(json);
  if (status === 200 && grant.success) return { ok: true, data: grant.data };
  const error = errorSchema.safeParse(json);
  const code = error.success ? error.data.error : "";
  const text = error.success ? `: ${error.data.error} ${error.data.error_description ?? ""}` : "";
  return {
    ok: false,
    kind: kindOf(status, code),
    message: safeText(`the token route answered ${status}${text}`, [
      ...hidden,
      ...(appSecret === null ? [] : [appSecret]),
    ]),
    retryAfterMs: retryAfterMs(headers.get("retry-after"), Date.now()),
  };
}

function kindOf(status: number, code: string): TokenFailure["kind"] {
  if (status === 429) return "rateLimited";
  if (status === 400 && code === "invalid_grant") return "invalidGrant";
  // Seen with text after the code, hence by its beginning.
  if ((status === 400 || status === 401) && code.startsWith("invalid_client")) return "invalidClient";
  return "unavailable";
}
