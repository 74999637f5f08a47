/** The estimate of a month's cost, and the cap on it, on a clock of its own: nothing goes on above it, nothing is lost. */
import { afterEach, describe, expect, it } from "vitest";
import { monthOf } from "@/lib/core/cost.ts";
import { checkSetup } from "@/lib/setup/checklist.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
afterEach(() => world.close());

/** The tests' Redis is this machine's; their queue is not, and a message costs $0.00001. */
const capOf = (messages: number) => ({ env: { MONTHLY_COST_CAP_USD: `${messages * 0.00001}` } });
const spent = () => world.context.services.spending.read();
const lines = (msg: string) => world.logged.filter((line) => line.includes(`"${msg}"`));
/** Other processes used so many messages. */
const used = (messages: number) =>
  world.backend.command(["HSET", "relay:use", `${monthOf(world.now()).name}:messages`, `${messages}`]);
const minute = () => world.advance(61_000);

describe("the estimate", () => {
  it("1,000 files → commands as they are billed, or up to a third more; the files; at most a few to count it", async () => {
    world = await createWorld();
    await world.sweep();
    minute();
    const before = { estimate: (await spent()).use, billed: await world.backend.billedCommands() };
    world.dropbox.files.addFiles(1000, "/inbox/a-");
    await world.notify();
    const billed = (await world.backend.billedCommands()) - before.billed;
    const after = (await spent()).use;
    const estimate = after.commands - before.estimate.commands;
    expect(after.files - before.estimate.files).toBe(1000);
    expect(estimate).toBeGreaterThanOrEqual(billed);
    expect(estimate).toBeLessThanOrEqual(billed * 1.34);
    expect(billed).toBeLessThanOrEqual(600);
  });

  it("the process ends after a minute's batch → what it had written is still known", async () => {
    world = await createWorld();
    await world.sweep();
    minute();
    await world.sweep();
    const { commands } = (await spent()).use;
    world.restart();
    const left = (await spent()).use.commands;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(commands);
  });
});

describe("the cap", () => {
  it("reached → neither listed nor delivered, said once, by every process; next month → all of it", async () => {
    world = await createWorld(capOf(100));
    await world.sweep();
    await used(100);
    minute();
    world.dropbox.files.addFiles(3, "/inbox/a-");
    const before = world.dropbox.requests();
    await world.notify();
    await world.sweep();
    world.restart();
    await world.sweep();
    expect(world.dropbox.requests()).toBe(before);
    expect(world.facebook.records()).toEqual([]);
    expect(lines("cost.cap_reached")).toHaveLength(1);
    expect((await spent()).isCapReached).toBe(true);
    const check = (await checkSetup(world.context.setup)).find(({ id }) => id === "cost");
    expect(check).toMatchObject({ verdict: "bad", todo: expect.stringContaining("MONTHLY_COST_CAP_USD") });
    world.advance(monthOf(world.now()).until - world.now());
    await world.sweep();
    await world.settle();
    expect(world.facebook.records()).toHaveLength(3);
    expect((await spent()).isCapReached).toBe(false);
  });

  it("reached in the middle of 500 files → the batch under way is settled, the others wait; raised → each once", async () => {
    world = await createWorld(capOf(100));
    await world.sweep();
    world.dropbox.files.addFiles(500, "/inbox/a-");
    world.slow(1_500);
    const [link] = world.context.services.links;
    if (link === undefined) throw new Error("no link");
    const turn = link.outbox.settleAndClaim;
    let turns = 0;
    link.outbox.settleAndClaim = async (input) => {
      turns += 1;
      if (turns === 2) await used(100);
      return turn(input);
    };
    await world.notify();
    await world.settle();
    const { due, claimed, settled, dead } = await world.counts();
    expect([claimed, dead]).toEqual([0, 0]);
    expect(settled).toBe(world.facebook.records().length);
    expect(settled).toBeGreaterThan(0);
    expect(due).toBe(500 - settled);
    expect(due).toBeGreaterThan(0);
    expect(turns).toBeLessThan(8); // the run under way ends: without the cap it goes on for twelve
    world.slow(0);
    await used(10); // what a higher cap comes to
    minute();
    await world.sweep();
    await world.settle();
    expect(world.facebook.records()).toHaveLength(500);
    expect(lines("cost.goes_on")).toHaveLength(1);
  });

  it("none set → nothing is asked, whatever was used", async () => {
    world = await createWorld();
    await world.sweep();
    await used(1e9);
    minute();
    world.dropbox.files.addFile("/inbox/a.jpg", "x");
    const before = world.rest.requests();
    expect(await world.context.services.spending.isCapReached()).toBe(false);
    expect(world.rest.requests()).toBe(before);
    await world.notify();
    expect(world.facebook.records()).toHaveLength(1);
  });
});
