/** Another Page, callback URL or records URL for an instance while deliveries wait for the former one. */
import { afterEach, describe, expect, it } from "vitest";
import { receiverTroubles } from "../sandbox/callback-receiver.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { pictureOf } from "../sandbox/picture.ts";
import { secret } from "../support/builders.ts";
import { connect, notify, recorded } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
afterEach(() => world.close());

async function withInstance(page: boolean, changes: Parameters<typeof connect>[2]) {
  world = await createWorld({ accounts: 1, ...(page ? { page: {} } : {}), env: { DROPBOX_ACCOUNT_ID: "dbid:mine" } });
  const [account] = world.accounts as [Dropbox];
  const { id } = await connect(world, account, changes);
  return { account, id };
}
/** The same, publishing on another Page from now on. */
const publishOn = (id: string, pageId: string) =>
  world.context.instances.change(id, {
    secrets: { page: { token: world.graph.tokens.current("page") } },
    edit: (one) => ({
      ...one,
      ...{ status: "active", trouble: null },
      destinations: one.destinations.map((to) => (to.kind === "page" ? { ...to, pageId } : to)),
    }),
  });
const card = async (key: string) => Number(await world.backend.command(["ZCARD", `relay:d:${key}`]));

describe("what waits for the former place", () => {
  it("another Page → its posts go to that one, once, also when the change's job was lost", async () => {
    const { account, id } = await withInstance(true, { destinations: [{ kind: "page", id: "page", pageId: "701" }] });
    account.files.addFile("/a.png", pictureOf(1, 12, 9));
    await notify(world, account);
    await world.runUntil(world.now());
    expect(await card(`${id}_page_701:due:live`)).toBe(1);
    const pageId = world.graph.page.id;
    await publishOn(id, pageId);
    world.messages.length = 0;
    world.restart();
    await world.sweep();
    await world.settle();
    expect(world.graph.posts()).toHaveLength(1);
    expect(await card(`${id}_page_701:due:live`)).toBe(0);
    expect(await card(`${id}_page_${pageId}:settled`)).toBe(1);
    await world.sweep();
    await world.settle();
    expect(world.graph.posts()).toHaveLength(1);
  });

  it("another records URL → written there", async () => {
    const url = "http://sandbox.test/facebook/nothing/records";
    const { account, id } = await withInstance(false, { destinations: [{ kind: "records", id: "records", url }] });
    account.files.addFile("/a.jpg", "x");
    await notify(world, account);
    expect([recorded(world), await card(`${id}_records:due:live`)]).toEqual([[], 1]);
    await world.context.instances.change(id, {
      edit: (one) => ({
        ...one,
        destinations: one.destinations.map((to) =>
          to.kind === "records" ? { ...to, url: "http://sandbox.test/facebook/v1/records" } : to,
        ),
      }),
    });
    await world.settle();
    expect(recorded(world)).toEqual(["a.jpg"]);
  });

  it("another callback URL → told there, and the former endpoint's pause is not the new one's", async () => {
    const to = (url: string) => ({ kind: "callback" as const, id: "callback", url, settings: {} });
    const { account, id } = await withInstance(false, { destinations: [] });
    const signingSecret = world.env.CALLBACK_SECRET ?? secret();
    await world.context.instances.change(id, {
      edit: (one) => ({ ...one, destinations: [to("https://receiver.example.org/former")] }),
      secrets: { callback: { signingSecret } },
    });
    await world.settle();
    world.receiver.knows(signingSecret);
    world.receiver.fail({ ...receiverTroubles.gone, count: 1 });
    account.files.addFile("/a.jpg", "x");
    await notify(world, account);
    expect(await card(`${id}_callback:due:live`)).toBe(1);
    await world.context.instances.change(id, {
      edit: (one) => ({ ...one, destinations: [to("https://receiver.example.org/present")] }),
    });
    await world.settle();
    expect(world.receiver.events().map(({ path }) => path)).toEqual(["/a.jpg"]);
    expect(await card(`${id}_callback:due:live`)).toBe(0);
  });

  it("the answer of a post was lost, another Page and back before its next attempt → one post", async () => {
    const { account, id } = await withInstance(true, { destinations: [{ kind: "page", id: "page", pageId: "701" }] });
    const mine = world.graph.page.id;
    await publishOn(id, mine);
    await world.settle();
    world.advance(60_000);
    world.graph.fail({ route: "POST /{page}/feed", when: "after", answer: "lost", count: 1 });
    account.files.addFile("/a.png", pictureOf(1, 12, 9));
    await notify(world, account);
    expect(world.graph.posts()).toHaveLength(1);
    for (const pageId of ["701", mine]) {
      await publishOn(id, pageId);
      await world.runUntil(world.now());
    }
    await world.settle();
    expect(world.graph.posts()).toHaveLength(1);
  });
});
