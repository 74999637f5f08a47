/** An instance with several destinations: listed once, delivered to each, none waiting for another. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DestinationSettings } from "@/lib/core/instance.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { pictureOf } from "../sandbox/picture.ts";
import { aDraft, notify, recorded, storedOf } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
let account: Dropbox;
let id: string;
beforeEach(async () => {
  world = await createWorld({ accounts: 1, page: {}, env: { DROPBOX_ACCOUNT_ID: "dbid:mine" } });
  [account] = world.accounts as [Dropbox];
  const pageId = world.graph.page.id;
  const made = await world.context.instances.create(
    aDraft({
      account: account.accountId,
      destinations: [
        { kind: "records", id: "records", url: "http://sandbox.test/facebook/v1/records" },
        { kind: "page", id: "page", pageId, settings: { postsPerDay: 0 } },
      ],
    }),
    {
      source: { refreshToken: account.refreshToken },
      records: { token: world.facebook.token() },
      page: { token: world.graph.tokens.current("page") },
    },
  );
  id = storedOf(made).instance.id;
  await world.settle();
  world.advance(60_000);
});
afterEach(() => world.close());

const drop = (name: string, seed = 1) => account.files.addFile(`/${name}`, pictureOf(seed, 12, 9));

describe("records and a Page", () => {
  it("a file → one listing, one record and one post", async () => {
    drop("a.png");
    const asked = account.log().length;
    await notify(world, account);
    await world.settle();
    expect(recorded(world)).toEqual(["a.png"]);
    expect(world.graph.posts()).toHaveLength(1);
    const labels = account
      .log()
      .slice(asked)
      .map(({ label }) => label);
    expect(labels.filter((label) => label.includes("list_folder"))).toHaveLength(1);
  });

  it("one is down for an hour → the other has its files at once; back again → each once, at both", async () => {
    world.facebook.fail({ status: 503, retryAfter: 3600, count: 2 });
    drop("a.png", 1);
    await notify(world, account);
    drop("b.png", 2);
    await notify(world, account);
    expect(recorded(world)).toEqual([]);
    expect(world.graph.posts()).toHaveLength(2);
    await world.settle();
    expect(recorded(world).sort()).toEqual(["a.png", "b.png"]);
    expect(world.graph.posts()).toHaveLength(2);
    expect(world.facebook.doubles()).toEqual([]);
  });

  it("its file is deleted → the post goes where that was chosen, the record stays; what still waited there is delivered", async () => {
    const follow = (one: DestinationSettings): DestinationSettings =>
      one.kind === "page" ? { ...one, settings: { ...one.settings, onDelete: "delete" } } : one;
    storedOf(
      await world.context.instances.change(id, {
        edit: (now) => ({ ...now, destinations: now.destinations.map(follow) }),
      }),
    );
    drop("a.png", 1);
    await notify(world, account);
    world.facebook.fail({ status: 503, retryAfter: 1800, count: 1 });
    drop("b.png", 2);
    await notify(world, account);
    expect(world.graph.posts()).toHaveLength(2);
    account.files.deletePath("/a.png");
    account.files.deletePath("/b.png");
    await notify(world, account);
    await world.settle();
    expect(world.graph.posts().filter(({ deletedAt }) => deletedAt === null)).toEqual([]);
    expect(recorded(world).sort()).toEqual(["a.png", "b.png"]);
  });

  it("one refuses its key → unauthorized, and the other goes on, listing included; a new key → all of it", async () => {
    world.facebook.expireToken();
    drop("a.png", 1);
    await notify(world, account);
    expect((await world.context.instances.get(id))?.instance).toMatchObject({
      status: "unauthorized",
      trouble: { side: "records" },
    });
    drop("b.png", 2);
    await notify(world, account);
    expect(world.graph.posts()).toHaveLength(2);
    expect((await world.context.instances.get(id))?.instance.status).toBe("unauthorized");
    storedOf(await world.context.instances.reconnect(id, "records", { token: world.facebook.newToken() }));
    await world.settle();
    expect(recorded(world).sort()).toEqual(["a.png", "b.png"]);
    expect(world.graph.posts()).toHaveLength(2);
  });

  it("one is taken out and chosen again → it gets later files, and no post twice; removed → nothing is left of either", async () => {
    drop("a.png", 1);
    await notify(world, account);
    const before = (await world.context.instances.get(id))?.instance.destinations ?? [];
    const set = async (destinations: typeof before) =>
      storedOf(
        await world.context.instances.change(id, {
          edit: (now) => ({ ...now, destinations }),
          secrets: { page: { token: world.graph.tokens.current("page") } },
        }),
      );
    await set(before.filter(({ kind }) => kind === "records"));
    drop("b.png", 2);
    await notify(world, account);
    await set(before);
    drop("c.png", 3);
    await notify(world, account);
    await world.settle();
    expect(recorded(world).sort()).toEqual(["a.png", "b.png", "c.png"]);
    expect(world.graph.posts()).toHaveLength(2);
    await world.context.instances.remove(id);
    const left = (await world.backend.command(["KEYS", "relay:*"])) as Buffer[];
    expect(left.map(String).filter((key) => new RegExp(`:${id}(:|_|$)`).test(key))).toEqual([]);
  });

  it("both down, the process dies → a new one delivers each once at both", async () => {
    world.facebook.fail({ status: 503, retryAfter: 60, count: 1 });
    world.graph.fail({ status: 503, count: 1 });
    drop("a.png");
    await notify(world, account);
    world.restart();
    world.messages.length = 0;
    world.advance(30 * 60_000);
    await world.sweep();
    await world.settle();
    expect(recorded(world)).toEqual(["a.png"]);
    expect(world.graph.posts()).toHaveLength(1);
  });
});
