/** The token endpoint of a records endpoint: what each answer means, and that its secrets go nowhere else. */
import { afterEach, describe, expect, it } from "vitest";
import { refreshRecordsToken } from "@/lib/destinations/records/oauth.ts";
import { type Handler, type Listening, listen } from "../sandbox/http-bridge.ts";
import { secret } from "../support/builders.ts";

const secrets = { clientId: "client", clientSecret: secret(), refreshToken: secret() };
const URL_OF_TOKENS = "http://tokens.test/oauth/token";

const servers: Listening[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
async function serve(handler: Handler): Promise<string> {
  const server = await listen(handler, 0, "127.0.0.1");
  servers.push(server);
  return server.url;
}

const ask = (answer: typeof fetch, url = URL_OF_TOKENS) =>
  refreshRecordsToken({ ...secrets, url, fetch: answer, timeoutMs: 5000 });
const answered = (body: unknown, status = 200) => ask(async () => Response.json(body, { status }));

describe("refreshRecordsToken", () => {
  it("granted → both tokens and the life time; secrets in the form body, none in the address", async () => {
    let asked: Request | undefined;
    const renewed = await ask(async (input, init) => {
      asked = new Request(input, init);
      return Response.json({ access_token: "a", refresh_token: "r", expires_in: "3600" });
    });
    expect(renewed).toEqual({ kind: "renewed", accessToken: "a", refreshToken: "r", expiresInSeconds: 3600 });
    expect([asked?.method, asked?.url]).toEqual(["POST", URL_OF_TOKENS]);
    expect(Object.fromEntries(new URLSearchParams(await asked?.text()))).toEqual({
      grant_type: "refresh_token",
      refresh_token: secrets.refreshToken,
      client_id: secrets.clientId,
      client_secret: secrets.clientSecret,
    });
  });

  it("no new refresh token, no life time → null, so that the old one stays", async () => {
    const renewed = { kind: "renewed", accessToken: "a", refreshToken: null, expiresInSeconds: null };
    expect(await answered({ access_token: "a" })).toEqual(renewed);
    expect(await answered({ access_token: "a", refresh_token: null, expires_in: null })).toEqual(renewed);
  });

  it.each([400, 401, 403, 404])("%i → refused, with what to do", async (status) => {
    const refused = await answered({ error: "invalid_grant" }, status);
    expect(refused).toMatchObject({ kind: "refused", message: expect.stringContaining("FACEBOOK_REFRESH_TOKEN") });
  });

  it.each([302, 408, 429, 500, 503])("%i → unavailable: the refresh token may be good", async (status) => {
    expect(await answered({ error: "later" }, status)).toMatchObject({ kind: "unavailable" });
  });

  it("200 with a page, no token, an empty one or more than 64 KiB → unavailable", async () => {
    expect(await ask(async () => new Response("<html>login</html>"))).toMatchObject({ kind: "unavailable" });
    for (const body of [{}, null, [], { access_token: "" }, { access_token: "a", padding: "x".repeat(64 * 1024) }])
      expect(await answered(body)).toMatchObject({ kind: "unavailable" });
  });

  it("no answer that quotes a secret → unavailable, in words without it", async () => {
    const lost = await ask(async () => {
      throw new TypeError(`cannot send ${secrets.clientSecret}`);
    });
    expect(lost).toMatchObject({ kind: "unavailable" });
    expect(JSON.stringify(lost)).not.toContain(secrets.clientSecret);
  });

  it("redirect to another host that repeats the request there → not followed: the secrets stay here", async () => {
    let elsewhere = 0;
    const other = await serve(async () => {
      elsewhere += 1;
      return Response.json({ access_token: "a" });
    });
    const url = await serve(async () => new Response(null, { status: 307, headers: { location: other } }));
    expect(await ask(fetch, url)).toMatchObject({ kind: "unavailable" });
    expect(elsewhere).toBe(0);
  });
});
