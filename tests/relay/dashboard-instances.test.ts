/** Stored instances on the pages: each destination by itself, paused ones too, and never another's deliveries. */
import { afterEach, expect, it } from "vitest";
import { overviewView } from "@/lib/dashboard/overview-view.ts";
import { explainStory } from "@/lib/relay/explain-story.ts";
import { findLink } from "@/lib/relay/find-link.ts";
import { linkNames } from "@/lib/relay/link-names.ts";
import { readOverview } from "@/lib/relay/read-overview.ts";
import { searchFiles } from "@/lib/relay/search-files.ts";
import { searchInstances } from "@/lib/relay/search-instances.ts";
import { tellStory } from "@/lib/relay/tell-story.ts";
import { aDraft, connect, notify, storedOf } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
afterEach(() => world.close());

const url = "http://sandbox.test/facebook/v1/records";
const BOTH = [
  { kind: "records" as const, id: "records", url },
  { kind: "records" as const, id: "second", url },
];
const nothing = { words: "", folder: "", since: null };

it("two destinations, one without a key → each has its own card, numbers, address and files", async () => {
  world = await createWorld();
  const { id } = await connect(world, world.dropbox, { name: "Harbour", destinations: BOTH });
  world.dropbox.files.addFile("/a.jpg", "a");
  await notify(world, world.dropbox);
  const view = overviewView(await readOverview(world.context, null), world.now());
  const cards = view.cards.filter(({ name }) => name === "Harbour");
  expect(cards.map((card) => [card.id, card.word])).toEqual([
    [`${id}.records`, "Up to date"],
    [`${id}.second`, "Key refused"],
  ]);
  expect(view.headline).toMatchObject({ tone: "bad" });
  const { links } = await linkNames(world.context, "env");
  expect(links.map((one) => one.id)).toEqual(["env", `${id}.records`, `${id}.second`]);

  const found = await Promise.all(
    [`${id}.records`, `${id}.second`].map(async (address) => {
      const at = await findLink(world.context, address);
      if (at === null) throw new Error(`no ${address}`);
      expect(at.address).toBe(address);
      const settled = await searchFiles(world.context, at.link, { state: "settled", filter: nothing, after: null });
      const waiting = await searchFiles(world.context, at.link, { state: "waiting", filter: nothing, after: null });
      return [settled?.files.length, waiting?.files.length];
    }),
  );
  expect(found).toEqual([
    [1, 0],
    [0, 1],
  ]);
});

it("a file of a stored instance → its story names the instance and each destination", async () => {
  world = await createWorld();
  const page = { kind: "page" as const, id: "page", pageId: "123", pageName: "Fair Page" };
  const { id } = await connect(world, world.dropbox, { name: "Harbour", destinations: [...BOTH, page] });
  world.dropbox.files.addFile("/a.jpg", "a");
  await notify(world, world.dropbox);
  const named = [];
  for (const address of [`${id}.records`, `${id}.page`]) {
    const at = await findLink(world.context, address);
    const told = at === null ? null : await tellStory([at.link], "/a.jpg", world.now());
    if (at === null || told === null) throw new Error(`no ${address}`);
    const { instance, destination, sent } = await explainStory(world.context, at.link, told);
    named.push([instance, destination, sent?.what]);
  }
  expect(named).toEqual([
    ["Harbour", "Records endpoint", "A record"],
    ["Harbour", "Fair Page", "A photo"],
  ]);
});

it.each(["paused", "disabled"] as const)(
  "a %s one → a card that says so; its files and their stories can be looked at",
  async (status) => {
    world = await createWorld();
    const { id } = await connect(world, world.dropbox);
    world.dropbox.files.addFile("/a.jpg", "a");
    await notify(world, world.dropbox);
    await world.context.instances.setStatus(id, status);
    const view = overviewView(await readOverview(world.context, null), world.now());
    expect(view.cards.find((card) => card.id === `${id}.records`)).toMatchObject({
      word: status === "paused" ? "Paused" : "Off",
      numbers: [],
    });
    const at = await findLink(world.context, id);
    if (at === null) throw new Error("not found");
    expect(at.runs).toBe(false);
    expect((await tellStory([at.link], "/a.jpg", world.now()))?.story.state).toBe("delivered");
    const settled = await searchFiles(world.context, at.link, { state: "settled", filter: nothing, after: null });
    expect(settled?.files.length).toBe(1);
    world.dropbox.files.addFile("/b.jpg", "b");
    await notify(world, world.dropbox);
    await world.settle();
    expect((await tellStory([at.link], "/b.jpg", world.now()))?.story.state).toBe("notSeen");
  },
);

it.each(["nobody", "env.2", "env.9", "99", "1.1", "../env", "x".repeat(100)])(
  "an address that is none, %s → nothing is found",
  async (address) => {
    world = await createWorld();
    expect(await findLink(world.context, address)).toBeNull();
  },
);

it("the first destination is none that this deployment delivers to → the other keeps its own card and address", async () => {
  world = await createWorld();
  const destinations = [
    { kind: "callback" as const, id: "events", url: "https://receiver.test/" },
    ...BOTH.slice(0, 1),
  ];
  const { id } = await connect(world, world.dropbox, { name: "Harbour", destinations });
  world.dropbox.files.addFile("/a.jpg", "a");
  await notify(world, world.dropbox);
  const { links } = await readOverview(world.context, null);
  expect(links.slice(1).map((one) => [one.id, one.to, one.numbers?.health.settled ?? null])).toEqual([
    [`${id}.events`, "Callback", null],
    [`${id}.records`, "Records endpoint", 1],
  ]);
  expect(await findLink(world.context, `${id}.events`)).toBeNull();
  expect((await findLink(world.context, id))?.address).toBe(`${id}.records`);
});

it("more instances than one can choose from, one behind them chosen → it is among them, and that there are more is known", async () => {
  world = await createWorld();
  const ids: string[] = [];
  for (let n = 1; n <= 102; n += 1) {
    const made = await world.context.instances.create(aDraft({ name: `number ${n}`, account: `dbid:${n}` }), {});
    ids.push(storedOf(made).instance.id);
  }
  const chosen = `${ids.at(-1)}.records`;
  const { links, isPart } = await linkNames(world.context, chosen);
  expect(isPart).toBe(true);
  expect(links).toHaveLength(102);
  expect(links.at(-1)).toEqual({ id: chosen, name: "number 102" });
  expect((await linkNames(world.context, "env")).links).toHaveLength(101);
  expect((await linkNames(world.context, `${ids[0]}.records`)).links).toHaveLength(101);

  const found = await searchInstances(world.context, "0", ({ name }) => name === "number 101");
  expect([found.found.length, found.total, found.looked]).toEqual([1, 102, 102]);
});
