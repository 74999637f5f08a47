/** An instance that is removed or changed while a job works by the row it read before: that job writes nothing more. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pictureOf } from "../sandbox/picture.ts";
import { ALL, bulkOf } from "../support/bulk.ts";
import { aDraft, connect, notify, recorded, storedOf } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
const person = bulkOf(() => world);
beforeEach(async () => {
  world = await createWorld({ accounts: 1 });
  await world.sweep();
  world.advance(60_000);
});
afterEach(() => world.close());

function account() {
  const [one] = world.accounts;
  if (one === undefined) throw new Error("no account");
  return one;
}

/** Once, before Dropbox answers the next listing call. */
function duringListing(work: () => Promise<unknown>) {
  const one = account();
  const { handle } = one;
  let isFirst = true;
  one.handle = async (request) => {
    if (isFirst && new URL(request.url).pathname.includes("list_folder")) {
      isFirst = false;
      await work();
    }
    return handle(request);
  };
}

/** Once, between a sweep's reading of the rows and its work on them. */
function behindTheSweepsReading(work: () => Promise<unknown>) {
  const { stored } = world.context.services;
  if (stored === null) throw new Error("no instances");
  const { page } = stored;
  stored.page = async (...asked) => {
    const read = await page(...asked);
    stored.page = page;
    await work();
    return read;
  };
}

const keysOf = async (id: string): Promise<string[]> => {
  const keys = (await world.backend.command(["KEYS", "*"])) as unknown[];
  return keys.map(String).filter((key) => new RegExp(`relay:(i|instance):${id}(:|$)|relay:d:${id}_`).test(key));
};

describe("removed", () => {
  it("while a listing is under way → nothing of it is kept, and nothing is listed anew", async () => {
    const one = await connect(world, account());
    account().files.addFile("/a.jpg", "x");
    await notify(world, account());
    world.advance(60_000);
    account().files.addFile("/b.jpg", "x");
    duringListing(() => world.context.instances.remove(one.id));
    await notify(world, account());
    await world.settle();
    expect(await keysOf(one.id)).toEqual([]);
  });

  it("while a listing is under way, with a Page → no file that is there is posted again", async () => {
    await world.close();
    world = await createWorld({ accounts: 1, page: {}, env: { DROPBOX_ACCOUNT_ID: "dbid:mine" } });
    const made = await world.context.instances.create(
      aDraft({
        account: account().accountId,
        destinations: [
          { kind: "page", id: "page", pageId: world.graph.page.id, settings: { postsPerDay: 0, albumMax: 1 } },
        ],
      }),
      { source: { refreshToken: account().refreshToken }, page: { token: world.graph.tokens.current("page") } },
    );
    const { id } = storedOf(made).instance;
    await world.settle();
    world.advance(60_000);
    for (const n of [1, 2, 3]) account().files.addFile(`/${n}.png`, pictureOf(n, 12, 9));
    await notify(world, account());
    await world.settle();
    expect(world.graph.posts()).toHaveLength(3);
    world.advance(3_600_000);
    account().files.addFile("/4.png", pictureOf(4, 12, 9));
    duringListing(() => world.context.instances.remove(id));
    await notify(world, account());
    await world.settle();
    expect(world.graph.posts().length).toBeLessThanOrEqual(4);
  });

  it("between a sweep's reading and its turn → nothing of it is kept", async () => {
    const one = await connect(world, account());
    account().files.addFile("/a.jpg", "x");
    await notify(world, account());
    world.advance(60_000);
    behindTheSweepsReading(() => world.context.instances.remove(one.id));
    await world.sweep();
    await world.settle();
    expect(await keysOf(one.id)).toEqual([]);
  });

  it("while a backfill puts its files in → nothing of it is kept, and nothing is sent", async () => {
    account().files.addFiles(40, "/old-");
    world.advance(600_000);
    const one = await connect(world, account());
    const id = await person.planned(ALL, one.id);
    await person.start(id);
    duringListing(() => world.context.instances.remove(one.id));
    await person.job(id);
    await world.settle();
    expect(await keysOf(one.id)).toEqual([]);
    expect(recorded(world)).toEqual([]);
  });
});

describe("changed", () => {
  it("another folder while the former is listed → files of the new one are delivered", async () => {
    const one = await connect(world, account(), { folder: "/left" });
    account().files.addFile("/left/a.jpg", "x");
    account().files.addFile("/right/old.jpg", "x");
    await notify(world, account());
    world.advance(60_000);
    account().files.addFile("/left/more.jpg", "x");
    duringListing(() => world.context.instances.change(one.id, { edit: (it) => ({ ...it, folder: "/right" }) }));
    await notify(world, account());
    await world.settle();
    world.advance(60_000);
    account().files.addFile("/right/b.jpg", "x");
    await notify(world, account());
    await world.settle();
    world.advance(900_000);
    await world.sweep();
    await world.settle();
    expect(recorded(world)).toContain("b.jpg");
  });

  it("its name while a listing is under way → the file it found is delivered without another notification", async () => {
    const one = await connect(world, account());
    account().files.addFile("/a.jpg", "x");
    duringListing(() => world.context.instances.change(one.id, { edit: (it) => ({ ...it, name: "Pier" }) }));
    await notify(world, account());
    await world.runUntil(world.now());
    expect(recorded(world)).toContain("a.jpg");
    expect(world.facebook.doubles()).toEqual([]);
  });

  it("a destination more, between a sweep's reading and its turn → that gets the file which came after", async () => {
    const one = await connect(world, account());
    world.advance(60_000);
    behindTheSweepsReading(async () => {
      const more = { kind: "records" as const, id: "two", url: "http://sandbox.test/facebook/v1/records", width: 16 };
      storedOf(
        await world.context.instances.change(one.id, {
          edit: (it) => ({ ...it, destinations: [...it.destinations, more] }),
          secrets: { two: { token: world.env.FACEBOOK_API_KEY } },
        }),
      );
      await world.runUntil(world.now()); // the job that the change brought
      account().files.addFile("/later.jpg", "x");
    });
    await world.sweep();
    await world.settle();
    world.advance(300_000);
    await world.sweep();
    await world.settle();
    expect(Number(await world.backend.command(["ZCARD", `relay:d:${one.id}_two:settled`]))).toBe(1);
  });
});
