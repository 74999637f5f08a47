/** What a person asks and does where records are written: each state's story, lists, replays, health, and what they cost. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { secret } from "../support/builders.ts";
import { operatorAt } from "../support/operator.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
let operator: Awaited<ReturnType<typeof operatorAt>>;
const env = () => ({ ADMIN_TOKEN: secret(), EXTENSIONS: "json,jpg", DROPBOX_FOLDER: "/Photos" });
beforeAll(async () => {
  operator = await operatorAt(() => world);
});
afterAll(() => vi.doUnmock("@/lib/relay/context.ts"));
beforeEach(async () => {
  world = await createWorld({ env: env() });
  world.dropbox.files.addFile("/Photos/before.jpg", "x");
  world.advance(600_000);
  await world.sweep();
  world.advance(60_000);
});
afterEach(() => world.close());

const idOf = async (path: string): Promise<string> => (await operator.why(path)).story.file.id;
const spent = async (run: () => Promise<unknown>) => {
  const before = { requests: world.rest.requests(), commands: await world.backend.billedCommands() };
  await run();
  return {
    requests: world.rest.requests() - before.requests,
    commands: (await world.backend.billedCommands()) - before.commands,
  };
};
async function bad(count: number) {
  for (let n = 0; n < count; n += 1) world.dropbox.files.addFile(`/Photos/${n}.json`, '{"email":7}');
  await world.notify();
}

describe("why", () => {
  it("never seen, a folder, old, left out by a rule → each told, with the rule and its value", async () => {
    world.dropbox.files.addFile("/Photos/Trip/notes.txt", "x");
    world.dropbox.files.addFile("/Photos/.hidden.jpg", "x");
    await world.notify();
    expect(await operator.why("/Photos/none.jpg")).toMatchObject({
      story: { state: "notSeen", lastListedAt: world.now() },
    });
    expect((await operator.why("/photos/trip")).story).toEqual({ state: "folder" });
    expect((await operator.why("/PHOTOS/Before.jpg")).story).toMatchObject({ state: "old" });
    const left = await operator.why("/Photos/Trip/notes.txt");
    expect(left.story).toMatchObject({ state: "notSelected", rule: { name: "EXTENSIONS", value: "json, jpg" } });
    expect(left.next).toContain("EXTENSIONS");
    expect((await operator.why("/Photos/.hidden.jpg")).story).toMatchObject({ state: "notSelected", rule: null });
  });

  it("delivered → when and its attempts, by path and by id", async () => {
    world.dropbox.files.addFile("/Photos/a.jpg", "x");
    await world.notify();
    const { story } = await operator.why("/photos/A.JPG");
    expect(story).toMatchObject({ state: "delivered", seenBy: "notification", attempts: [{ outcome: "delivered" }] });
    expect(story.held.remoteId).toBe(story.file.id.replace("id:", "facebook_"));
    expect((await operator.why(story.file.id)).story).toEqual(story);
  });

  it("endpoint down → waiting with when and the attempts; 429 → behind the hold, until when and why", async () => {
    // As many as are made before the wait is left to a later job.
    world.facebook.fail({ route: "GET /v1/records", status: 500, count: 4 });
    world.dropbox.files.addFile("/Photos/a.jpg", "x");
    await world.notify();
    const first = (await operator.why("/Photos/a.jpg")).story;
    expect(first).toMatchObject({ state: "waiting", because: "backoff", hold: null });
    expect(first.dueAt).toBeGreaterThan(world.now());
    expect(first.attempted).toBe(first.attempts.at(-1).number);
    world.facebook.fail({ route: "GET /v1/records", status: 429, retryAfter: 120, count: 1 });
    world.dropbox.files.addFile("/Photos/b.jpg", "x");
    await world.notify();
    const { story } = await operator.why("/Photos/b.jpg");
    expect(story).toMatchObject({ state: "waiting", because: "hold", hold: { reason: "rateLimited" } });
    expect(story.dueAt).toBe(story.hold.until);
    expect(story.hold.until).toBe(world.now() + 120_000);
  });

  it("claimed, and edited meanwhile → claimed until when, and the newer revision", async () => {
    world.dropbox.files.addFile("/Photos/a.jpg", "x");
    const [link] = world.context.services.links;
    if (link === undefined) throw new Error("no link");
    world.facebook.fail({ route: "GET /v1/records", status: 500, count: 4 });
    await world.notify();
    world.advance(60_000);
    await link.outbox.settleAndClaim({
      settleToken: "",
      claimToken: "w",
      now: world.now(),
      limit: 1,
      credential: link.destination.credential,
      settlements: [],
      hold: null,
    });
    world.dropbox.files.editFile("/Photos/a.jpg", "y");
    await world.notify();
    const { story } = await operator.why("/Photos/a.jpg");
    expect(story).toMatchObject({ state: "claimed", until: world.now() + 30_000 });
    expect(story.newerRev).not.toBe(story.file.rev);
  });

  it("a story → 2 Redis requests, at most 15 billed commands", async () => {
    await bad(1);
    const cost = await spent(() => operator.why("/Photos/0.json"));
    expect(cost.requests).toBe(2);
    expect(cost.commands).toBeLessThanOrEqual(15);
  });
});

describe("dead", () => {
  it("refused by the mapping → dead with the reason; replayed → tried again under fresh attempts, its history kept", async () => {
    await bad(1);
    const { story, next } = await operator.why("/Photos/0.json");
    expect(story).toMatchObject({ state: "dead", attempted: 1, attempts: [{ outcome: "rejected" }] });
    expect(story.reason).toContain("email");
    expect(next).toContain("replay");
    expect(await operator.act(story.file.id, { action: "replay" })).toMatchObject({ status: 200 });
    expect((await operator.why("/Photos/0.json")).story).toMatchObject({
      state: "waiting",
      priority: "replay",
      attempted: 0,
    });
    await world.settle();
    const after = (await operator.why("/Photos/0.json")).story;
    expect(after).toMatchObject({ state: "dead", attempted: 1 });
    expect(after.attempts.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      "rejected",
      "replayed",
      "rejected",
    ]);
  });

  it("the queue down when it is replayed → done all the same, and delivered at the next sweep", async () => {
    world.facebook.fail({ route: "POST /v1/records", status: 400, count: 1 });
    world.dropbox.files.addFile("/Photos/a.jpg", "x");
    await world.notify();
    const { queue } = world.context.services;
    const enqueue = queue.enqueue;
    queue.enqueue = () => Promise.reject(new Error("the queue is down"));
    expect((await operator.act(await idOf("/Photos/a.jpg"), { action: "replay" })).status).toBe(200);
    queue.enqueue = enqueue;
    expect(world.logged.join("")).toContain("operator.not_woken");
    await world.sweep();
    expect(world.facebook.records()).toHaveLength(1);
  });

  it("replayed twice, or by two at once → one record, and the second is told", async () => {
    world.facebook.fail({ route: "POST /v1/records", status: 400, count: 1 });
    world.dropbox.files.addFile("/Photos/a.jpg", "x");
    await world.notify();
    const id = await idOf("/Photos/a.jpg");
    expect((await operator.why(id)).story.state).toBe("dead");
    const both = await Promise.all([operator.act(id, { action: "replay" }), operator.act(id, { action: "replay" })]);
    expect(both.map(({ status }) => status).sort()).toContain(200);
    expect((await operator.act(id, { action: "replay" })).status).toBe(409);
    await world.settle();
    expect(world.facebook.records()).toHaveLength(1);
    expect((await operator.act(id, { action: "replay" })).status).toBe(409);
    expect((await operator.why(id)).story.state).toBe("delivered");
  });

  it("all by a filter → what it would do changes nothing; done, those alone are replayed", async () => {
    await bad(3);
    world.dropbox.files.addFile("/Photos/Trip/x.json", '{"amount":"no"}');
    await world.notify();
    const filter = { path: "Photos/*.json", reason: "EMAIL", outcome: "rejected" };
    const before = await world.counts();
    const preview = await operator.replay(filter, true);
    expect(preview).toMatchObject({ looked: 4, meant: 3, replayed: 0, after: null });
    expect(preview.examples).toHaveLength(3);
    expect(await world.counts()).toEqual(before);
    expect(world.messages).toEqual([]);
    expect(await operator.replay(filter, false)).toMatchObject({ meant: 3, replayed: 3 });
    expect(await world.counts()).toMatchObject({ due: 3, dead: 1 });
    expect(await operator.replay({ link: "nobody" }, false)).toMatchObject({ message: "there is no such link" });
  });

  it("1,200 of them → three steps of a bounded cost, each once, also when they die again meanwhile", async () => {
    await bad(1200);
    let after: string | undefined;
    let replayed = 0;
    let steps = 0;
    for (;;) {
      world.advance(1_000);
      let step = { replayed: 0, after: null as string | null };
      const cost = await spent(async () => {
        step = await operator.replay({}, false, after);
      });
      expect(cost.requests).toBeLessThanOrEqual(35);
      replayed += step.replayed;
      steps += 1;
      world.advance(1);
      await world.settle();
      if (step.after === null) break;
      after = step.after;
    }
    expect({ replayed, steps }).toEqual({ replayed: 1200, steps: 3 });
    expect(await world.counts()).toMatchObject({ due: 0, dead: 1200 });
  });
});

describe("lists and health", () => {
  it("deliveries of a state, in parts → each once, newest first; no such state, limit or mark → 400", async () => {
    await bad(7);
    const seen: string[] = [];
    let after = "";
    for (;;) {
      const part = await operator.list("dead", `&limit=3${after}`);
      seen.push(...part.deliveries.map(({ path }: { path: string }) => path));
      if (part.after === null) break;
      after = `&after=${encodeURIComponent(part.after)}`;
    }
    expect(new Set(seen).size).toBe(7);
    expect(seen).toHaveLength(7);
    expect((await operator.list("settled")).deliveries).toEqual([]);
    for (const wrong of [
      "state=gone",
      "state=dead&limit=101",
      "state=dead&limit=0",
      "state=dead&after=x",
      "state=waiting&after=dead~1~a",
    ])
      expect((await operator.ask("GET", `deliveries?${wrong}`)).status, wrong).toBe(400);
  });

  it("waiting of every priority → in the order of their claims, over the ends of parts", async () => {
    await bad(2);
    await operator.replay({}, false);
    world.facebook.fail({ route: "GET /v1/records", status: 429, retryAfter: 120, count: 1 });
    for (const name of ["a", "b", "c"]) world.dropbox.files.addFile(`/Photos/${name}.jpg`, "x");
    await world.notify();
    const waiting = async (after: string | null): Promise<string[]> => {
      const mark = after === null ? "" : `&after=${encodeURIComponent(after)}`;
      const part = await operator.list("waiting", `&limit=2${mark}`);
      const paths = part.deliveries.map(({ path }: { path: string }) => path);
      return part.after === null ? paths : [...paths, ...(await waiting(part.after))];
    };
    const all = await waiting(null);
    expect(all.slice(0, 3).sort()).toEqual(["/Photos/a.jpg", "/Photos/b.jpg", "/Photos/c.jpg"]);
    expect(all.slice(3)).toHaveLength(2);
  });

  it("a part of a list → 2 Redis requests, 3 commands, however many there are", async () => {
    await bad(300);
    expect(await spent(() => operator.list("dead", "&limit=100"))).toEqual({ requests: 2, commands: 3 });
  });

  it("health with the token → counts, oldest waiting, hold, last listing; 3 Redis requests, at most 15 commands", async () => {
    await bad(2);
    world.facebook.fail({ route: "GET /v1/records", status: 429, retryAfter: 120, count: 1 });
    world.dropbox.files.addFile("/Photos/a.jpg", "x");
    await world.notify();
    world.advance(5_000);
    let health: unknown;
    const cost = await spent(async () => {
      health = await operator.health();
    });
    expect(health).toMatchObject({
      ok: true,
      links: [
        {
          ...{ waiting: 1, claimed: 0, dead: 2, unclear: 0, settled: 0, oldestWaitingMs: 5_000, credential: null },
          hold: { until: world.now() + 115_000, reason: "rateLimited" },
          lastListedAt: world.now() - 5_000,
        },
      ],
    });
    expect(cost.requests).toBe(3); // the third is of the month's cost
    expect(cost.commands).toBeLessThanOrEqual(15);
  });
});
