import { afterEach, describe, expect, it } from "vitest";
import { BY_DASHBOARD } from "@/lib/core/audit.ts";
import { actOnDelivery } from "@/lib/relay/act-on-delivery.ts";
import { createWorld, type World, type WorldOptions } from "../support/world.ts";

/** Sequences that once lost, doubled or blocked something. */
let world: World;
afterEach(() => world.close());

async function following(options: WorldOptions = {}) {
  world = await createWorld(options);
  await world.sweep();
  world.advance(60_000);
}

describe("a write that lands late", () => {
  it("POST times out and lands 10 s later → found by the next attempt, one record", async () => {
    await following();
    world.late("POST", 10_000);
    world.dropbox.files.addFile("/inbox/a.jpg", "x");
    await world.notify();
    await world.settle();
    expect(world.facebook.records()).toHaveLength(1);
    expect(world.facebook.writes()).toHaveLength(1);
  });

  it.each(["replayed", "edited"])(
    "the last POST of a hundred times out, and the dead file is %s at once → it waits for what may land, one record",
    async (act) => {
      await following();
      world.facebook.fail({ route: "POST /v1/records", status: 503, retryAfter: 10, count: 1 });
      const { id } = world.dropbox.files.addFile("/inbox/a.jpg", "x");
      await world.notify();
      const stored = ["relay:d:env_records:deliveries", id];
      const value = `${await world.backend.command(["HGET", ...stored])}`;
      await world.backend.command(["HSET", ...stored, value.replace(/^(\w) 1 /, "$1 99 ")]);
      world.late("POST", 40_000);
      await world.runUntil(world.now() + 20_000);
      expect(await world.counts()).toMatchObject({ dead: 1, due: 0 });
      const [link] = world.context.services.links;
      if (link === undefined) throw new Error("no link");
      if (act === "replayed") {
        const acted = await actOnDelivery(world.context.services, link, id, { action: "replay" }, BY_DASHBOARD);
        expect(acted).toEqual({ kind: "done" });
      } else {
        world.dropbox.files.editFile("/inbox/a.jpg", "y");
        await world.notify();
      }
      await world.settle();
      expect(world.facebook.writes()).toHaveLength(1);
      expect(world.facebook.records()).toHaveLength(1);
      expect(await world.counts()).toMatchObject({ dead: 0, due: 0, settled: 1 });
    },
  );

  it("PATCH of one revision times out and lands late, a newer one arrives meanwhile → the newer one stays", async () => {
    await following();
    world.dropbox.files.addFile("/inbox/p.json", JSON.stringify({ name: "v0" }));
    await world.notify();
    world.late("PATCH", 10_000);
    world.dropbox.files.editFile("/inbox/p.json", JSON.stringify({ name: "v1" }));
    await world.notify();
    world.dropbox.files.editFile("/inbox/p.json", JSON.stringify({ name: "v2" }));
    await world.notify();
    await world.settle();
    expect(world.facebook.records()).toMatchObject([{ name: "v2" }]);
  });
});

describe("an endpoint that is slow, down or picky", () => {
  it("every answer takes 6.5 s and a sweep comes in between → each record once", async () => {
    await following();
    world.slow(6_500);
    for (let n = 0; n < 5; n += 1) world.dropbox.files.addFile(`/inbox/${n}.json`, JSON.stringify({ name: `n${n}` }));
    await world.notify();
    await world.sweep();
    await world.settle();
    expect(world.facebook.records()).toHaveLength(5);
    expect(world.facebook.doubles()).toEqual([]);
  });

  it("503 with Retry-After 1 for ten minutes → nothing dead, all delivered when it is back", async () => {
    await following();
    world.facebook.fail({ status: 503, retryAfter: 1, rate: 1 });
    world.dropbox.files.addFiles(5, "/inbox/a-");
    await world.notify();
    await world.runUntil(world.now() + 600_000);
    expect(await world.counts()).toMatchObject({ dead: 0 });
    world.facebook.faults.clear();
    await world.settle();
    expect(world.facebook.records()).toHaveLength(5);
  });

  it("one write answered 403 → that file is dead, the others are delivered at once", async () => {
    await following();
    world.facebook.fail({ route: "POST /v1/records", status: 403, count: 1 });
    world.dropbox.files.addFiles(10, "/inbox/a-");
    await world.notify();
    expect(world.facebook.records()).toHaveLength(9);
    expect(await world.counts()).toMatchObject({ dead: 1, due: 0 });
  });

  it("a redirect in the way, then gone → all delivered", async () => {
    await following();
    world.facebook.fail({ status: 302, count: 3 });
    world.dropbox.files.addFiles(3, "/inbox/a-");
    await world.notify();
    await world.settle();
    expect(world.facebook.records()).toHaveLength(3);
  });

  it("429 without a time, for an hour → waits grow: a handful of requests", async () => {
    await following();
    world.facebook.fail({ status: 429, rate: 1 });
    world.dropbox.files.addFiles(200, "/inbox/a-");
    await world.notify();
    const before = world.facebook.requests();
    await world.runUntil(world.now() + 3_600_000);
    expect(world.facebook.requests() - before).toBeLessThan(30);
    world.facebook.faults.clear();
    await world.settle();
    expect(world.facebook.records()).toHaveLength(200);
  });
});

describe("the outbox", () => {
  it("backfill waiting + edits of its files → each record once", async () => {
    world = await createWorld({ env: { BACKFILL: "all" } });
    for (let n = 0; n < 120; n += 1) world.dropbox.files.addFile(`/inbox/${n}.json`, JSON.stringify({ name: "old" }));
    world.facebook.trouble("tooMany", { count: 1, retryAfter: 100 });
    world.advance(3_600_000);
    await world.sweep();
    for (let n = 0; n < 60; n += 1) {
      world.dropbox.files.editFile(`/inbox/${n}.json`, JSON.stringify({ name: "new" }));
    }
    await world.notify();
    await world.settle();
    expect(world.facebook.records()).toHaveLength(120);
    expect(world.facebook.doubles()).toEqual([]);
    expect(world.facebook.records().filter((record) => record.name === "new")).toHaveLength(60);
  });

  it("20 notifications while 500 files go out → never more in flight than CONCURRENCY", async () => {
    await following({ env: { CONCURRENCY: "4" } });
    world.dropbox.files.addFiles(500, "/inbox/a-");
    await Promise.all(Array.from({ length: 20 }, () => world.notify()));
    await world.settle();
    expect(world.facebook.records()).toHaveLength(500);
    expect(world.inFlightMost()).toBeLessThanOrEqual(4);
  });
});
