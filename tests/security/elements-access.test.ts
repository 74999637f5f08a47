/** Every route of the compatible interface with every credential but the right one. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { credentialsOf } from "@/lib/elements/authorization.ts";
import type { Route } from "@/lib/elements/route.ts";
import { ROUTES } from "@/lib/elements/router.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { secret } from "../support/builders.ts";
import { createOf, type ElementsWorld, elementsWorld, toRecords } from "../support/elements.ts";
import { notify } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let at: ElementsWorld;
let world: World;
vi.mock("@/lib/relay/context.ts", async (original) => ({
  ...(await original<typeof import("@/lib/relay/context.ts")>()),
  getContext: () => world.context,
}));

let mine: { id: number; token: string };
let theirs: { id: number; token: string };
let deleted: { id: number; token: string };
let eventId: string;
beforeAll(async () => {
  at = await elementsWorld();
  world = at.world;
  const [owner, other] = world.accounts as [Dropbox, Dropbox];
  mine = (await createOf(at, owner, { configuration: toRecords(world) })).body;
  theirs = (await createOf(at, other, { configuration: toRecords(world) })).body;
  deleted = (await createOf(at, other)).body;
  await at.client.asPlatform("DELETE", `/instances/${deleted.id}`);
  await world.runUntil(world.now());
  world.advance(60_000);
  owner.files.addFile("/private.jpg", "x");
  await notify(world, owner);
  eventId = (await at.client.asPlatform("GET", `/instances/${mine.id}/events`)).body[0].id;
});
afterAll(() => world.close());

const pathOf = ({ path }: Route): string =>
  path
    .replace("{id}", `${mine.id}`)
    .replace("{keyOrId}", "dropbox")
    .replace("{configId}", "relay.folder")
    .replace("{eventId}", eventId)
    .replace("{account}", "1");
const call = ({ method, ...route }: Route, authorization: string) =>
  at.client.as(
    method,
    pathOf({ method, ...route }),
    authorization,
    route.body === null ? undefined : route.example?.body,
  );
const isBound = ({ path }: Route) => path.includes("{id}");
/** All that is stored of instances and tokens, but for counters. */
const stored = async () => {
  const rows = await Promise.all(
    [mine, theirs].flatMap(({ id }) => [
      world.backend.command(["HGETALL", `relay:instance:${id}`]),
      world.backend.command(["GET", `relay:instance:${id}:element`]),
    ]),
  );
  return JSON.stringify([rows, await world.context.instances.count()]);
};

/** By name: a credential, and which routes it must not open. */
const WRONG: [name: string, make: () => string, opensNot: (route: Route) => boolean][] = [
  ["nothing", () => "", () => true],
  ["one word", () => "User", () => true],
  ["the user alone", () => `User ${at.userSecret}`, () => true],
  ["the organization alone", () => `Organization ${at.orgSecret}`, () => true],
  ["the token alone", () => `Element ${mine.token}`, () => true],
  ["the organization and the token", () => `Organization ${at.orgSecret}, Element ${mine.token}`, () => true],
  ["a wrong user", () => `User ${secret()}, Organization ${at.orgSecret}`, () => true],
  ["a wrong organization", () => `User ${at.userSecret}, Organization ${secret()}`, () => true],
  ["the secrets exchanged", () => `User ${at.orgSecret}, Organization ${at.userSecret}`, () => true],
  ["a part of the secret", () => `User ${at.userSecret.slice(0, -1)}, Organization ${at.orgSecret}`, () => true],
  ["the user twice", () => `User ${secret()}, User ${at.userSecret}, Organization ${at.orgSecret}`, () => true],
  ["a wrong user and the token", () => `User ${secret()}, Element ${mine.token}`, () => true],
  [
    "a made-up token",
    () => `User ${at.userSecret}, Element el_${mine.id}_${secret()}${secret().slice(0, 11)}`,
    () => true,
  ],
  ["its id as the token", () => `User ${at.userSecret}, Element ${mine.id}`, () => true],
  ["the mask as the token", () => `User ${at.userSecret}, Element ********`, () => true],
  ["the token of a deleted one", () => `User ${at.userSecret}, Element ${deleted.token}`, () => true],
  [
    "their token with my id",
    () => `User ${at.userSecret}, Element ${theirs.token.replace(/^el_\d+/, `el_${mine.id}`)}`,
    () => true,
  ],
  [
    "right secrets and a wrong token",
    () => `User ${at.userSecret}, Organization ${at.orgSecret}, Element ${secret()}`,
    () => true,
  ],
  ["a wrong Bearer", () => `Bearer ${secret()}`, () => true],
  ["the user as Bearer", () => `Bearer ${at.userSecret}`, () => true],
  ["the token as Bearer", () => `Bearer ${mine.token}`, () => true],
  [
    "a wrong Bearer beside right secrets",
    () => `User ${at.userSecret}, Organization ${at.orgSecret}, Bearer ${secret()}`,
    () => true,
  ],
  ["Basic", () => `Basic ${Buffer.from(`${at.userSecret}:${at.orgSecret}`).toString("base64")}`, () => true],
  [
    "the token of another instance",
    () => `User ${at.userSecret}, Element ${theirs.token}`,
    (route) => isBound(route) || route.audience === "platform",
  ],
  ["its own token", () => `User ${at.userSecret}, Element ${mine.token}`, (route) => route.audience === "platform"],
];

describe("every guarded route", () => {
  const guarded = ROUTES.filter(({ audience }) => audience !== "anyone");
  it("there are as many as the table of routes says", () => {
    expect(guarded.length).toBeGreaterThan(30);
  });

  it.each(WRONG)("with %s → refused, says nothing of an instance, changes nothing", async (_name, make, opensNot) => {
    const before = await stored();
    const tried = guarded.filter(opensNot);
    expect(tried.length).toBeGreaterThan(2);
    for (const route of tried) {
      const { status, body } = await call(route, make());
      expect([401, 403], `${route.method} ${route.path}`).toContain(status);
      expect(Object.keys(body), `${route.method} ${route.path}`).toEqual(["requestId", "message"]);
    }
    expect(await stored()).toBe(before);
  });

  it("a wrong credential → no request to Redis, and the time of a comparison", async () => {
    const asked = async () => Number(await world.backend.billedCommands());
    const before = await asked();
    for (const route of guarded) await call(route, `User ${secret()}, Element ${mine.token}`);
    expect(await asked()).toBe(before);
  });

  it("another's id → the same words, whether it is there or not", async () => {
    const words = async (id: number) =>
      (await at.client.asInstance(theirs.token, "GET", `/instances/${id}`)).body.message;
    expect(await words(mine.id)).toBe(await words(999));
  });

  it("the right ones, in any order and case, and the Bearer → in", async () => {
    const status = async (authorization: string) =>
      (await at.client.as("GET", `/instances/${mine.id}`, authorization)).status;
    expect(await status(`Organization ${at.orgSecret},User ${at.userSecret}`)).toBe(200);
    expect(await status(`ELEMENT ${mine.token} , user ${at.userSecret}`)).toBe(200);
    expect(await status(`User ${at.userSecret}, Organization ${at.orgSecret}, Element ${theirs.token}`)).toBe(200);
    expect(await status(`Bearer ${at.adminToken}`)).toBe(200);
    expect(await status(`Bearer ${at.adminToken}, Element ${theirs.token}`)).toBe(200);
  });

  it("a token made anew → the former one ends; only its hash is stored", async () => {
    const { body } = await at.client.asPlatform("POST", `/instances/${theirs.id}/token`);
    expect((await at.client.asInstance(theirs.token, "GET", "/instances")).status).toBe(401);
    expect((await at.client.asInstance(body.token, "GET", "/instances")).body.id).toBe(theirs.id);
    expect(await stored()).not.toContain(body.token);
    expect((await at.client.asInstance(body.token, "GET", "/instances")).body.token).toBe("********");
  });
});

describe("the header", () => {
  it.each([
    ["User a/b+c==, Organization d==", { user: "a/b+c==", organization: "d==" }],
    ["Element x y, User z", { element: "x y", user: "z" }],
    ["User a,b, Organization c,User", { user: "a,b", organization: "c,User" }],
    ["Bearer t", { bearer: "t" }],
  ])("%s → its pairs", (header, pairs) => {
    expect(credentialsOf(header)).toEqual(pairs);
  });

  it.each([null, "", "User", "User ", "User a, User b", "Token a", ", User a", `User ${"a".repeat(5000)}`])(
    "%s → none",
    (header) => {
      expect(credentialsOf(header)).toBeNull();
    },
  );
});

describe("turned off", () => {
  it("without both secrets → as an address where nothing is, whatever is sent", async () => {
    const off = await createWorld({ env: { ADMIN_TOKEN: secret() } });
    for (const { method, path } of ROUTES) {
      const url = `https://relay.test/elements/api-v2${path.replace(/[{}]/g, "")}`;
      const response = await off.context.elements.answer(
        new Request(url, { method, headers: { authorization: `Bearer ${off.env.ADMIN_TOKEN}` } }),
      );
      expect([response.status, await response.text()]).toEqual([404, "Not Found\n"]);
    }
    expect([off.context.elements.docs().status, off.context.elements.document().status]).toEqual([404, 404]);
    await off.close();
  });
});
