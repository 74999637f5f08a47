/** The records endpoint's bearer token, and its renewal: each refresh gives a new refresh token and ends the old one. */

import { randomBytes } from "node:crypto";
import type { Asked } from "./asked.ts";

const LIFE_SECONDS = 3600;

export interface RefreshClient {
  clientId: string;
  clientSecret: string;
  refreshToken: string;
}

export interface TokenOptions {
  now: () => number;
  token: string;
  refresh?: RefreshClient;
  /** The former refresh token stays good until the new one is used: an answer that was lost can be asked for again. */
  keepsFormer?: boolean;
}

export function createFacebookTokens(options: TokenOptions) {
  let current = { token: options.token, expiresAt: Number.POSITIVE_INFINITY };
  let refreshToken = options.refresh?.refreshToken ?? null;
  let former: string | null = null;
  let refreshes = 0;

  const refused = (error: string) => Response.json({ error }, { status: 400 });

  return {
    token: (): string => current.token,
    refreshes: (): number => refreshes,
    /** The token given last is answered with 401 from now on. */
    expireToken(): void {
      current = { ...current, expiresAt: 0 };
    },
    /** A new one from whoever runs the endpoint; the former is refused. */
    newToken(): string {
      current = { token: randomBytes(24).toString("base64url"), expiresAt: Number.POSITIVE_INFINITY };
      return current.token;
    },
    /** The refresh token is refused from now on: a person must sign in again. */
    revokeRefresh(): void {
      refreshToken = null;
    },
    check(request: Asked): Response | null {
      const good =
        request.headers.get("authorization") === `Bearer ${current.token}` && current.expiresAt > options.now();
      if (good) return null;
      const headers = { "www-authenticate": 'Bearer error="invalid_token"' };
      return Response.json(
        { error: { message: "the access token is missing, wrong or expired" } },
        { status: 401, headers },
      );
    },
    grant(request: Asked, body: string): Response {
      const client = options.refresh;
      if (!(request.headers.get("content-type") ?? "").startsWith("application/x-www-form-urlencoded"))
        return refused("invalid_request");
      const form = new URLSearchParams(body);
      if (
        client === undefined ||
        form.get("client_id") !== client.clientId ||
        form.get("client_secret") !== client.clientSecret
      ) {
        return refused("invalid_client");
      }
      if (form.get("grant_type") !== "refresh_token") return refused("unsupported_grant_type");
      const given = form.get("refresh_token");
      if (refreshToken === null || (given !== refreshToken && given !== former)) return refused("invalid_grant");
      refreshes += 1;
      former = options.keepsFormer === true ? given : null;
      refreshToken = randomBytes(24).toString("base64url");
      current = { token: randomBytes(24).toString("base64url"), expiresAt: options.now() + LIFE_SECONDS * 1000 };
      return Response.json({
        access_token: current.token,
        token_type: "bearer",
        expires_in: LIFE_SECONDS,
        refresh_token: refreshToken,
      });
    },
  };
}
