/** Drains that meet another one, run out of time, or find what their predecessors left. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { drainOutbox } from "@/lib/relay/drain-outbox.ts";
import type { Link } from "@/lib/relay/services.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
let link: Link;
beforeEach(async () => {
  world = await createWorld();
  await world.sweep();
  world.advance(60_000);
  const [first] = world.context.services.links;
  if (first === undefined) throw new Error("no link");
  link = first;
});
afterEach(() => world.close());

const drop = (name: string) => world.dropbox.files.addFile(`/inbox/${name}.jpg`, "x");
const names = () => world.facebook.records().map((record) => record.name);

/** Claims what is due, as a process does that dies before it delivers. */
const claimAndDie = (claimToken: string) =>
  link.outbox.settleAndClaim({
    settleToken: "",
    claimToken,
    now: world.now(),
    limit: 50,
    credential: link.destination.credential,
    settlements: [],
    hold: null,
  });

describe("two drains in one process", () => {
  it("second one while the first delivers → ends at once, asks Redis nothing", async () => {
    const deliver = link.destination.deliver;
    let second: unknown;
    link.destination.deliver = async (claimed, mayGoOn) => {
      const before = world.rest.requests();
      second = await drainOutbox(world.context.services, link, world.now() + 280_000);
      expect(world.rest.requests()).toBe(before);
      return deliver(claimed, mayGoOn);
    };
    drop("a");
    await world.notify();
    expect(second).toEqual({ delivered: 0, nextAt: null });
    expect(names()).toEqual(["a.jpg"]);
  });

  it("file committed by another job after the first found nothing more due → delivered by the first", async () => {
    const settleAndClaim = link.outbox.settleAndClaim;
    link.outbox.settleAndClaim = async (input) => {
      const turn = await settleAndClaim(input);
      if (turn.claimed.length > 0) return turn;
      link.outbox.settleAndClaim = settleAndClaim;
      drop("late");
      await world.notify();
      expect(names()).toEqual(["a.jpg"]);
      return turn;
    };
    drop("a");
    await world.notify();
    expect(names()).toEqual(["a.jpg", "late.jpg"]);
    expect(world.messages).toEqual([]);
  });
});

describe("a fault of our own", () => {
  it("while one file is delivered → the others are settled, the job fails, that file keeps its attempts", async () => {
    const deliver = link.destination.deliver;
    link.destination.deliver = async (group, attempt) => {
      if (group[0]?.delivery.name !== "a.jpg") return deliver(group, attempt);
      link.destination.deliver = deliver;
      throw new Error("Redis is down");
    };
    drop("a");
    drop("b");
    const message = { job: { job: "sync", account: world.dropbox.accountId, notifiedAt: world.now() } } as const;
    await expect(world.run(message)).rejects.toThrow("Redis is down");
    expect(await world.counts()).toMatchObject({ due: 1, claimed: 0, settled: 1 });
    expect(await world.run(message, true)).toEqual({ kind: "done" });
    expect(names().sort()).toEqual(["a.jpg", "b.jpg"]);
    const attempts = world.logged.filter((line) => line.includes('"delivery.attempted"'));
    expect(attempts.map((line) => JSON.parse(line).attempt)).toEqual([1, 1]);
  });
});

describe("the follow-up job", () => {
  it("the hold was settled in vain, Redis knows of none → told again, and nothing is claimed over and over", async () => {
    world.facebook.trouble("tooMany", { count: 1, retryAfter: 600 });
    const { settleAndClaim } = link.outbox;
    link.outbox.settleAndClaim = async (input) => {
      if (input.hold === null) return settleAndClaim(input);
      link.outbox.settleAndClaim = settleAndClaim;
      throw new Error("Redis is down");
    };
    drop("a");
    await expect(world.notify()).rejects.toThrow("Redis is down");
    world.advance(60_000);
    const before = world.rest.requests();
    await world.sweep();
    expect(world.rest.requests() - before).toBeLessThan(10);
    await world.settle();
    expect(names()).toEqual(["a.jpg"]);
  });

  it("held, drained again meanwhile, held once more → one follow-up a hold, when it ends", async () => {
    world.facebook.trouble("tooMany", { count: 2, retryAfter: 30 });
    drop("a");
    await world.notify();
    const dueAt = world.now() + 30_000;
    world.advance(10_000);
    await world.sweep();
    await world.sweep();
    expect(world.messages).toMatchObject([{ job: { job: "drain" }, dueAt }]);
    await world.runUntil(dueAt);
    expect(names()).toEqual([]);
    expect(world.messages).toMatchObject([{ job: { job: "drain" }, dueAt: dueAt + 30_000 }]);
    await world.settle();
    expect(names()).toEqual(["a.jpg"]);
  });
});

describe("a claim that is too short", () => {
  it("search answered when a write could outlive the claim → no write, counted, done once it is quicker", async () => {
    drop("a");
    world.slow(23_000);
    await world.notify();
    expect(names()).toEqual([]);
    expect(world.facebook.requests("POST /v1/records")).toBe(0);
    const [first = "{}"] = world.logged.filter((line) => line.includes('"delivery.attempted"'));
    expect(JSON.parse(first)).toMatchObject({ attempt: 1, kind: "retryAt", next: "due" });
    const counted = world.logged.filter((line) => line.includes('"delivery.attempted"')).length;
    expect(world.facebook.requests()).toBe(counted);
    world.slow(0);
    await world.settle();
    expect(names()).toEqual(["a.jpg"]);
  });
});

describe("a delivery that ends its worker every time", () => {
  it("a hundred workers dead → dead with the reason, without another request; the others go on", async () => {
    drop("poison");
    world.facebook.trouble("tooMany", { count: 1, retryAfter: 30 });
    await world.notify();
    world.messages.length = 0;
    const before = world.facebook.requests();
    for (let n = 1; n <= 100; n += 1) {
      world.advance(31_000);
      expect((await claimAndDie(`dead-${n}`)).claimed).toMatchObject([{ attempt: n, takenOver: n > 1 }]);
    }
    world.advance(31_000);
    drop("next");
    await world.notify();
    expect(names()).toEqual(["next.jpg"]);
    expect(world.facebook.requests() - before).toBe(2);
    expect(await world.counts()).toMatchObject({ due: 0, claimed: 0, dead: 1 });
    expect(world.logged.some((line) => line.includes("its worker died 100 times"))).toBe(true);
  });
});
