/** Access tokens, and the grants by code and by refresh token. An unlinked account has none. */

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Asked } from "./asked.ts";
import { badCall, json, tagged } from "./dropbox-answers.ts";
import type { Consent } from "./dropbox-consent.ts";

/** Dropbox gives access tokens for four hours. */
const LIFE_SECONDS = 14_400;

export interface TokenOptions {
  now: () => number;
  appKey: string;
  appSecret: string;
  accessToken: string;
  refreshToken: string;
  accountId: string;
  /** What the owner allowed, by the code that was given for it: once. */
  redeem: (code: string) => Consent | null;
}

export type Tokens = ReturnType<typeof createTokens>;

export function createTokens(options: TokenOptions) {
  const expiry = new Map<string, number>([[options.accessToken, Number.POSITIVE_INFINITY]]);
  /** Those of a link made with a verifier need no secret. */
  const refreshTokens = new Map<string, { pkce: boolean }>([[options.refreshToken, { pkce: false }]]);
  let refreshes = 0;

  function newAccessToken(): string {
    const token = `sl.u.${randomBytes(24).toString("base64url")}`;
    expiry.set(token, options.now() + LIFE_SECONDS * 1000);
    return token;
  }

  /** The secret, or the verifier of the challenge that went along; the documents know no call with both. */
  function exchange(form: URLSearchParams, secret: string): Response {
    const consent = options.redeem(form.get("code") ?? "");
    if (consent === null) return denied("invalid_grant", "code doesn't exist or has expired");
    if (form.get("redirect_uri") !== consent.redirectUri) return denied("invalid_grant", "redirect_uri mismatch");
    const verifier = form.get("code_verifier");
    if (verifier !== null && secret !== "") return denied("invalid_request", "both a secret and a verifier");
    const pkce = verifier !== null;
    if (pkce && createHash("sha256").update(verifier).digest("base64url") !== consent.challenge)
      return denied("invalid_grant", "invalid code verifier");
    if (!pkce && (consent.challenge !== null || !same(secret, options.appSecret)))
      return denied("invalid_client", "Invalid client_id or client_secret");
    const refreshToken = randomBytes(24).toString("base64url");
    if (consent.offline) refreshTokens.set(refreshToken, { pkce });
    return json(200, {
      access_token: newAccessToken(),
      token_type: "bearer",
      expires_in: LIFE_SECONDS,
      ...(consent.offline ? { refresh_token: refreshToken } : {}),
      scope: consent.scope,
      uid: "4711",
      account_id: options.accountId,
    });
  }

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
      refreshTokens.clear();
    },
    /** The owner links the app again: a new refresh token. */
    link(): string {
      const refreshToken = randomBytes(24).toString("base64url");
      refreshTokens.set(refreshToken, { pkce: false });
      return refreshToken;
    },
    /** Whether an access token, a refresh token or a code is this account's. */
    owns: (credential: string): boolean => expiry.has(credential) || refreshTokens.has(credential),
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
      const kind = form.get("grant_type");
      const held = refreshTokens.get(form.get("refresh_token") ?? "");
      const needsNoSecret = kind === "authorization_code" ? form.has("code_verifier") : (held?.pkce ?? true);
      if (!same(key, options.appKey) || !(same(secret, options.appSecret) || (needsNoSecret && secret === ""))) {
        return denied("invalid_client", "Invalid client_id or client_secret");
      }
      if (kind === "authorization_code") return exchange(form, secret);
      if (kind !== "refresh_token") return denied("unsupported_grant_type", "no such grant");
      if (held === undefined) return denied("invalid_grant", "refresh token is invalid or revoked");
      refreshes += 1;
      return json(200, { access_token: newAccessToken(), token_type: "bearer", expires_in: LIFE_SECONDS });
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
