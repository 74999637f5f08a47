import { describe, expect, it } from "vitest";
import { refreshAccessToken } from "@/lib/dropbox/oauth.ts";

const secrets = { appKey: "key", appSecret: "app-secret", refreshToken: "refresh-secret" };

async function refresh(answer: () => Response | Promise<Response>) {
  const seen: { url: string; body: string }[] = [];
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    seen.push({ url: String(url), body: String(init?.body) });
    return answer();
  };
  const result = await refreshAccessToken({ apiUrl: "https://api.test/dbx/", fetch, timeoutMs: 1000, ...secrets });
  return { result, seen };
}
const json = (status: number, value: unknown) => () => new Response(JSON.stringify(value), { status });
const kindAfter = async (answer: () => Response | Promise<Response>) => {
  const { result } = await refresh(answer);
  return result.ok ? "ok" : result.kind;
};

describe("refreshAccessToken", () => {
  it("granted → token and life time; secrets in the form body, none in the address", async () => {
    const { result, seen } = await refresh(
      json(200, { access_token: "sl.new", token_type: "bearer", expires_in: "14400" }),
    );
    expect(result).toEqual({ ok: true, accessToken: "sl.new", expiresInSeconds: 14400 });
    expect(seen[0]?.url).toBe("https://api.test/dbx/oauth2/token");
    expect(Object.fromEntries(new URLSearchParams(seen[0]?.body))).toEqual({
      grant_type: "refresh_token",
      refresh_token: "refresh-secret",
      client_id: "key",
      client_secret: "app-secret",
    });
  });

  it("400 invalid_grant → invalidGrant; the same word in a 500 or in text → unavailable", async () => {
    expect(await kindAfter(json(400, { error: "invalid_grant", error_description: null }))).toBe("invalidGrant");
    expect(await kindAfter(json(500, { error: "invalid_grant" }))).toBe("unavailable");
    expect(await kindAfter(() => new Response("invalid_grant", { status: 400 }))).toBe("unavailable");
  });

  it("400 or 401 invalid_client with more text → invalidClient; invalid_request → unavailable", async () => {
    expect(await kindAfter(json(400, { error: "invalid_client: Invalid client_id or client_secret" }))).toBe(
      "invalidClient",
    );
    expect(await kindAfter(json(401, { error: "invalid_client" }))).toBe("invalidClient");
    expect(await kindAfter(json(400, { error: "invalid_request" }))).toBe("unavailable");
  });

  it("429 with an empty body → rateLimited, wait from the header", async () => {
    const { result } = await refresh(() => new Response("", { status: 429, headers: { "retry-after": "30" } }));
    expect(result).toMatchObject({ ok: false, kind: "rateLimited", retryAfterMs: 30_000 });
  });

  it("network failure, redirect, or a 200 without token → unavailable", async () => {
    expect(await kindAfter(() => Promise.reject(new TypeError("fetch failed")))).toBe("unavailable");
    expect(await kindAfter(() => new Response(null, { status: 307, headers: { location: "/" } }))).toBe("unavailable");
    expect(await kindAfter(json(200, { expires_in: 14400 }))).toBe("unavailable");
    expect(await kindAfter(json(200, { access_token: "sl.new", expires_in: null }))).toBe("unavailable");
  });

  it("refusal that quotes the secrets → a message without them", async () => {
    const { result } = await refresh(
      json(400, { error: "invalid_grant", error_description: "refresh-secret app-secret" }),
    );
    expect(JSON.stringify(result)).not.toMatch(/refresh-secret|app-secret/);
  });
});
