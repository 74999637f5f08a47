/** The backfill of a folder that was there before: planned first, then each file once, whatever happens meanwhile. */
import { afterEach, describe, expect, it } from "vitest";
import { COMMANDS_PER_FILE } from "@/lib/core/bulk-estimate.ts";
import type { Instance } from "@/lib/core/instance.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { bulkOf } from "../support/bulk.ts";
import { connect, notify, recorded } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
const person = bulkOf(() => world);
afterEach(() => world.close());

/** A world whose folder held so many files before the relay looked at it. */
async function olderFiles(older: number, env: Record<string, string> = {}): Promise<string[]> {
  world = await createWorld({ env });
  const ids = world.dropbox.files.addFiles(older, "/inbox/old-");
  world.advance(600_000);
  await world.sweep();
  world.advance(60_000);
  return ids;
}
const names = () => world.facebook.records().map(({ name }) => String(name));
const link = () => {
  const [one] = world.context.services.links;
  if (one === undefined) throw new Error("no link");
  return one;
};
/** What there is of each old file: once, and nothing else. */
function eachOnce(count: number) {
  expect(world.facebook.doubles()).toEqual([]);
  expect(new Set(names()).size).toBe(count);
  expect(names()).toHaveLength(count);
}

describe("planned", () => {
  it("old, left out, delivered and new files → each counted for what would become of it, and nothing is sent", async () => {
    await olderFiles(12, { EXCLUDE: "**/*.psd", SIZE_MAX_BYTES: "100000" });
    world.dropbox.files.addFile("/inbox/now.jpg", "x");
    await world.notify();
    world.dropbox.files.addFile("/inbox/draft.psd", "x");
    world.dropbox.files.addFile("/inbox/large.jpg", "x".repeat(100_001));
    await world.notify();
    world.dropbox.files.addFile("/inbox/not yet listed.jpg", "x");
    const id = await person.planned();
    const { bulk, time, cost } = await person.facts(id);
    expect(bulk).toMatchObject({ state: "ready", put: 0 });
    expect(bulk.found).toMatchObject({
      looked: 16,
      meant: 12,
      byRules: 0,
      already: 1,
      fresh: 1,
      skipped: { "EXCLUDE: **/*.psd": 1, "SIZE_MAX_BYTES: 100000": 1 },
    });
    expect(bulk.found.examples).toHaveLength(5);
    expect(time).toMatchObject({ by: "pace", isAssumed: false });
    expect(cost?.usd).toBeGreaterThan(0);
    expect(names()).toEqual(["now.jpg"]);
  });

  it("a folder of it → only what lies below, in any case; the ordinary cursor is where it was", async () => {
    await olderFiles(3);
    world.dropbox.files.addFile("/Other/a.jpg", "x");
    await world.notify();
    const cursor = (await link().source.begin("look")) as { cursor: string };
    await link().source.release("look", "*");
    const id = await person.planned({ kind: "backfill", which: "all", folder: "INBOX/" });
    expect((await person.facts(id)).bulk.found).toMatchObject({ looked: 4, meant: 3, already: 0 });
    expect(await link().source.begin("look")).toMatchObject({ cursor: cursor.cursor });
  });

  it("asked for twice → one plan; nothing to do → it cannot be started", async () => {
    await olderFiles(0);
    const id = await person.ask();
    expect(await person.ask()).toBe(id);
    await world.settle();
    expect(await person.start(id)).toMatchObject({ kind: "not" });
  });

  it("never confirmed, or called off while it counts → nothing is sent, and nothing goes on", async () => {
    await olderFiles(600);
    const id = await person.ask();
    await person.cancel(id);
    await world.settle();
    expect((await person.facts(id)).bulk).toMatchObject({ state: "cancelled", found: { looked: 0 } });
    await person.planned();
    await world.sweep();
    await world.settle();
    expect(names()).toEqual([]);
  });
});

describe("run", () => {
  it("confirmed, by two at once → each old file once, counted to the end; the plan after it finds nothing", async () => {
    await olderFiles(700);
    const id = await person.planned();
    await Promise.all([person.start(id), person.start(id)]);
    await world.settle();
    eachOnce(700);
    expect((await person.facts(id)).bulk).toMatchObject({ state: "done", put: 700, done: 700, failed: 0 });
    await world.sweep();
    expect(await world.context.services.bulks.load(id)).toMatchObject({ state: "done" });
    const again = await person.planned();
    expect((await person.facts(again)).bulk.found).toMatchObject({ meant: 0, already: 700 });
    expect(await person.start(again)).toMatchObject({ kind: "not" });
  });

  it("a new file while it waits → goes first", async () => {
    await olderFiles(60);
    const id = await person.planned();
    await person.start(id);
    await person.job(id);
    world.dropbox.files.addFile("/inbox/new.jpg", "x");
    await world.notify();
    await world.settle();
    expect(names()[0]).toBe("new.jpg");
    eachOnce(61);
  });

  it("a second backfill at the same time → nothing doubled, and both end", async () => {
    await olderFiles(700);
    const one = await person.planned();
    const other = await person.planned({ kind: "backfill", which: "all", folder: "/inbox" });
    await person.start(one);
    await person.start(other);
    await Promise.all([person.job(one), person.job(other)]);
    await world.settle();
    eachOnce(700);
    const [a, b] = [(await person.facts(one)).bulk, (await person.facts(other)).bulk];
    expect([a.state, b.state]).toEqual(["done", "done"]);
    expect(a.put + b.put).toBe(700);
    expect(a.done + b.done).toBe(700);
  });

  it("its process dies before or behind any commit → the message that comes again goes on, each file once", async () => {
    for (const dies of ["before", "behind"] as const) {
      await olderFiles(600);
      const id = await person.planned();
      await person.start(id);
      const { bulk } = link();
      const source = bulk.source;
      let commits = 0;
      bulk.source = (of) => {
        const store = source(of);
        return {
          ...store,
          async commit(input) {
            commits += 1;
            if (commits === 1 && dies === "before") throw new Error("killed");
            const committed = await store.commit(input);
            if (commits === 1) throw new Error("killed");
            return committed;
          },
        };
      };
      await expect(person.job(id)).rejects.toThrow("killed");
      world.restart();
      // The dead one's lease is still there.
      expect(await person.job(id)).toEqual({ kind: "done" });
      const again = await person.job(id, true);
      expect(again).toMatchObject({ kind: "again" });
      world.advance(30_000);
      expect(await person.job(id, true)).toEqual({ kind: "done" });
      await world.settle();
      eachOnce(600);
      expect((await person.facts(id)).bulk, dies).toMatchObject({ state: "done", put: 600, done: 600 });
      if (dies === "before") await world.close();
    }
  });

  it("the answer to a commit is lost, and the client asks again → goes on from where it is, nothing twice", async () => {
    await olderFiles(600);
    const id = await person.planned();
    await person.start(id);
    const { bulk } = link();
    const source = bulk.source;
    bulk.source = (of) => {
      const store = source(of);
      return {
        ...store,
        async commit(input) {
          await store.commit(input);
          return store.commit(input);
        },
      };
    };
    await person.job(id);
    await world.settle();
    eachOnce(600);
    expect((await person.facts(id)).bulk).toMatchObject({ state: "done", put: 600, done: 600 });
  });

  it("its job was lost for good → the sweep goes on with it", async () => {
    await olderFiles(30);
    const id = await person.ask();
    world.messages.length = 0;
    await world.sweep();
    await world.settle();
    expect((await person.facts(id)).bulk.state).toBe("ready");
    await person.start(id);
    world.messages.length = 0;
    world.advance(300_000);
    await world.sweep();
    await world.settle();
    eachOnce(30);
  });

  it("Dropbox is down → waits and says why, then goes on", async () => {
    await olderFiles(700);
    const id = await person.ask();
    world.dropbox.fail({ route: "/2/files/list_folder", status: 503, count: 1 });
    expect(await person.job(id)).toMatchObject({ kind: "again" });
    expect((await person.facts(id)).bulk.trouble).toContain("Dropbox");
    await world.settle();
    expect((await person.facts(id)).bulk).toMatchObject({ state: "ready", trouble: "", found: { meant: 700 } });
  });
});

describe("interrupted", () => {
  it("Dropbox forgets the cursor half way → a plan counts anew, a run goes through it again; each file once", async () => {
    await olderFiles(600);
    const reset = { route: "files/list_folder/continue", status: 409, tag: "reset", count: 1 };
    world.dropbox.fail(reset);
    const id = await person.planned();
    expect((await person.facts(id)).bulk.found).toMatchObject({ looked: 600, meant: 600 });
    expect(world.dropbox.faults.list()).toEqual([]);
    world.dropbox.fail(reset);
    await person.start(id);
    await world.settle();
    expect(world.dropbox.faults.list()).toEqual([]);
    eachOnce(600);
    expect((await person.facts(id)).bulk).toMatchObject({ state: "done", put: 600, done: 600 });
  });

  it("its instance is paused while it runs → waits, and its page says so; let go on → to its end, none twice", async () => {
    world = await createWorld({ accounts: 1 });
    const [account] = world.accounts as [Dropbox];
    account.files.addFiles(60, "/old-");
    world.advance(600_000);
    const instance = await connect(world, account);
    const id = await person.planned({ kind: "backfill", which: "all", folder: "" }, instance.id);
    await person.start(id);
    const status = (to: Instance["status"]) => ({ edit: (one: Instance) => ({ ...one, status: to }) });
    await world.context.instances.change(instance.id, status("paused"));
    await world.settle();
    expect(recorded(world)).toEqual([]);
    expect(await person.facts(id)).toMatchObject({ runs: false, bulk: { state: "running", put: 0 } });
    await world.context.instances.change(instance.id, status("active"));
    await world.sweep();
    await world.settle();
    expect(new Set(recorded(world)).size).toBe(60);
    expect(recorded(world)).toHaveLength(60);
    expect((await person.facts(id)).bulk.state).toBe("done");
  });
});

describe("files that change meanwhile", () => {
  /** While the first listing of the backfill is on its way back. */
  async function meanwhile(change: () => Promise<unknown>): Promise<string> {
    const id = await person.planned();
    await person.start(id);
    const { dropbox } = world.context.services;
    const list = dropbox.listFolder;
    dropbox.listFolder = async (...asked) => {
      const page = await list(...asked);
      dropbox.listFolder = list;
      await change();
      return page;
    };
    await person.job(id);
    await world.settle();
    return id;
  }

  it("edited, and the edit listed before the backfill comes to it → the newest revision, one record", async () => {
    world = await createWorld();
    world.dropbox.files.addFile("/inbox/ann.json", '{"name":"Ann","amount":1}');
    world.advance(600_000);
    await world.sweep();
    await meanwhile(async () => {
      world.dropbox.files.editFile("/inbox/ann.json", '{"name":"Ann","amount":2}');
      await world.notify();
    });
    expect(world.facebook.records()).toMatchObject([{ name: "Ann", amount: 2 }]);
    world.dropbox.files.editFile("/inbox/ann.json", '{"name":"Ann","amount":3}');
    await world.notify();
    expect(world.facebook.records()).toMatchObject([{ name: "Ann", amount: 3 }]);
    expect(world.facebook.doubles()).toEqual([]);
  });

  it("edited, and the edit not listed yet → the newest revision, and its listing sends nothing again", async () => {
    world = await createWorld();
    world.dropbox.files.addFile("/inbox/ann.json", '{"name":"Ann","amount":1}');
    world.advance(600_000);
    await world.sweep();
    world.dropbox.files.editFile("/inbox/ann.json", '{"name":"Ann","amount":2}');
    const id = await person.planned();
    await person.start(id);
    await world.settle();
    expect(world.facebook.records()).toMatchObject([{ amount: 2 }]);
    const asked = world.facebook.requests();
    await world.notify();
    expect(world.facebook.requests()).toBe(asked);
  });

  it("deleted after the plan → not sent; deleted while it waits → at most once, as any file, and the act ends", async () => {
    await olderFiles(6);
    const id = await person.planned();
    world.dropbox.files.deletePath("/inbox/old-000001.jpg");
    await person.start(id);
    await person.job(id);
    world.dropbox.files.deletePath("/inbox/old-000002.jpg");
    await world.notify();
    await world.settle();
    expect(names()).not.toContain("old-000001.jpg");
    expect(world.facebook.doubles()).toEqual([]);
    expect(await person.facts(id)).toMatchObject({ bulk: { state: "done", put: 5, failed: 0 }, waiting: 0 });
  });

  it("left out by rules that are other ones now → not shown as old, and published without the others", async () => {
    world = await createWorld({ accounts: 1 });
    const [account] = world.accounts as [Dropbox];
    account.files.addFile("/before.jpg", "x");
    world.advance(600_000);
    const instance = await connect(world, account, { rules: { exclude: ["**/*.png"] } });
    account.files.addFiles(7, "/left out/a-");
    for (const n of [1, 2, 3]) account.files.addFile(`/left out/${n}.png`, "x");
    account.files.addFile("/left out/4.psd", "x");
    await notify(world, account);
    expect(recorded(world)).toHaveLength(8);
    const edit = (one: Instance) => ({ ...one, rules: { ...one.rules, exclude: ["**/*.psd"] } });
    await world.context.instances.change(instance.id, { edit });
    await world.settle();
    const rules = await person.planned({ kind: "backfill", which: "rules", folder: "" }, instance.id);
    expect((await person.facts(rules)).bulk.found).toMatchObject({ meant: 3, byRules: 3, already: 8 });
    const all = await person.planned({ kind: "backfill", which: "all", folder: "" }, instance.id);
    expect((await person.facts(all)).bulk.found).toMatchObject({ meant: 4, byRules: 3 });
    await person.start(rules);
    await world.settle();
    expect(recorded(world).filter((name) => name.endsWith(".png"))).toHaveLength(3);
    expect(recorded(world)).not.toContain("before.jpg");
    // The one that they leave out now was published under the former ones, and stays.
    expect((await person.facts(rules)).bulk).toMatchObject({ state: "done", put: 3, done: 3 });
  });
});

describe("called off", () => {
  it("half way → what has begun goes on, what has not is taken out, and a later backfill takes just that", async () => {
    await olderFiles(220);
    const id = await person.planned();
    await person.start(id);
    await person.job(id);
    // One batch is being delivered.
    const turn = await link().outbox.settleAndClaim({
      settleToken: "",
      claimToken: "w",
      now: world.now(),
      limit: 50,
      credential: link().destination.credential,
      settlements: [],
      hold: null,
    });
    expect(turn.claimed).toHaveLength(50);
    await person.cancel(id);
    await person.job(id);
    expect((await person.facts(id)).bulk).toMatchObject({ state: "cancelled", put: 220, takenOut: 170 });
    world.advance(31_000);
    await world.sweep();
    await world.settle();
    eachOnce(50);
    expect((await person.facts(id)).bulk).toMatchObject({ state: "cancelled", done: 50 });
    const again = await person.planned();
    expect((await person.facts(again)).bulk.found).toMatchObject({ meant: 170, already: 50 });
    await person.start(again);
    await world.settle();
    eachOnce(220);
  });

  it("while it is being put in → nothing more is put in, and the worker's commit is refused", async () => {
    await olderFiles(600);
    const id = await person.planned();
    await person.start(id);
    const { dropbox } = world.context.services;
    const list = dropbox.listFolderContinue;
    dropbox.listFolderContinue = async (...asked) => {
      dropbox.listFolderContinue = list;
      await person.cancel(id);
      return list(...asked);
    };
    await person.job(id);
    await person.job(id);
    const { bulk } = await person.facts(id);
    expect(bulk.state).toBe("cancelled");
    // One page of the listing, the folder among its entries.
    expect(bulk.put).toBeGreaterThan(400);
    expect(bulk.put).toBeLessThan(600);
    expect(bulk.takenOut).toBe(bulk.put);
    await world.settle();
    expect(names()).toEqual([]);
  });

  it("edited while it waits, then called off → the edit goes out, for it is a live one, and the others stay old", async () => {
    world = await createWorld();
    world.dropbox.files.addFiles(2, "/inbox/old-");
    world.dropbox.files.addFile("/inbox/ann.json", '{"name":"Ann","amount":1}');
    world.advance(600_000);
    await world.sweep();
    const id = await person.planned();
    await person.start(id);
    await person.job(id);
    world.dropbox.files.editFile("/inbox/ann.json", '{"name":"Ann","amount":2}');
    // Listed, and not delivered before it is called off.
    world.facebook.fail({ status: 429, retryAfter: 600, count: 1 });
    await world.notify();
    await person.cancel(id);
    await person.job(id);
    world.advance(600_000);
    await world.settle();
    expect(world.facebook.records()).toMatchObject([{ name: "Ann", amount: 2 }]);
    expect((await person.facts(id)).bulk).toMatchObject({ state: "cancelled", put: 3, takenOut: 2 });
  });
});

describe("cost", () => {
  it("1,000 old files, planned and run → at most 0.6 billed commands a file, and a handful of messages", async () => {
    await olderFiles(1_000);
    world.dropbox.files.addFile("/inbox/first.jpg", "x");
    await world.notify();
    // Scripts are known after their first use, as they are in a running deployment.
    const small = await person.planned({ kind: "backfill", which: "all", folder: "/none" });
    await person.cancel(small);
    const before = await world.backend.billedCommands();
    let messages = 0;
    const { queue } = world.context.services;
    const enqueue = queue.enqueue;
    queue.enqueue = async (jobs) => {
      messages += jobs.length;
      await enqueue(jobs);
    };
    const id = await person.planned();
    await person.start(id);
    await world.settle();
    eachOnce(1_001);
    expect((await world.backend.billedCommands()) - before).toBeLessThanOrEqual(1_000 * COMMANDS_PER_FILE);
    expect(messages).toBeLessThanOrEqual(5);
    expect((await person.facts(id)).bulk.done).toBe(1_000);
  });

  it("how far one of thousands is → at most 30 billed commands a look", async () => {
    await olderFiles(1_000);
    const id = await person.planned();
    await person.start(id);
    await person.job(id);
    const before = await world.backend.billedCommands();
    expect((await person.facts(id)).waiting).toBe(1_000);
    expect((await world.backend.billedCommands()) - before).toBeLessThanOrEqual(30);
  });
});
