import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWorld, type World } from "../support/world.ts";

/** Cost as counts: they do not depend on the machine. */
let world: World;
beforeEach(async () => {
  world = await createWorld();
  await world.sweep();
  world.advance(60_000);
  // Scripts are known after their first use, as they are in a running deployment.
  world.dropbox.files.addFile("/inbox/first.jpg", "x");
  await world.notify();
});
afterEach(() => world.close());

async function spent(run: () => Promise<unknown>) {
  const before = { requests: world.rest.requests(), commands: await world.backend.billedCommands() };
  const outside = { dropbox: world.dropbox.requests(), facebook: world.facebook.requests() };
  await run();
  return {
    redisRequests: world.rest.requests() - before.requests,
    redisCommands: (await world.backend.billedCommands()) - before.commands,
    dropbox: world.dropbox.requests() - outside.dropbox,
    facebook: world.facebook.requests() - outside.facebook,
  };
}

describe("cost", () => {
  it("sync without changes → 3 Redis requests, 1 Dropbox request", async () => {
    expect(await spent(() => world.notify())).toMatchObject({ redisRequests: 3, dropbox: 1, facebook: 0 });
  });

  it("listing of 500 new files committed → 1 Redis request, at most 15 billed commands", async () => {
    world.dropbox.files.addFiles(500, "/inbox/a-");
    const link = world.context.services.links[0];
    if (link === undefined) throw new Error("no link");
    const commit = link.source.commit;
    let commits = 0;
    let cost = { redisRequests: 0, redisCommands: 0 };
    link.source.commit = async (input) => {
      commits += 1;
      let answer: Awaited<ReturnType<typeof commit>> = { kind: "lost" };
      cost = await spent(async () => {
        answer = await commit(input);
      });
      return answer;
    };
    await world.notify();
    expect(commits).toBe(1);
    expect(cost.redisRequests).toBe(1);
    expect(cost.redisCommands).toBeLessThanOrEqual(15);
  });

  it("batch of 50 settled and the next claimed → 1 Redis request, at most 20 billed commands", async () => {
    world.dropbox.files.addFiles(200, "/inbox/a-");
    const link = world.context.services.links[0];
    if (link === undefined) throw new Error("no link");
    const turn = link.outbox.settleAndClaim;
    const costs: { redisRequests: number; redisCommands: number }[] = [];
    link.outbox.settleAndClaim = async (input) => {
      let answer: Awaited<ReturnType<typeof turn>> | undefined;
      const cost = await spent(async () => {
        answer = await turn(input);
      });
      if (input.settlements.length === 50) costs.push(cost);
      if (answer === undefined) throw new Error("no answer");
      return answer;
    };
    await world.notify();
    expect(costs).toHaveLength(4);
    for (const cost of costs) {
      expect(cost.redisRequests).toBe(1);
      expect(cost.redisCommands).toBeLessThanOrEqual(20);
    }
  });

  it("1,000 files in bulk → each once, at most 600 billed commands, 2 requests a file, no further message", async () => {
    world.dropbox.files.addFiles(1000, "/inbox/a-");
    const cost = await spent(() => world.notify());
    expect(world.messages).toHaveLength(0);
    expect(world.facebook.records()).toHaveLength(1001);
    expect(cost.facebook).toBe(2000);
    expect(cost.redisCommands).toBeLessThanOrEqual(600);
  });
});
