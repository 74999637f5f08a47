/** Instances by the compatible interface, through the route handlers. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { secret } from "../support/builders.ts";
import { CONSENTED, consentOf, createOf, type ElementsWorld, elementsWorld, toRecords } from "../support/elements.ts";
import { notify, recorded } from "../support/instances.ts";
import type { World } from "../support/world.ts";

let at: ElementsWorld;
let world: World;
let owner: Dropbox;
let other: Dropbox;
vi.mock("@/lib/relay/context.ts", async (original) => ({
  ...(await original<typeof import("@/lib/relay/context.ts")>()),
  getContext: () => world.context,
}));
beforeEach(async () => {
  at = await elementsWorld();
  world = at.world;
  [owner, other] = world.accounts as [Dropbox, Dropbox];
});
afterEach(() => world.close());

const MASK = "********";
const create = (changes: Parameters<typeof createOf>[2] = {}, who = owner) => createOf(at, who, changes);
const idOf = async (changes: Parameters<typeof createOf>[2] = {}, who = owner) => (await create(changes, who)).body.id;

describe("creating", () => {
  it("code exchanged → the instance with its token, once; its files are delivered, also when the first access is over", async () => {
    const made = await create({ configuration: toRecords(world) });
    expect(made.status).toBe(200);
    expect(made.body).toMatchObject({
      id: 1,
      name: "Customer 42 Dropbox",
      tags: ["customer-42"],
      element: { key: "dropbox", hub: "documents" },
      valid: true,
      disabled: false,
      eventsEnabled: false,
      configuration: {
        "oauth.api.key": MASK,
        "oauth.api.secret": MASK,
        "oauth.callback.url": CONSENTED,
        "relay.records.url": "http://sandbox.test/facebook/v1/records",
        "relay.records.token": MASK,
      },
    });
    expect(made.body.token).toMatch(/^el_1_/);
    expect(made.body.createdDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(made.headers.get("elements-request-id")).not.toBeNull();
    expect(made.body).not.toHaveProperty("providerData");
    expect((await at.client.asPlatform("GET", "/instances/1")).body).toEqual({ ...made.body, token: MASK });
    await world.runUntil(world.now());
    world.advance(5 * 3_600_000);
    owner.files.addFile("/new.jpg", "x");
    await notify(world, owner);
    expect(recorded(world)).toEqual(["new.jpg"]);
  });

  it("refresh token brought along → an instance of its account", async () => {
    const made = await at.client.asPlatform("POST", "/elements/dropbox/instances", {
      name: "Brought",
      externalAuthentication: "initial",
      configuration: {
        "oauth.api.key": world.dropbox.appKey,
        "oauth.api.secret": world.dropbox.appSecret,
        "oauth.user.refresh_token": owner.refreshToken,
        ...toRecords(world),
      },
    });
    expect(made.status).toBe(200);
    const stored = await world.context.instances.get(String(made.body.id));
    expect(stored?.instance).toMatchObject({ account: owner.accountId, accountLabel: "owner@example.com" });
    await world.runUntil(world.now());
    world.advance(60_000);
    owner.files.addFile("/brought.jpg", "x");
    await notify(world, owner);
    expect(recorded(world)).toEqual(["brought.jpg"]);
  });

  it("what is missing → 400 that names all of it, and the code is not spent", async () => {
    const got = await at.client.asPlatform("POST", "/instances", {
      element: { key: "dropbox" },
      providerData: { code: "any" },
      configuration: { "event.notification.enabled": "true" },
    });
    expect(got.status).toBe(400);
    expect(got.body.message).toBe(
      "Missing required configuration: oauth.api.key, oauth.api.secret, oauth.callback.url, event.notification.callback.url",
    );
    expect(got.body.requestId).toBe(got.headers.get("elements-request-id"));
    expect(Object.keys(got.body)).toEqual(["requestId", "message"]);
  });

  it("a code that Dropbox refuses → 400 with Dropbox's words and without ours", async () => {
    const code = secret();
    const got = await at.client.asPlatform("POST", "/instances", {
      element: { key: "dropbox" },
      providerData: { code },
      configuration: {
        "oauth.api.key": world.dropbox.appKey,
        "oauth.api.secret": world.dropbox.appSecret,
        "oauth.callback.url": CONSENTED,
      },
    });
    expect(got.status).toBe(400);
    expect(got.body.providerMessage).toContain("invalid_grant");
    expect(JSON.stringify(got.body)).not.toContain(code);
    expect(JSON.stringify(got.body)).not.toContain(world.dropbox.appSecret);
    expect(await world.context.instances.count()).toBe(0);
  });

  it("a wrong app secret → 400 that says so; another app → only by polling", async () => {
    const wrong = await create({ configuration: { "oauth.api.secret": secret() } });
    expect([wrong.status, wrong.body.message]).toEqual([400, "Dropbox refuses oauth.api.key and oauth.api.secret"]);
    const foreign = await create({ configuration: { "oauth.api.key": secret() } });
    expect([foreign.status, foreign.body.message]).toEqual([400, expect.stringContaining("polling")]);
  });

  it("faulty settings → 400 with each by its key, before the code is spent", async () => {
    const query = new URLSearchParams({ apiKey: world.dropbox.appKey, callbackUrl: CONSENTED });
    const { body } = await at.client.asPlatform("GET", `/elements/dropbox/oauth/url?${query}`);
    const code = await consentOf(body.oauthUrl, owner);
    const configuration = {
      "oauth.api.key": world.dropbox.appKey,
      "oauth.api.secret": world.dropbox.appSecret,
      "oauth.callback.url": CONSENTED,
      "relay.folder": "in",
      "relay.page.id": "12",
      "relay.page.album.max": "many",
      "event.vendor.type": "pigeon",
    };
    const send = (changes: object) =>
      at.client.asPlatform("POST", "/instances", {
        element: { key: "dropbox" },
        providerData: { code },
        configuration: { ...configuration, ...changes },
      });
    const faulty = await send({});
    expect(faulty.status).toBe(400);
    for (const key of ["relay.folder", "relay.page.album.max", "event.vendor.type"])
      expect(faulty.body.message).toContain(`${key}:`);
    const mended = { "relay.folder": "/in", "relay.page.album.max": 5, "event.vendor.type": "webhooks" };
    expect((await send(mended)).status).toBe(200);
  });

  it("a program names another host → what the former one was sent, masked to it, does not go there; given again, it does", async () => {
    const sent = { "event.notification.callback.headers": "x-team: harbour", "event.notification.basic.password": "p" };
    const on = { "event.notification.enabled": true, "event.notification.signature.key": "k" };
    const url = "event.notification.callback.url";
    const { body } = await create({ configuration: { ...on, ...sent, [url]: "https://a.example.org/x" } });
    const secretsNow = async () => {
      const stored = await world.context.instances.get(`${body.id}`);
      return stored === null ? null : world.context.instances.secretsOf(stored, "callback");
    };
    const change = (configuration: Record<string, string>) =>
      at.client.asInstance(body.token, "PATCH", "/instances", { configuration });
    await change({ [url]: "https://a.example.org/y" });
    expect(await secretsNow()).toMatchObject({ headers: "x-team: harbour", basicPassword: "p" });
    const masked = Object.fromEntries(Object.keys(sent).map((key) => [key, MASK]));
    expect((await change({ ...masked, [url]: "https://b.example.org/y" })).status).toBe(200);
    expect(await secretsNow()).toEqual({ signatureKey: "k" });
    await change({ ...sent, [url]: "https://c.example.org/y" });
    expect(await secretsNow()).toMatchObject({ headers: "x-team: harbour" });
  });

  it("a template that names what there is not → 400 by its key; mended → kept, with what becomes of a post whose file is gone", async () => {
    const page = { "relay.page.id": "12", "relay.page.on.delete": "hide" };
    const faulty = await create({ configuration: { ...page, "relay.page.message": "{{ nobody }}" } });
    expect(faulty.status).toBe(400);
    expect(faulty.body.message).toMatch(/relay\.page\.message: line 1: there is no nobody; there are name, stem/);
    const { body } = await create({ configuration: { ...page, "relay.page.message": "{{ stem }}" } });
    await at.client.asPlatform("PATCH", `/instances/${body.id}`, { configuration: { "relay.page.captions": "false" } });
    const { body: kept } = await at.client.asPlatform("GET", `/instances/${body.id}`);
    expect(kept.configuration).toMatchObject({ ...page, "relay.page.message": "{{ stem }}" });
  });

  it("markup in name and tags → taken out; tags of the older form → their names", async () => {
    const made = await create({
      name: "<b>Har</b>bour<script>",
      tags: ["<i>a</i>", { id: 3, name: "b" }, "<br>", "a"],
    });
    expect(made.body).toMatchObject({ name: "Harbour", tags: ["a", "b"] });
  });
});

describe("listing", () => {
  it("pages, tags and text → parts in order with their headers; nothing found → 404", async () => {
    for (const n of [1, 2, 3]) await create({ name: `Box ${n}`, tags: n === 2 ? ["even", "all"] : ["odd", "all"] });
    const first = await at.client.asPlatform("GET", "/instances?pageSize=2");
    expect(first.body.map(({ id }: { id: number }) => id)).toEqual([1, 2]);
    expect(first.headers.get("elements-returned-count")).toBe("2");
    expect(first.headers.get("elements-total-count")).toBe("3");
    const next = first.headers.get("elements-next-page-token");
    const second = await at.client.asPlatform("GET", `/instances?pageSize=2&nextPage=${next}`);
    expect(second.body.map(({ id }: { id: number }) => id)).toEqual([3]);
    expect(second.headers.get("elements-next-page-token")).toBeNull();
    const names = async (query: string) =>
      (await at.client.asPlatform("GET", `/instances?${query}`)).body.map(({ name }: { name: string }) => name);
    expect(await names("tags[]=odd&tags[]=all")).toEqual(["Box 1", "Box 3"]);
    expect(await names("tags%5B%5D=even")).toEqual(["Box 2"]);
    expect(await names("searchText=bOX%203")).toEqual(["Box 3"]);
    const none = await at.client.asPlatform("GET", "/instances?searchText=nowhere");
    expect([none.status, none.body.message]).toEqual([404, "No instances found"]);
    expect((await at.client.asPlatform("GET", "/instances?nextPage=AAAA")).status).toBe(400);
    expect((await at.client.asPlatform("GET", "/instances?pageSize=0")).status).toBe(400);
  });

  it("a search in parts → each found once, over all calls", async () => {
    for (const n of [1, 2, 3, 4]) await create({ name: `Box ${n}`, tags: [n % 2 === 0 ? "even" : "odd"] });
    const first = await at.client.asPlatform("GET", "/instances?tags[]=even&pageSize=1");
    expect(first.body).toHaveLength(1);
    const next = first.headers.get("elements-next-page-token");
    const second = await at.client.asPlatform("GET", `/instances?tags[]=even&pageSize=1&nextPage=${next}`);
    expect([...first.body, ...second.body].map(({ name }) => name)).toEqual(["Box 2", "Box 4"]);
  });

  it("none at all → an empty list; of the account and of the element → the same lists", async () => {
    expect((await at.client.asPlatform("GET", "/instances")).body).toEqual([]);
    const id = await idOf();
    for (const path of ["/accounts/instances", "/accounts/1/instances", "/elements/14/instances"])
      expect((await at.client.asPlatform("GET", path)).body).toEqual([expect.objectContaining({ id })]);
    expect((await at.client.asPlatform("GET", "/accounts/2/instances")).status).toBe(403);
    expect((await at.client.asPlatform("GET", "/elements/box/instances")).status).toBe(404);
  });
});

describe("changing", () => {
  it("PATCH → what is named changes, the rest and every secret stay; tags are replaced as a whole", async () => {
    const id = await idOf({ configuration: { ...toRecords(world), "own.note": "kept", "own.secret": "hidden" } });
    const got = await at.client.asPlatform("PATCH", `/instances/${id}`, {
      tags: ["b"],
      configuration: { "relay.folder": "/In/", "relay.records.token": MASK, "relay.include": "*.jpg, *.{png,gif}" },
    });
    expect(got.body).toMatchObject({ name: "Customer 42 Dropbox", tags: ["b"] });
    expect(got.body.configuration).toMatchObject({
      "relay.folder": "/In",
      "relay.include": "*.jpg,*.{png,gif}",
      "own.note": "kept",
      "own.secret": MASK,
      "oauth.callback.url": CONSENTED,
    });
    const stored = await world.context.instances.get(String(id));
    if (stored === null) throw new Error("it is gone");
    expect(stored.instance.rules.include).toEqual(["*.jpg", "*.{png,gif}"]);
    expect(JSON.stringify(stored)).not.toContain("hidden");
    expect(await world.context.instances.secretsOf(stored, "records")).toEqual({ token: world.env.FACEBOOK_API_KEY });
  });

  it("PUT → configuration is replaced, but for our own keys, which its client may not know", async () => {
    const id = await idOf({ configuration: { ...toRecords(world), "own.note": "gone", "relay.folder": "/In" } });
    const { body } = await at.client.asPlatform("PUT", `/instances/${id}`, {
      name: "New",
      configuration: { "oauth.callback.url": "https://app.example.com/other" },
    });
    expect(body.name).toBe("New");
    expect(body.configuration).toMatchObject({
      "relay.folder": "/In",
      "oauth.callback.url": "https://app.example.com/other",
    });
    expect(body.configuration).not.toHaveProperty("own.note");
    await world.runUntil(world.now());
    world.advance(60_000);
    owner.files.addFile("/In/a.jpg", "x");
    await notify(world, owner);
    expect(recorded(world)).toEqual(["a.jpg"]);
  });

  it("PUT with a code → connected again; of another account → 409 and nothing changes", async () => {
    const id = await idOf({ configuration: toRecords(world) });
    await world.runUntil(world.now());
    owner.unlink();
    world.advance(5 * 3_600_000);
    await notify(world, owner);
    expect((await at.client.asPlatform("GET", `/instances/${id}`)).body.valid).toBe(false);
    const query = new URLSearchParams({ apiKey: world.dropbox.appKey, callbackUrl: CONSENTED });
    const { oauthUrl } = (await at.client.asPlatform("GET", `/elements/dropbox/oauth/url?${query}`)).body;
    const put = async (who: Dropbox) =>
      at.client.asPlatform("PUT", `/instances/${id}`, {
        providerData: { code: await consentOf(oauthUrl, who) },
        configuration: {
          "oauth.api.key": world.dropbox.appKey,
          "oauth.api.secret": world.dropbox.appSecret,
          "oauth.callback.url": CONSENTED,
        },
      });
    expect((await put(other)).status).toBe(409);
    const again = await put(owner);
    expect([again.status, again.body.valid]).toEqual([200, true]);
    owner.files.addFile("/after.jpg", "x");
    await notify(world, owner);
    expect(recorded(world)).toEqual(["after.jpg"]);
  });

  it("credentials changed without a code → 400; the same ones again → nothing to it", async () => {
    const id = await idOf();
    const patch = (configuration: object) => at.client.asPlatform("PATCH", `/instances/${id}`, { configuration });
    expect((await patch({ "oauth.api.secret": secret() })).status).toBe(400);
    expect((await patch({ "oauth.user.refresh_token": secret() })).status).toBe(400);
    expect((await patch({ "oauth.api.secret": world.dropbox.appSecret, "oauth.api.key": MASK })).status).toBe(200);
  });

  it("polling → at its interval, no more often than each minute, and back to notifications", async () => {
    const id = await idOf({ configuration: { "event.vendor.type": "polling", "event.poller.refresh_interval": 0.2 } });
    const stored = async () => (await world.context.instances.get(String(id)))?.instance.pollSeconds;
    expect(await stored()).toBe(60);
    await at.client.asPlatform("PATCH", `/instances/${id}`, {
      configuration: { "event.poller.refresh_interval": "15" },
    });
    expect(await stored()).toBe(900);
    const back = await at.client.asPlatform("PATCH", `/instances/${id}`, {
      configuration: { "event.vendor.type": "webhooks", "event.poller.configuration": { documents: { pageSize: 5 } } },
    });
    expect(await stored()).toBeNull();
    expect(back.body.configuration).toMatchObject({
      "event.vendor.type": "webhook",
      "event.poller.configuration": '{"documents":{"pageSize":5}}',
    });
  });

  it("one property → read and changed by its number or its name; an unknown one → 404", async () => {
    const id = await idOf();
    const all = (await at.client.asPlatform("GET", `/instances/${id}/configuration`)).body;
    const folder = all.find(({ key }: { key: string }) => key === "relay.folder");
    expect(folder).toMatchObject({ name: "Folder", type: "text", active: true, propertyValue: null });
    const path = `/instances/${id}/configuration/${folder.id}`;
    const changed = await at.client.asPlatform("PATCH", path, { propertyValue: "/In" });
    expect(changed.body).toEqual({ ...folder, propertyValue: "/In" });
    expect((await at.client.asPlatform("GET", `/instances/${id}/configuration/relay.folder`)).body).toEqual(
      changed.body,
    );
    expect((await at.client.asPlatform("GET", `/instances/${id}/configuration/1`)).status).toBe(404);
  });

  it("disabled → by its token nothing but enabling it; nothing is listed meanwhile, and what came is caught up with", async () => {
    const { body } = await create({ configuration: toRecords(world) });
    await world.runUntil(world.now());
    world.advance(60_000);
    const byToken = (method: string, path: string) => at.client.asInstance(body.token, method, path);
    expect((await byToken("DELETE", "/instances/enabled")).body.disabled).toBe(true);
    owner.files.addFile("/meanwhile.jpg", "x");
    await notify(world, owner);
    expect(recorded(world)).toEqual([]);
    expect((await byToken("GET", "/instances")).status).toBe(403);
    expect((await at.client.asPlatform("GET", `/instances/${body.id}`)).body.disabled).toBe(true);
    expect((await byToken("PUT", `/instances/${body.id}/enabled`)).body.disabled).toBe(false);
    await world.settle();
    expect(recorded(world)).toEqual(["meanwhile.jpg"]);
  });

  it("paused by the operator → enabling does not end that", async () => {
    const id = await idOf();
    await world.context.instances.setStatus(String(id), "paused");
    expect((await at.client.asPlatform("PUT", `/instances/${id}/enabled`)).status).toBe(200);
    expect((await world.context.instances.get(String(id)))?.instance.status).toBe("paused");
  });

  it("changed by several at once → all of their changes are there", async () => {
    const id = await idOf();
    const patch = (body: object) => at.client.asPlatform("PATCH", `/instances/${id}`, body);
    const answers = await Promise.all([
      patch({ name: "A" }),
      patch({ configuration: { "own.note": "x" } }),
      patch({ configuration: { "own.other": "y" } }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { body } = await at.client.asPlatform("GET", `/instances/${id}`);
    expect(body).toMatchObject({ name: "A", configuration: { "own.note": "x", "own.other": "y" } });
  });

  it("deleted → 404, its token 401, and nothing of it is left in Redis", async () => {
    const { body } = await create({ configuration: toRecords(world) });
    expect((await at.client.asPlatform("DELETE", `/instances/${body.id}`)).body).toEqual({});
    expect((await at.client.asPlatform("GET", `/instances/${body.id}`)).status).toBe(404);
    expect((await at.client.asPlatform("DELETE", `/instances/${body.id}`)).status).toBe(404);
    expect((await at.client.asInstance(body.token, "GET", "/instances")).status).toBe(401);
    expect(
      await world.backend.command(["EXISTS", `relay:instance:${body.id}`, `relay:instance:${body.id}:element`]),
    ).toBe(0);
  });
});

describe("history", () => {
  it("delivered → events with their status, in parts, and each by its id", async () => {
    const id = await idOf({ configuration: toRecords(world) });
    await world.runUntil(world.now());
    world.advance(60_000);
    for (const n of [1, 2, 3]) owner.files.addFile(`/${n}.jpg`, "x");
    await notify(world, owner);
    const first = await at.client.asPlatform("GET", `/instances/${id}/events?pageSize=2`);
    expect(first.body).toHaveLength(2);
    const next = first.headers.get("elements-next-page-token");
    const second = await at.client.asPlatform("GET", `/instances/${id}/events?pageSize=2&nextPage=${next}`);
    expect(second.headers.get("elements-next-page-token")).toBeNull();
    const all = [...first.body, ...second.body];
    const paths = all.map(({ providerData }) => JSON.parse(providerData).path_display);
    expect(paths.toSorted()).toEqual(["/1.jpg", "/2.jpg", "/3.jpg"]);
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set(["NOTIFIED"]));
    const [event] = all;
    expect(event.notifiedData).toEqual([expect.objectContaining({ attempt: 1, outcome: "delivered" })]);
    expect((await at.client.asPlatform("GET", `/instances/${id}/events/${event.id}`)).body).toEqual(event);
    expect((await at.client.asPlatform("GET", `/instances/${id}/events/none.1`)).status).toBe(404);
    expect((await at.client.asPlatform("GET", `/instances/${id}/events?nextPage=AAAA`)).status).toBe(400);
  });

  it("refused for now, or for good → RECEIVED with its attempt, and CONSUMED with the reason", async () => {
    const id = await idOf({ configuration: toRecords(world) });
    await world.runUntil(world.now());
    world.advance(60_000);
    owner.files.addFile("/never.json", '{"amount":"a lot"}');
    await notify(world, owner);
    world.facebook.fail({ route: "POST /v1/records", status: 503, count: 1000 });
    owner.files.addFile("/later.jpg", "x");
    await notify(world, owner);
    const { body } = await at.client.asPlatform("GET", `/instances/${id}/events`);
    const told = body.map((one: { status: string; providerData: string; notifiedData: { outcome: string }[] }) => [
      JSON.parse(one.providerData).path_display,
      one.status,
      one.notifiedData.at(-1)?.outcome,
    ]);
    expect(told).toEqual([
      ["/later.jpg", "RECEIVED", expect.stringMatching(/unclear|retryAt/)],
      ["/never.json", "CONSUMED", "rejected"],
    ]);
  });
});
