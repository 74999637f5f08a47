/** Renews the bearer token of a records endpoint: OAuth 2.0, RFC 6749 section 6. */
import { z } from "zod";
import { accessTokenSchema, lifeSchema } from "../../core/grant.ts";
import { readBounded } from "../../core/read-bounded.ts";

const ANSWER_MAX_BYTES = 64 * 1024;

const granted = z.looseObject({
  access_token: accessTokenSchema,
  refresh_token: z.string().min(1).nullish(),
  expires_in: lifeSchema.nullish(),
});

export type RecordsTokenRefresh =
  | { kind: "renewed"; accessToken: string; refreshToken: string | null; expiresInSeconds: number | null }
  | { kind: "refused" | "unavailable"; message: string };

/** Secrets travel in the form body only. A 4xx other than 408 and 429 is a refusal; anything else may pass. */
export async function refreshRecordsToken(call: {
  url: string;
  clientId: string;
  clientSecret: string;
  refreshToken: string;
  fetch: typeof fetch;
  timeoutMs: number;
}): Promise<RecordsTokenRefresh> {
  try {
    const response = await call.fetch(call.url, {
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.timeout(call.timeoutMs),
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: new URLSearchParams({
        grant_type: "refresh_token",
        refresh_token: call.refreshToken,
        client_id: call.clientId,
        client_secret: call.clientSecret,
      }).toString(),
    });
    const bytes = await readBounded(response.body, ANSWER_MAX_BYTES);
    const { status } = response;
    if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
      return { kind: "refused", message: `the token endpoint answered ${status}: make a new FACEBOOK_REFRESH_TOKEN` };
    }
    if (!response.ok || bytes === null)
      return { kind: "unavailable", message: `the token endpoint answered ${status}` };
    const parsed = granted.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    if (!parsed.success)
      return { kind: "unavailable", message: "the token endpoint's answer holds no usable access token" };
    return {
      kind: "renewed",
      accessToken: parsed.data.access_token,
      refreshToken: parsed.data.refresh_token ?? null,
      expiresInSeconds: parsed.data.expires_in ?? null,
    };
  } catch (cause) {
    return {
      kind: "unavailable",
      message: `the token endpoint gave no usable answer: ${cause instanceof Error ? cause.name : "unknown"}`,
    };
  }
}
