/** Access tokens and the refresh grant. An unlinked account has neither. */

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Asked } from "./asked.ts";
import { badCall, json, tagged } from "./dropbox-answers.ts";

/** Dropbox gives access tokens for four hours. */
const LIFE_SECONDS = 14_400;

export interface TokenOptions {
  now: () => number;
  appKey: string;
  appSecret: string;
  accessToken: string;
  refreshToken: string;
}

export type Tokens = ReturnType<typeof createTokens>;

export function createTokens(options: TokenOptions) {
  const expiry = new Map<string, number>([[options.accessToken, Number.POSITIVE_INFINITY]]);
  let refreshToken: string | null = options.refreshToken;
  let refreshes = 0;

  const denied = (error: string, description: string) => json(400, { error, error_description: description });

  return {
    refreshes: (): number => refreshes,
    /** The tokens given so far are answered with `expired_access_token`. */
    expireToken(): void {
      for (const token of expiry.keys()) expiry.set(token, 0);
    },
    /** The owner removed the app: access tokens are invalid and the refresh token is refused. */
    unlink(): void {
      expiry.clear();
      refreshToken = null;
    },
    /** Null when the request may go on. */
    check(request: Asked, route: string): Response | null {
      const token = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
      if (token === undefined)
        return badCall(route, 'Must provide HTTP header "Authorization" or URL parameter "authorization".');
      const expiresAt = expiry.get(token);
      if (expiresAt === undefined) return tagged(401, "invalid_access_token");
      return expiresAt <= options.now() ? tagged(401, "expired_access_token") : null;
    },
    grant(request: Asked, body: string): Response {
      if (!(request.headers.get("content-type") ?? "").startsWith("application/x-www-form-urlencoded")) {
        return denied("invalid_request", "the body must be a form");
      }
      const form = new URLSearchParams(body);
      const [key, secret] = clientOf(request, form);
      if (!same(key, options.appKey) || !same(secret, options.appSecret)) {
        return denied("invalid_client", "Invalid client_id or client_secret");
      }
      if (form.get("grant_type") !== "refresh_token")
        return denied("unsupported_grant_type", "only refresh_token is known here");
      if (refreshToken === null || !same(form.get("refresh_token") ?? "", refreshToken)) {
        return denied("invalid_grant", "refresh token is invalid or revoked");
      }
      refreshes += 1;
      const accessToken = `sl.u.${randomBytes(24).toString("base64url")}`;
      expiry.set(accessToken, options.now() + LIFE_SECONDS * 1000);
      return json(200, { access_token: accessToken, token_type: "bearer", expires_in: LIFE_SECONDS });
    },
  };
}

/** Key and secret come in the form or as HTTP Basic. */
function clientOf(request: Asked, form: URLSearchParams): [string, string] {
  const basic = /^Basic (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  if (basic === undefined) return [form.get("client_id") ?? "", form.get("client_secret") ?? ""];
  const [key = "", ...secret] = Buffer.from(basic, "base64").toString().split(":");
  return [key, secret.join(":")];
}

const digest = (text: string) => createHash("sha256").update(text).digest();
const same = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));
