/** Stored instances beside the environment's: each account's files go where they should, and nobody else is touched. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { turns } from "../support/builders.ts";
import { aDraft, connect, notify, recorded, storedOf, waiting } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld({ accounts: 3 });
  await world.sweep();
  world.advance(60_000);
});
afterEach(() => world.close());

function account(n: number) {
  const one = world.accounts[n];
  if (one === undefined) throw new Error(`no account ${n}`);
  return one;
}
const statusOf = async (id: string) => (await world.context.instances.get(id))?.instance.status;
const sourceOf = async (id: string) =>
  String(await world.backend.command(["HGET", `relay:i:${id}:source`, "listedAt"]));

describe("an instance of another account", () => {
  it("its account is notified → its file is delivered; the other instance is neither listed nor drained", async () => {
    const [one, other] = [await connect(world, account(0)), await connect(world, account(1))];
    account(0).files.addFile("/a.jpg", "x");
    account(1).files.addFile("/b.jpg", "x");
    const [asked, listed] = [account(1).requests(), await sourceOf(other.id)];
    await notify(world, account(0));
    expect(recorded(world)).toEqual(["a.jpg"]);
    expect(account(1).requests()).toBe(asked);
    expect(await sourceOf(other.id)).toBe(listed);
    expect(await waiting(world, one.id)).toBe(0);
    await notify(world, account(1));
    expect(recorded(world)).toEqual(["a.jpg", "b.jpg"]);
  });

  it("two folders of one account → one notification → each file once, by the instance of its folder", async () => {
    await connect(world, account(0), { folder: "", rules: { include: ["left/**"] } });
    await connect(world, account(0), { folder: "", rules: { include: ["right/**"] } });
    account(0).files.addFile("/left/a.jpg", "x");
    account(0).files.addFile("/right/b.jpg", "x");
    await notify(world, account(0));
    expect(recorded(world).sort()).toEqual(["a.jpg", "b.jpg"]);
  });

  it("what was in its folder when it was made → is old, and later files are not", async () => {
    account(0).files.addFile("/old.jpg", "x");
    world.advance(5_000);
    await connect(world, account(0));
    account(0).files.addFile("/new.jpg", "x");
    await notify(world, account(0));
    expect(recorded(world)).toEqual(["new.jpg"]);
  });

  it("its folder is changed to another → listed anew: what is there is old, what comes later is not, the former is left", async () => {
    const one = await connect(world, account(0), { folder: "/left" });
    account(0).files.addFile("/left/a.jpg", "x");
    account(0).files.addFile("/right/old.jpg", "x");
    await notify(world, account(0));
    world.advance(60_000);
    await world.context.instances.change(one.id, { edit: (it) => ({ ...it, folder: "/right" }) });
    await world.settle();
    world.advance(60_000);
    account(0).files.addFile("/right/b.jpg", "x");
    account(0).files.addFile("/left/c.jpg", "x");
    await notify(world, account(0));
    expect(recorded(world)).toEqual(["a.jpg", "b.jpg"]);
  });

  it("the notification never came → the sweep finds it, and says so", async () => {
    await connect(world, account(0));
    account(0).files.addFile("/a.jpg", "x");
    await world.sweep();
    expect(recorded(world)).toEqual(["a.jpg"]);
    expect(world.logged.some((line) => line.includes('"sync.ended"') && line.includes('"by":"sweep"'))).toBe(true);
  });

  it("a job for an instance that was removed → done; one for no instance's id → never", async () => {
    const one = await connect(world, account(0));
    expect(await world.context.instances.remove(one.id)).toBe(true);
    for (const job of ["list", "drain"] as const) {
      expect(await world.run({ job: { job, instance: one.id } })).toEqual({ kind: "done" });
      expect(await world.run({ job: { job, instance: "nobody" } })).toMatchObject({ kind: "never" });
    }
    const left = (await world.backend.command(["KEYS", `relay:*${one.id}*`])) as Buffer[];
    expect(left.map(String).filter((key) => /:(i|d|instance):/.test(key))).toEqual([]);
  });
});

describe("paused or disabled", () => {
  it.each(["paused", "disabled"] as const)(
    "%s with one delivery waiting → notification, sweep, drain → neither lists nor delivers; active again → both files",
    async (status) => {
      const one = await connect(world, account(0));
      world.facebook.fail({ status: 503, retryAfter: 600, count: 1 });
      account(0).files.addFile("/waits.jpg", "x");
      await notify(world, account(0));
      expect(await waiting(world, one.id)).toBe(1);
      storedOf(await world.context.instances.setStatus(one.id, status));
      account(0).files.addFile("/later.jpg", "x");
      const [asked, written] = [account(0).requests(), world.facebook.requests()];
      world.advance(3_600_000);
      await notify(world, account(0));
      await world.sweep();
      await world.run({ job: { job: "drain", instance: one.id } });
      await world.settle();
      expect([account(0).requests(), world.facebook.requests()]).toEqual([asked, written]);
      expect(await waiting(world, one.id)).toBe(1);
      storedOf(await world.context.instances.setStatus(one.id, "active"));
      await world.settle();
      expect(recorded(world).sort()).toEqual(["later.jpg", "waits.jpg"]);
    },
  );

  it("a long drain under way → paused → the run ends with its batch, and the rest waits", async () => {
    const one = await connect(world, account(0));
    account(0).files.addFiles(120, "/a-");
    world.slow(1_000);
    const run = notify(world, account(0));
    while (recorded(world).length < 10) await turns(1);
    storedOf(await world.context.instances.setStatus(one.id, "paused"));
    await run;
    expect(await waiting(world, one.id)).toBeGreaterThan(0);
    expect(world.messages.filter((message) => "job" in message && message.job.job === "drain")).toEqual([]);
    world.slow(0);
    storedOf(await world.context.instances.setStatus(one.id, "active"));
    await world.settle();
    expect(recorded(world)).toHaveLength(120);
  });
});

describe("refused credentials", () => {
  it("Dropbox revokes the link → unauthorized, and what waits is kept; connected again → released", async () => {
    const one = await connect(world, account(0));
    world.facebook.fail({ status: 503, retryAfter: 600, count: 1 });
    account(0).files.addFile("/waits.jpg", "x");
    await notify(world, account(0));
    account(0).unlink();
    account(0).files.addFile("/later.jpg", "x");
    await notify(world, account(0));
    expect(await statusOf(one.id)).toBe("unauthorized");
    const asked = account(0).requests();
    world.advance(3_600_000);
    await world.settle();
    await world.sweep();
    expect([account(0).requests(), await waiting(world, one.id)]).toEqual([asked, 1]);
    const refreshToken = account(0).link();
    storedOf(await world.context.instances.reconnect(one.id, "source", { refreshToken }));
    expect(await statusOf(one.id)).toBe("active");
    await world.settle();
    expect(recorded(world).sort()).toEqual(["later.jpg", "waits.jpg"]);
  });

  it("its endpoint has refused, then Dropbox does → that is what it is marked with, and nobody is asked again", async () => {
    const one = await connect(world, account(0));
    world.facebook.fail({ status: 401, count: 1 });
    account(0).files.addFile("/a.jpg", "x");
    await notify(world, account(0));
    account(0).unlink();
    await notify(world, account(0));
    expect((await world.context.instances.get(one.id))?.instance.trouble).toMatchObject({ side: "source" });
    const asked = account(0).requests();
    await world.sweep();
    expect(account(0).requests()).toBe(asked);
    const refreshToken = account(0).link();
    storedOf(await world.context.instances.reconnect(one.id, "source", { refreshToken }));
    await world.settle();
    expect(recorded(world)).toEqual(["a.jpg"]);
  });

  it("the app's own secret is wrong → nobody has to connect again", async () => {
    const one = await connect(world, account(0));
    account(0).expireToken();
    account(0).fail({ route: "POST /oauth2/token", status: 400, body: '{"error":"invalid_client"}', count: 1 });
    expect(await notify(world, account(0))).toMatchObject({ kind: "again" });
    expect(await statusOf(one.id)).toBe("active");
  });

  it("the endpoint refuses the key → unauthorized; a new key → delivered at once, without waiting for the hold", async () => {
    const one = await connect(world, account(0));
    world.facebook.fail({ status: 401, count: 1 });
    account(0).files.addFile("/a.jpg", "x");
    await notify(world, account(0));
    expect(await statusOf(one.id)).toBe("unauthorized");
    expect(await waiting(world, one.id)).toBe(1);
    const current = world.facebook.newToken();
    storedOf(await world.context.instances.reconnect(one.id, "records", { token: current }));
    await world.settle();
    expect(recorded(world)).toEqual(["a.jpg"]);
    expect(await statusOf(one.id)).toBe("active");
  });

  it("the endpoint takes the same key again after the hold → active by itself", async () => {
    const one = await connect(world, account(0));
    world.facebook.fail({ status: 401, count: 1 });
    account(0).files.addFile("/a.jpg", "x");
    await notify(world, account(0));
    world.advance(16 * 60_000);
    await world.sweep();
    expect(recorded(world)).toEqual(["a.jpg"]);
    expect(await statusOf(one.id)).toBe("active");
  });

  it("a refusal of the former credentials arrives after the new ones → stays active", async () => {
    const one = await connect(world, account(0));
    const before = await world.context.instances.get(one.id);
    storedOf(await world.context.instances.reconnect(one.id, "source", { refreshToken: account(0).refreshToken }));
    await world.context.instances.markUnauthorized(one.id, "source", before?.sealed.source ?? "", "too late");
    expect(await statusOf(one.id)).toBe("active");
  });
});

describe("polling", () => {
  const polled = async () => {
    const one = await connect(world, account(0), { pollSeconds: 120 });
    await world.runUntil(world.now() + 60_000); // connected a minute ago
    return one;
  };
  const seenBy = async (id: string) => {
    const raw = String(await world.backend.command(["HVALS", `relay:d:${id}_records:deliveries`]));
    return [...raw.matchAll(/"seenBy":"(\w+)"/g)].map(([, by]) => by);
  };

  it("every two minutes → lists without any notification, and says so", async () => {
    const one = await polled();
    account(0).files.addFile("/a.jpg", "x");
    await world.runUntil(world.now() + 119_000);
    const early = recorded(world);
    await world.runUntil(world.now() + 2_000);
    expect([early, recorded(world)]).toEqual([[], ["a.jpg"]]);
    expect(await seenBy(one.id)).toEqual(["poll"]);
  });

  it("a notification of its account, and a sweep between → not listed", async () => {
    await polled();
    account(0).files.addFile("/a.jpg", "x");
    const asked = account(0).requests();
    await notify(world, account(0));
    await world.sweep();
    expect(account(0).requests()).toBe(asked);
  });

  it("an hour → a listing an interval, also when each of them was asked for twice", async () => {
    const one = await polled();
    const asked = account(0).requests();
    await world.run({ job: { job: "list", instance: one.id, poll: true } });
    await world.runUntil(world.now() + 3_600_000);
    expect(account(0).requests() - asked).toBe(30);
  });

  it("the chain of jobs broke → the sweep lists, and it goes on", async () => {
    await polled();
    world.messages.length = 0;
    world.advance(3_600_000);
    account(0).files.addFile("/a.jpg", "x");
    await world.sweep();
    expect(recorded(world)).toEqual(["a.jpg"]);
    account(0).files.addFile("/b.jpg", "x");
    await world.runUntil(world.now() + 121_000);
    expect(recorded(world)).toEqual(["a.jpg", "b.jpg"]);
  });

  it("paused → the chain ends; at notifications again → no poll any more", async () => {
    const one = await polled();
    storedOf(await world.context.instances.setStatus(one.id, "paused"));
    await world.settle();
    expect(world.messages).toEqual([]);
    storedOf(
      await world.context.instances.change(one.id, {
        edit: (now) => ({ ...now, status: "active", pollSeconds: null }),
      }),
    );
    await world.settle();
    account(0).files.addFile("/a.jpg", "x");
    await notify(world, account(0));
    expect(recorded(world)).toEqual(["a.jpg"]);
  });

  it("interval below a minute → refused", async () => {
    const changed = await world.context.instances.create(aDraft({ pollSeconds: 59 }), {});
    expect(changed).toMatchObject({ kind: "invalid", faults: [expect.stringContaining("pollSeconds")] });
  });
});
