/** A world whose compatible interface is on, a client of it, and accounts whose owners say yes. */
import { DELETE, GET, PATCH, POST, PUT } from "@/app/elements/api-v2/[...path]/route.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { secret } from "./builders.ts";
import { createOldClient, type Got } from "./old-client.ts";
import { createWorld, type World, type WorldOptions } from "./world.ts";

const HANDLERS: Record<string, (request: Request) => Promise<Response>> = { GET, POST, PUT, PATCH, DELETE };
export const CONSENTED = "https://app.example.com/auth";

export async function elementsWorld(options: WorldOptions = {}) {
  const [userSecret, orgSecret, adminToken] = [secret(), `${secret()}/+=`, secret()];
  const world = await createWorld({
    accounts: 2,
    ...options,
    env: {
      ELEMENTS_USER_SECRET: userSecret,
      ELEMENTS_ORGANIZATION_SECRET: orgSecret,
      ADMIN_TOKEN: adminToken,
      PUBLIC_BASE_URL: "https://relay.test",
      DROPBOX_AUTHORIZE_URL: "http://sandbox.test/dropbox/oauth2/authorize",
      ...options.env,
    },
  });
  const fetch = (request: Request) =>
    HANDLERS[request.method]?.(request) ?? Promise.resolve(new Response(null, { status: 405 }));
  const client = createOldClient({ host: "https://relay.test", userSecret, orgSecret, fetch });
  return { world, client, fetch, userSecret, orgSecret, adminToken };
}
export type ElementsWorld = Awaited<ReturnType<typeof elementsWorld>>;

/** The owner of an account opens the address and says yes; answers the code the client's own page is called with. */
export async function consentOf(oauthUrl: string, owner: Dropbox): Promise<string> {
  const said = await owner.handle(
    new Request(oauthUrl, { method: "POST", body: new URLSearchParams({ answer: "allow" }) }),
  );
  return new URL(said.headers.get("location") ?? "").searchParams.get("code") ?? "";
}

/** By all the steps of the older product. */
export async function createOf(
  { world, client }: Pick<ElementsWorld, "world" | "client">,
  owner: Dropbox,
  changes: { configuration?: Record<string, unknown>; tags?: unknown[]; name?: string } = {},
): Promise<Got> {
  const app = { apiKey: world.dropbox.appKey, apiSecret: world.dropbox.appSecret };
  const query = new URLSearchParams({ ...app, callbackUrl: CONSENTED, state: "dropbox" });
  const { body } = await client.asPlatform("GET", `/elements/dropbox/oauth/url?${query}`);
  return client.asPlatform("POST", "/instances", {
    element: { key: "dropbox" },
    providerData: { code: await consentOf(body.oauthUrl, owner) },
    tags: changes.tags ?? ["customer-42"],
    name: changes.name ?? "Customer 42 Dropbox",
    configuration: {
      "oauth.api.key": app.apiKey,
      "oauth.api.secret": app.apiSecret,
      "oauth.callback.url": CONSENTED,
      ...changes.configuration,
    },
  });
}

/** Configuration that delivers to the world's records endpoint. */
export const toRecords = (world: World) => ({
  "relay.records.url": "http://sandbox.test/facebook/v1/records",
  "relay.records.token": world.env.FACEBOOK_API_KEY,
});
