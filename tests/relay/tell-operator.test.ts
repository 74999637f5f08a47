/** What the operator is told of at an address of their own: each trouble once, under one id, whatever dies on the way. */
import { afterEach, describe, expect, it } from "vitest";
import { tellOperator, watchedOf } from "@/lib/relay/tell-operator.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { connect } from "../support/instances.ts";
import { worldWithOperator } from "../support/operator-receiver.ts";
import { createWorld, type World, type WorldOptions } from "../support/world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
let world: World;
let operator: Awaited<ReturnType<typeof worldWithOperator>>["operator"];
afterEach(() => world.close());

async function start(options: WorldOptions = {}) {
  ({ world, operator } = await worldWithOperator(options));
  await world.sweep();
  world.advance(MINUTE);
}
/** Nothing else than sweeps, one an hour. */
async function sweeps(count: number) {
  for (let n = 0; n < count; n += 1) {
    world.advance(HOUR);
    await world.sweep();
  }
}
async function die(files: number) {
  world.facebook.fail({ route: "POST /v1/records", status: 400, count: files });
  world.dropbox.files.addFiles(files, `/inbox/${world.now()}-`);
  await world.notify();
  await world.settle();
}
const told = (type: string) => operator.taken().filter((one) => one.type === type);

describe("each trouble is told once, signed, without what others answered", () => {
  it("300 dead → one event with their number; 2 more → one with 2", async () => {
    await start();
    await die(300);
    expect(await world.counts()).toMatchObject({ dead: 300 });
    await sweeps(3);
    await die(2);
    await sweeps(3);
    expect(operator.taken()).toMatchObject([
      { type: "delivery.dead", source: "/instances/env", data: { count: 300, destination: "environment" } },
      { type: "delivery.dead", data: { count: 2 } },
    ]);
    expect(new Set(operator.taken().map(({ id }) => id)).size).toBe(2);
    expect(operator.bodies().join("")).not.toMatch(/refused on purpose|\/inbox\//);
    expect(operator.unsigned()).toBe(0);
  });

  it("dead ones replayed meanwhile, one of two → nothing of the other again", async () => {
    await start();
    await die(1);
    world.advance(MINUTE);
    await die(1);
    await sweeps(1);
    const [newest] = (await world.backend.command(["ZRANGE", "relay:d:env_records:dead", "-1", "-1"])) as Buffer[];
    await world.backend.command(["ZREM", "relay:d:env_records:dead", `${newest}`]);
    await sweeps(2);
    expect(operator.taken()).toMatchObject([{ data: { count: 2 } }]);
  });

  it("Dropbox revokes an instance's link → instance.unauthorized, once; connected and revoked again → once more", async () => {
    await start({ accounts: 1 });
    const [account] = world.accounts as [Dropbox];
    const { id } = await connect(world, account);
    account.unlink();
    await sweeps(3);
    await world.context.instances.reconnect(id, "source", { refreshToken: account.link() });
    await sweeps(1);
    account.unlink();
    await sweeps(3);
    expect(told("instance.unauthorized")).toMatchObject([
      { source: `/instances/${id}`, data: { instance: { id, name: "Harbour" }, side: "source" } },
      { data: { side: "source" } },
    ]);
    expect(new Set(operator.taken().map((one) => one.id)).size).toBe(2);
  });

  it("the environment's key is refused → instance.unauthorized, once while it is", async () => {
    await start();
    world.facebook.fail({ status: 401, count: 1000 });
    world.dropbox.files.addFile("/inbox/a.jpg", "x");
    await world.notify();
    await sweeps(5);
    expect(operator.taken()).toMatchObject([{ type: "instance.unauthorized", data: { side: "environment" } }]);
  });

  it("its endpoint answers 410 → endpoint.disabled, once", async () => {
    await start({ callback: {} });
    world.receiver.fail({ status: 410, count: 1 });
    world.dropbox.files.addFile("/inbox/a.pdf", "x");
    await world.notify();
    await sweeps(3);
    expect(operator.taken()).toMatchObject([{ type: "endpoint.disabled", data: { destination: "environment" } }]);
  });

  it("its endpoint is down for five days → endpoint.paused, once", async () => {
    await start({ callback: {} });
    world.receiver.goDown();
    world.dropbox.files.addFile("/inbox/a.pdf", "x");
    await world.notify();
    await world.runUntil(world.now() + 7 * DAY);
    await sweeps(3);
    expect(told("endpoint.paused")).toHaveLength(1);
  });

  it("its folder cannot be listed → instance.silent after six hours, once; listed, and again not → once more", async () => {
    await start();
    const away = () => world.dropbox.fail({ status: 503, count: 10_000 });
    away();
    await sweeps(5);
    expect(operator.types()).toEqual([]);
    await sweeps(6);
    expect(operator.types()).toEqual(["instance.silent"]);
    world.dropbox.faults.clear();
    await sweeps(1);
    away();
    await sweeps(12);
    expect(operator.types()).toEqual(["instance.silent", "instance.silent"]);
    expect(new Set(operator.taken().map(({ id }) => id)).size).toBe(2);
  });
});

describe("the operator's endpoint", () => {
  it.each([0, 500, 302])(
    "answers %s (0: nothing) → told at a later sweep, one request a sweep until then",
    async (status) => {
      await start();
      await die(3);
      operator.answers(status);
      await sweeps(3);
      expect(operator.asked()).toBe(3);
      operator.answers(204);
      await sweeps(2);
      expect(operator.taken()).toMatchObject([{ type: "delivery.dead", data: { count: 3 } }]);
      expect(operator.asked()).toBe(4);
    },
  );

  it("25 troubles at once → at most 20 in one sweep, the others at the next, each once", async () => {
    await start({ accounts: 25 });
    for (const account of world.accounts) {
      const { id } = await connect(world, account);
      await world.context.instances.markUnauthorized(id, "source", await sealed(id), "it said: secret words");
    }
    await sweeps(1);
    expect(operator.taken()).toHaveLength(20);
    await sweeps(2);
    expect(new Set(operator.taken().map(({ source }) => source)).size).toBe(25);
    expect(operator.taken()).toHaveLength(25);
    expect(operator.bodies().join("")).not.toContain("secret words");
  });

  it("a fault at any step, before or behind its effect, and a new process → told, always under the same id", async () => {
    for (const step of ["read", "counts", "post", "note"] as const) {
      for (const when of ["before", "behind"] as const) {
        await start();
        await die(3);
        const events = world.context.services.operatorEvents;
        if (events === null) throw new Error("no operator");
        const holder = (step === "post" ? events : events.store) as unknown as Record<
          string,
          (...given: unknown[]) => Promise<unknown>
        >;
        const run = holder[step];
        holder[step] = async (...given) => {
          if (when === "behind") await run?.(...given);
          throw new Error("killed");
        };
        await sweeps(1);
        world.restart();
        await sweeps(2);
        const ids = operator.taken().map(({ id }) => id);
        expect(new Set(ids).size, `${step} ${when}`).toBe(1);
        const isRepeated = (step === "post" && when === "behind") || (step === "note" && when === "before");
        expect(ids, `${step} ${when}`).toHaveLength(isRepeated ? 2 : 1);
        await world.close();
      }
    }
  });

  it("an address that must not be called → nothing begins, and the variable is named", async () => {
    const env = { OPERATOR_CALLBACK_URL: "https://169.254.169.254/latest" };
    await expect(worldWithOperator({ env })).rejects.toThrow("OPERATOR_CALLBACK_URL: must");
    await start();
  });

  it("a sweep that ends at its deadline, as a backlog makes it → one event all the same; behind it none", async () => {
    await start({ accounts: 2 });
    for (const account of world.accounts) {
      const { id } = await connect(world, account);
      await world.context.instances.markUnauthorized(id, "source", await sealed(id), "refused");
    }
    const { services } = world.context;
    const all = (await services.stored?.page("0", 50))?.instances.map(watchedOf) ?? [];
    await tellOperator(services, all, world.now() - 1);
    expect(operator.asked()).toBe(0);
    await tellOperator(services, all, world.now());
    expect(operator.taken()).toHaveLength(1);
    await sweeps(1);
    expect(operator.taken()).toHaveLength(2);
  });

  it("another sweep at the same time → the same event under the same id, and noted as one", async () => {
    await start();
    await die(3);
    world.advance(HOUR);
    await Promise.all([world.sweep(), world.sweep()]);
    await sweeps(2);
    expect(new Set(operator.taken().map(({ id }) => id)).size).toBe(1);
  });

  it("a listing that throws → what is known of others is told all the same", async () => {
    await start();
    await die(1);
    const [link] = world.context.services.links;
    if (link === undefined) throw new Error("no link");
    link.source.begin = () => Promise.reject(new Error("a fault of ours"));
    world.advance(HOUR);
    await expect(world.sweep()).rejects.toThrow("a fault of ours");
    expect(operator.types()).toEqual(["delivery.dead"]);
  });
});

describe("its cost", () => {
  async function idleSweep() {
    const before = world.rest.requests();
    await world.sweep();
    return world.rest.requests() - before;
  }

  it("without the setting → nothing is read, sent or kept, and an idle sweep costs what it did", async () => {
    world = await createWorld();
    await world.sweep();
    world.facebook.fail({ route: "POST /v1/records", status: 400, count: 1 });
    world.dropbox.files.addFile("/inbox/a.jpg", "x");
    world.advance(HOUR);
    await world.notify();
    await world.sweep();
    world.advance(HOUR);
    expect(await idleSweep()).toBe(6);
    expect(await world.backend.command(["EXISTS", "relay:told"])).toBe(0);
  });

  it("with it → one request to Redis more", async () => {
    await start();
    await sweeps(1);
    expect(await idleSweep()).toBe(7);
    expect(operator.asked()).toBe(0);
  });
});

/** What is stored, sealed, of its Dropbox side. */
async function sealed(id: string): Promise<string> {
  const row = JSON.parse(String(await world.backend.command(["HGET", `relay:instance:${id}`, "row"])));
  return row.sealed.source;
}
