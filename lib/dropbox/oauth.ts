/**
 * Renews an access token. The secrets go in the form body, never in the address, where logs would keep them. Dropbox
 * issues no new refresh token here: the stored one stays. Source: Dropbox OAuth Guide, `/oauth2/token`.
 */
import { z } from "zod";
import { accessTokenSchema, lifeSchema } from "@/lib/core/grant.ts";
import { retryAfterMs } from "@/lib/core/retry.ts";
import { safeText } from "@/lib/core/safe-text.ts";
import { exchange, readJson, urlOf } from "./call.ts";

const ANSWER_BYTES_MAX = 64 * 1024;

const grantSchema = z.looseObject({ access_token: accessTokenSchema, expires_in: lifeSchema });
const errorSchema = z.looseObject({ error: z.string(), error_description: z.string().nullish() });

export interface RefreshOptions {
  apiUrl: string;
  fetch: typeof fetch;
  timeoutMs: number;
  appKey: string;
  /** Null for a link that was made with a verifier instead. */
  appSecret: string | null;
  refreshToken: string;
}

export type Refreshed =
  | { ok: true; accessToken: string; expiresInSeconds: number }
  | {
      ok: false;
      /** invalidGrant: link the account again. invalidClient: wrong app key or secret, no account is at fault. */
      kind: "invalidGrant" | "invalidClient" | "rateLimited" | "unavailable";
      message: string;
      retryAfterMs: number | null;
    };

/** One attempt. Only a 400 that says `invalid_grant` counts as revoked; a failing server never does. */
export async function refreshAccessToken(options: RefreshOptions): Promise<Refreshed> {
  const { apiUrl, fetch, timeoutMs, appKey, appSecret, refreshToken } = options;
  const sent = await exchange({
    fetch,
    url: urlOf(apiUrl, "/oauth2/token"),
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "refresh_token",
      refresh_token: refreshToken,
      client_id: appKey,
      ...(appSecret === null ? {} : { client_secret: appSecret }),
    }),
    timeoutMs,
    maxBytes: ANSWER_BYTES_MAX,
  });
  if (sent.kind !== "answered") return { ok: false, kind: "unavailable", message: sent.message, retryAfterMs: null };

  const { status, headers } = sent;
  const json = readJson(sent.bytes ?? new Uint8Array());
  const grant = grantSchema.safeParse(json);
  if (status === 200 && grant.success) {
    return { ok: true, accessToken: grant.data.access_token, expiresInSeconds: grant.data.expires_in };
  }
  const error = errorSchema.safeParse(json);
  const code = error.success ? error.data.error : "";
  const text = error.success ? `: ${error.data.error} ${error.data.error_description ?? ""}` : "";
  return {
    ok: false,
    kind: kindOf(status, code),
    message: safeText(`the token route answered ${status}${text}`, [
      refreshToken,
      ...(appSecret === null ? [] : [appSecret]),
    ]),
    retryAfterMs: retryAfterMs(headers.get("retry-after"), Date.now()),
  };
}

function kindOf(status: number, code: string): Exclude<Refreshed, { ok: true }>["kind"] {
  if (status === 429) return "rateLimited";
  if (status === 400 && code === "invalid_grant") return "invalidGrant";
  // Seen with text after the code, hence by its beginning.
  if ((status === 400 || status === 401) && code.startsWith("invalid_client")) return "invalidClient";
  return "unavailable";
}
