/** A program written for the older product against the built server, over the network. */
import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { createOldClient } from "../support/old-client.ts";
import { test } from "./scenario.ts";

test("an older program makes an instance → its files are delivered, until it disables and deletes it", async ({
  begin,
}) => {
  const secret = () => randomBytes(24).toString("base64");
  const [userSecret, orgSecret] = [secret(), secret()];
  const scenario = await begin({
    env: { ELEMENTS_USER_SECRET: userSecret, ELEMENTS_ORGANIZATION_SECRET: orgSecret, INCLUDE: "inbox/**" },
  });
  const { sandbox, relay } = scenario;
  await scenario.firstListing();
  sandbox.dropbox.files.addFolder("/photos");
  const client = createOldClient({ host: relay.url, userSecret, orgSecret, fetch });
  const app = { apiKey: sandbox.dropbox.appKey, apiSecret: sandbox.dropbox.appSecret };
  const callbackUrl = "https://app.example.com/auth";

  expect((await client.as("GET", "/elements", "")).body[0].key).toBe("dropbox");
  expect((await client.as("GET", "/instances", "")).status).toBe(401);
  const { oauthUrl } = (await client.asPlatform("POST", "/elements/dropbox/oauth/url", { ...app, callbackUrl })).body;
  const allowed = await fetch(oauthUrl, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ answer: "allow" }),
  });
  const code = new URL(allowed.headers.get("location") ?? "").searchParams.get("code");
  const made = await client.asPlatform("POST", "/instances", {
    element: { key: "dropbox" },
    providerData: { code },
    configuration: {
      ...{ "oauth.api.key": app.apiKey, "oauth.api.secret": app.apiSecret, "oauth.callback.url": callbackUrl },
      ...{ "relay.folder": "/photos", "relay.environment": true },
    },
    name: "Photos",
  });
  expect(made.status).toBe(200);

  sandbox.dropbox.files.addFile("/photos/a.jpg", "x");
  await scenario.recordsReach(1, 30_000);
  expect(sandbox.facebook.records().map(({ name }) => name)).toEqual(["a.jpg"]);
  const { body: events } = await client.asInstance(made.body.token, "GET", "/instances/events");
  expect(events.map(({ status }: { status: string }) => status)).toEqual(["NOTIFIED"]);
  expect((await client.asInstance(made.body.token, "DELETE", "/instances/enabled")).body.disabled).toBe(true);
  expect((await client.asPlatform("DELETE", `/instances/${made.body.id}`)).status).toBe(200);
  expect((await client.asPlatform("GET", "/instances?tags%5B%5D=none")).status).toBe(404);

  const document = await (await fetch(new URL("/api/openapi.json", relay.url))).json();
  expect(document.openapi).toBe("3.1.0");
  expect((await fetch(new URL("/docs/api", relay.url))).status).toBe(200);
  const challenged = await fetch(new URL("/elements/api-v2/events/dropbox?challenge=works", relay.url));
  expect(await challenged.text()).toBe("works");
  for (const hidden of [userSecret, orgSecret, made.body.token, code ?? "none"])
    expect(scenario.output()).not.toContain(hidden);
});
