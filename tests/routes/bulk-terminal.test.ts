/** The backfill over HTTP and in a terminal: the same plan, question and progress, by whoever has the token. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { BulkAsk } from "@/lib/core/bulk.ts";
import { backfill, cancelBackfill } from "@/lib/local/follow-bulk.ts";
import { type OperatorClient, operatorClient } from "@/lib/local/operator-client.ts";
import { secret } from "../support/builders.ts";
import { createWorld, type World } from "../support/world.ts";

const ALL: BulkAsk = { kind: "backfill", which: "all", folder: "" };
let world: World;
let client: OperatorClient;
let routes: typeof import("@/app/api/bulk/route.ts");
let said: string[];
beforeAll(async () => {
  vi.doMock("@/lib/relay/context.ts", async (original) => ({
    ...(await original<typeof import("@/lib/relay/context.ts")>()),
    getContext: () => world.context,
  }));
  routes = await import("@/app/api/bulk/route.ts");
});
afterAll(() => vi.doUnmock("@/lib/relay/context.ts"));
beforeEach(async () => {
  said = [];
  world = await createWorld({ env: { ADMIN_TOKEN: secret(), EXCLUDE: "**/*.psd" } });
  world.dropbox.files.addFiles(80, "/Photos/old-");
  world.dropbox.files.addFile("/Photos/draft.psd", "x");
  world.advance(600_000);
  await world.sweep();
  world.advance(60_000);
  client = operatorClient({ ADMIN_TOKEN: world.env.ADMIN_TOKEN }, "http://relay.test", (input, init) => {
    const request = new Request(input, init);
    return request.method === "GET" ? routes.GET(request) : routes.POST(request);
  });
});
afterEach(() => world.close());

const terminal = (confirm: () => boolean = () => false) => ({
  say: (text: string) => void said.push(text),
  confirm: async () => confirm(),
  wait: () => world.settle(),
});
const options = { ask: ALL, link: "", plan: false, yes: false };

it("--plan → counts, time and cost, and nothing is sent", async () => {
  expect(await backfill(client, { ...options, plan: true }, terminal())).toBe(true);
  const text = said.join("\n");
  expect(text).toContain("80 files would be published");
  expect(text).toContain("1 file skipped: EXCLUDE: **/*.psd");
  expect(text).toMatch(/It takes about .*\nIt costs less than \$0\.01/);
  await world.settle();
  expect(world.facebook.records()).toEqual([]);
});

it("asked and refused → nothing; asked and confirmed → followed to its end; again → nothing to do", async () => {
  expect(await backfill(client, options, terminal())).toBe(false);
  await world.settle();
  expect(world.facebook.records()).toEqual([]);
  expect(
    await backfill(
      client,
      options,
      terminal(() => true),
    ),
  ).toBe(true);
  expect(world.facebook.records()).toHaveLength(80);
  expect(said.at(-1)).toBe("done: 80 done, 0 waiting, 0 failed");
  expect(await backfill(client, { ...options, yes: true }, terminal())).toBe(true);
  expect(said.at(-1)).toContain("There is nothing to do.");
  expect(world.facebook.doubles()).toEqual([]);
});

it("called off while it runs → taken out; an id that is none → said so", async () => {
  const follow = { ...terminal(), wait: async () => undefined };
  let looks = 0;
  const isOff = await backfill(
    client,
    { ...options, yes: true },
    {
      ...follow,
      async wait() {
        looks += 1;
        if (looks === 1) return world.settle();
        const id = /Running as (\S+)\./.exec(said.join("\n"))?.[1] ?? "";
        await cancelBackfill(client, id, follow.say);
        await world.settle();
      },
    },
  );
  expect(isOff).toBe(false);
  expect(said.at(-1)).toMatch(/^cancelled: 0 done/);
  await expect(cancelBackfill(client, "none", follow.say)).rejects.toThrow("404 there is no such plan");
});

it("other rules while it asks → not started, and said why; while it runs → called off, with the reason at its end", async () => {
  const rules = (exclude: string[]) =>
    Object.assign(world.context.services.links[0] ?? {}, {
      rules: { include: [], exclude, extensions: [], sizeMaxBytes: 1e9 },
    });
  const changing = terminal(() => {
    rules([]);
    return true;
  });
  await expect(backfill(client, options, changing)).rejects.toThrow(/409 .*plan it again/);
  await world.settle();
  expect(world.facebook.records()).toEqual([]);
  const wait = async () => {
    if (said.some((text) => text.startsWith("Running as"))) rules(["**"]);
    await world.settle();
  };
  expect(await backfill(client, { ...options, yes: true }, { ...terminal(), wait })).toBe(false);
  expect(said.at(-1)).toMatch(/^cancelled: 0 done, .*; its folder, rules or destinations .*plan it again$/);
});

it("other rules while it counts → ends with the reason, and asks nothing", async () => {
  const wait = async () => {
    Object.assign(world.context.services.links[0] ?? {}, { folder: "/other" });
    await world.settle();
  };
  await expect(backfill(client, options, { ...terminal(), wait })).rejects.toThrow(/called off: .*plan it again/);
  expect(said).toEqual([]);
});

it.each([
  { action: "plan" },
  { action: "plan", ask: { kind: "everything" } },
  { action: "start" },
  { action: "plan", ask: { kind: "replay", path: "" } },
])("a body that is none of ours, %j → 400; no such link → 404; without the token → 401", async (body) => {
  const post = (sent: object, token = world.env.ADMIN_TOKEN) =>
    routes.POST(
      new Request("http://relay.test/api/bulk", {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(sent),
      }),
    );
  expect((await post(body)).status).toBe(400);
  expect((await post({ action: "plan", ask: ALL, link: "9" })).status).toBe(404);
  expect((await post({ action: "plan", ask: ALL }, secret())).status).toBe(401);
});
