/** A client written for the older product, from the consent to the end, with nothing changed but host and secrets. */
import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { createOf, type ElementsWorld, elementsWorld } from "../support/elements.ts";
import { notify } from "../support/instances.ts";
import type { World } from "../support/world.ts";

/** What its receiver reads, in the words of the vendor's pages. */
const notificationSchema = z.object({
  id: z.string().regex(/^\d+$/),
  severity: z.literal("medium"),
  createdDate: z.string().regex(/^[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4}$/),
  topic: z.string(),
  action: z.string(),
  user: z.string(),
  message: z.looseObject({
    elementKey: z.literal("dropbox"),
    eventId: z.string(),
    instanceId: z.number(),
    instance_id: z.number(),
    instanceName: z.string(),
    instanceTags: z.array(z.string()),
    events: z
      .array(
        z.looseObject({
          elementKey: z.literal("dropbox"),
          hubKey: z.literal("documents"),
          eventType: z.enum(["CREATED", "UPDATED", "DELETED"]),
          objectType: z.literal("file"),
          objectId: z.string(),
          date: z.iso.datetime(),
          newPath: z.string(),
        }),
      )
      .min(1)
      .max(20),
  }),
});

let at: ElementsWorld;
let world: World;
let owner: Dropbox;
let bodies: { headers: Headers; body: string }[];
vi.mock("@/lib/relay/context.ts", async (original) => ({
  ...(await original<typeof import("@/lib/relay/context.ts")>()),
  getContext: () => world.context,
}));
beforeEach(async () => {
  bodies = [];
  at = await elementsWorld({
    receive: async (request) => {
      bodies.push({ headers: request.headers, body: await request.text() });
      return new Response(null, { status: 202 });
    },
  });
  world = at.world;
  [owner] = world.accounts as [Dropbox];
});
afterEach(() => world.close());

const KEY = "a-long-random-string-of-the-client";
const HOOK = "https://receiver.example.org/hooks/files";
const events = { "event.notification.enabled": true, "event.notification.callback.url": HOOK };
const settled = async () => {
  await world.runUntil(world.now());
  world.advance(60_000);
};
/** What came since the last look; each must be signed in the older way. */
const received = () =>
  bodies.splice(0).flatMap(({ headers, body }) => {
    const signature = `sha256=${createHmac("sha256", KEY).update(body).digest("base64")}`;
    expect(headers.get("elements-webhook-signature")).toBe(signature);
    expect(headers.get("elements-webhook-id")).not.toBe("");
    return notificationSchema
      .parse(JSON.parse(body))
      .message.events.map(({ eventType, newPath }) => [eventType, newPath]);
  });

describe("a client written for the older product", () => {
  it("creates, receives and verifies, patches, disables, enables, reads history, deletes", async () => {
    const made = await createOf(at, owner, { configuration: { ...events, "event.notification.signature.key": KEY } });
    expect(made.status).toBe(200);
    const { id, token } = made.body;
    expect(made.body).toMatchObject({
      eventsEnabled: true,
      valid: true,
      configuration: { "event.vendor.type": "webhook" },
    });
    await settled();

    owner.files.addFile("/In/Report.pdf", "one");
    await notify(world, owner);
    const [first] = bodies;
    expect(received()).toEqual([["CREATED", "/In/Report.pdf"]]);
    const { topic, message } = notificationSchema.parse(JSON.parse(first?.body ?? ""));
    expect(topic).toBe(`instance-${id}-dropbox-events`);
    expect(message).toMatchObject({
      instanceId: id,
      instanceName: "Customer 42 Dropbox",
      instanceTags: ["customer-42"],
    });

    world.advance(60_000);
    owner.files.editFile("/In/Report.pdf", "two");
    await notify(world, owner);
    expect(received()).toEqual([["UPDATED", "/In/Report.pdf"]]);
    owner.files.deletePath("/In/Report.pdf");
    await notify(world, owner);
    await world.settle();
    expect(received()).toEqual([["DELETED", "/In/Report.pdf"]]);

    const patched = await at.client.asInstance(token, "PATCH", "/instances", { name: "Renamed", tags: ["a", "b"] });
    expect(patched.body).toMatchObject({ id, name: "Renamed", tags: ["a", "b"], token: "********" });
    owner.files.addFile("/In/Second.pdf", "x");
    await notify(world, owner);
    expect(JSON.parse(bodies[0]?.body ?? "").message).toMatchObject({
      instanceName: "Renamed",
      instanceTags: ["a", "b"],
    });
    expect(received()).toEqual([["CREATED", "/In/Second.pdf"]]);

    expect((await at.client.asPlatform("DELETE", `/instances/${id}/enabled`)).body.disabled).toBe(true);
    owner.files.addFile("/In/Third.pdf", "x");
    await notify(world, owner);
    expect(bodies).toEqual([]);
    expect((await at.client.asPlatform("PUT", `/instances/${id}/enabled`)).body.disabled).toBe(false);
    await world.settle();
    expect(received()).toEqual([["CREATED", "/In/Third.pdf"]]);

    const history = await at.client.asPlatform("GET", `/instances/${id}/events?pageSize=10`);
    expect(history.body).toHaveLength(3);
    for (const event of history.body) {
      expect(event.status).toBe("NOTIFIED");
      expect((await at.client.asInstance(token, "GET", `/instances/events/${event.id}`)).body).toEqual(event);
    }

    expect((await at.client.asPlatform("DELETE", `/instances/${id}`)).status).toBe(200);
    owner.files.addFile("/In/Fourth.pdf", "x");
    await notify(world, owner);
    await world.settle();
    expect(bodies).toEqual([]);
    expect((await at.client.asPlatform("GET", `/instances/${id}`)).status).toBe(404);
  });

  it("events switched on later by one property → delivered from then on, and off again without losing the key", async () => {
    const configuration = { ...events, "event.notification.enabled": "false", "event.notification.signature.key": KEY };
    const { id } = (await createOf(at, owner, { configuration })).body;
    await settled();
    const properties = (await at.client.asPlatform("GET", `/instances/${id}/configuration`)).body;
    const enabled = properties.find(({ key }: { key: string }) => key === "event.notification.enabled");
    const change = async (propertyValue: string) =>
      (await at.client.asPlatform("PATCH", `/instances/${id}/configuration/${enabled.id}`, { propertyValue })).body;
    expect((await change("true")).propertyValue).toBe("true");
    await settled();
    owner.files.addFile("/a.pdf", "x");
    await notify(world, owner);
    expect(received()).toEqual([["CREATED", "/a.pdf"]]);
    await change("false");
    owner.files.addFile("/b.pdf", "x");
    await notify(world, owner);
    expect(bodies).toEqual([]);
    await change("true");
    await world.settle();
    expect(received()).toEqual([["CREATED", "/b.pdf"]]);
  });
});

describe("beyond the older product", () => {
  it("no key given → a secret made and shown once, by which Standard Webhooks verifies; CloudEvents where asked for", async () => {
    const made = await createOf(at, owner, {
      configuration: { ...events, "event.notification.format": "cloudevents" },
    });
    const secret = made.body.configuration["relay.signing.secret"];
    expect(secret).toMatch(/^whsec_/);
    const again = await at.client.asPlatform("GET", `/instances/${made.body.id}`);
    expect(again.body.configuration["relay.signing.secret"]).toBe("********");
    await settled();
    owner.files.addFile("/a.pdf", "x");
    await notify(world, owner);
    const [{ headers, body } = { headers: new Headers(), body: "" }] = bodies;
    vi.useFakeTimers({ toFake: ["Date"], now: world.now() });
    const verified = z
      .array(z.looseObject({ type: z.string() }))
      .parse(new Webhook(secret).verify(body, Object.fromEntries(headers)));
    vi.useRealTimers();
    expect(verified).toMatchObject([{ specversion: "1.0", type: "com.dropbox.file.created", subject: "/a.pdf" }]);
    expect(headers.get("elements-webhook-signature")).toBeNull();
  });

  it("headers and Basic of the client's → sent along; ours stay ours", async () => {
    const headers = { "X-Customer": "42" };
    const basic = { "event.notification.basic.username": "user", "event.notification.basic.password": "pass" };
    const configuration = { ...events, ...basic, "event.notification.callback.headers": headers };
    await createOf(at, owner, { configuration });
    await settled();
    owner.files.addFile("/a.pdf", "x");
    await notify(world, owner);
    const sent = bodies[0]?.headers;
    expect(sent?.get("x-customer")).toBe("42");
    expect(sent?.get("authorization")).toBe(`Basic ${Buffer.from("user:pass").toString("base64")}`);
    for (const bad of ["Host: x", "webhook-signature: x", "no colon", { a: 1 }, "A: \u0001"]) {
      const got = await createOf(at, owner, {
        configuration: { ...events, "event.notification.callback.headers": bad },
      });
      expect([got.status, got.body.message]).toEqual([400, expect.stringContaining("callback.headers")]);
    }
  });

  it.each([
    "https://relay.test/elements/api-v2/events/dropbox",
    "http://receiver.example.org/hooks",
    "https://127.0.0.1/hooks",
    "https://0x7f000001/hooks",
    "https://169.254.169.254/latest",
    "https://[::ffff:10.0.0.1]/hooks",
  ])("callback %s → refused with the reason, before the code is spent", async (url) => {
    const got = await createOf(at, owner, { configuration: { ...events, "event.notification.callback.url": url } });
    expect([got.status, got.body.message]).toEqual([
      400,
      expect.stringContaining("event.notification.callback.url: must"),
    ]);
    expect(await world.context.instances.count()).toBe(0);
  });
});
