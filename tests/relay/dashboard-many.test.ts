/** A hundred thousand deliveries in the store: each page and each answer costs what it costs with a thousand of them. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { answerHealth, answerList, answerWhy } from "@/lib/relay/answer-question.ts";
import { findLink } from "@/lib/relay/find-link.ts";
import { readMark } from "@/lib/relay/read-mark.ts";
import { readOverview } from "@/lib/relay/read-overview.ts";
import { replayDead } from "@/lib/relay/replay-dead.ts";
import { FILE_STATES, type Found, LOOKED_MAX, SHOWN_MAX, searchFiles } from "@/lib/relay/search-files.ts";
import { tellStory } from "@/lib/relay/tell-story.ts";
import { secret } from "../support/builders.ts";
import { idOf, pathOf, seedMany } from "../support/many-deliveries.ts";
import { createWorld, type World } from "../support/world.ts";

const ADMIN = { ADMIN_TOKEN: secret() };
const SIZES = { few: 1_000, many: 100_000 };
const worlds = new Map<string, World>();
let bytes = 0;

beforeAll(async () => {
  for (const [name, deliveries] of Object.entries(SIZES)) {
    const world = await createWorld({ env: ADMIN });
    const now = world.now();
    const many = { instance: "env", outbox: "env_records", now, dueAt: now, deliveries, leftOut: deliveries / 10 };
    await seedMany((line) => world.backend.command(line), many);
    worlds.set(name, world);
  }
  const real = globalThis.fetch;
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const response = await real(input, init);
    bytes += (await response.clone().arrayBuffer()).byteLength;
    return response;
  });
}, 120_000);
afterAll(async () => {
  vi.restoreAllMocks();
  for (const world of worlds.values()) await world.close();
});

const at = (name: string): World => {
  const world = worlds.get(name);
  if (world === undefined) throw new Error("no such world");
  return world;
};

async function costOf(world: World, ask: () => Promise<unknown>) {
  await ask(); // scripts are there from then on
  const before = { commands: await world.backend.billedCommands(), bytes };
  await ask();
  return { commands: (await world.backend.billedCommands()) - before.commands, bytes: bytes - before.bytes };
}

const nothing = { words: "", folder: "", since: null };
const linkOf = async (world: World) => {
  const found = await findLink(world.context, "");
  if (found === null) throw new Error("no link");
  return found.link;
};
const asked = (path: string) =>
  new Request(`http://relay.test${path}`, { headers: { authorization: `Bearer ${ADMIN.ADMIN_TOKEN}` } });

/** What a person or a program can ask for, with the most it may cost: commands, and thousands of bytes. */
const QUESTIONS: [string, (world: World) => Promise<unknown>, number, number][] = [
  ["the overview", (world) => readOverview(world.context, null), 30, 20],
  ["whether it has changed", (world) => readMark(world.context, { after: null }), 4, 2],
  ["a file's story", async (world) => tellStory([await linkOf(world)], idOf(7), world.now()), 15, 10],
  ["a path's story", async (world) => tellStory([await linkOf(world)], pathOf(7), world.now()), 15, 10],
  ["GET /api/health", (world) => answerHealth(world.context, asked("/api/health")), 15, 10],
  ["GET /api/why", (world) => answerWhy(world.context, asked(`/api/why?path=${idOf(7)}`)), 15, 10],
  ...FILE_STATES.map((state): [string, (world: World) => Promise<unknown>, number, number] => [
    `the table of ${state}`,
    async (world) => searchFiles(world.context, await linkOf(world), { state, filter: nothing, after: null }),
    10,
    400,
  ]),
  ...FILE_STATES.map((state): [string, (world: World) => Promise<unknown>, number, number] => [
    `a search in ${state} that finds nothing`,
    async (world) =>
      searchFiles(world.context, await linkOf(world), {
        state,
        filter: { ...nothing, words: "no such name" },
        after: null,
      }),
    30,
    2_500,
  ]),
  ...(["waiting", "dead", "unclear", "settled"] as const).map(
    (state): [string, (world: World) => Promise<unknown>, number, number] => [
      `GET /api/deliveries?state=${state}`,
      (world) => answerList(world.context, asked(`/api/deliveries?state=${state}&limit=100`)),
      12,
      150,
    ],
  ),
  [
    "what a replay of some would do",
    async (world) =>
      replayDead(world.context.services, await linkOf(world), {
        filter: { reason: "x" },
        preview: true,
        after: null,
        audit: null,
      }),
    80,
    700,
  ],
];

describe("a hundred thousand deliveries, and a thousand", () => {
  it.each(QUESTIONS)(
    "%s → bounded in commands and bytes, however many there are",
    async (_, ask, commands, thousands) => {
      const many = await costOf(at("many"), () => ask(at("many")));
      expect(many.commands).toBeGreaterThan(0);
      expect(many.commands).toBeLessThanOrEqual(commands);
      expect(many.bytes).toBeLessThanOrEqual(thousands * 1_000);
      const few = await costOf(at("few"), () => ask(at("few")));
      expect(few.commands).toBeLessThanOrEqual(commands);
    },
  );

  it("the last of a part has gone meanwhile, among sixty thousand of one time → at most 60 commands, none skipped", async () => {
    const world = at("many");
    const link = await linkOf(world);
    const page = (after: string | null) =>
      searchFiles(world.context, link, { state: "waiting", filter: nothing, after });
    const first = await page(null);
    const second = await page(first?.after ?? null);
    const last = first?.files.at(-1);
    if (last?.kind !== "delivery") throw new Error("nothing waits");
    const key = "relay:d:env_records:due:live";
    await world.backend.command(["ZREM", key, last.listed.id]);
    const cost = await costOf(world, () => page(first?.after ?? null));
    expect(await page(first?.after ?? null)).toEqual(second);
    expect(cost.commands).toBeLessThanOrEqual(60);
    await world.backend.command(["ZADD", key, `${last.listed.at}`, last.listed.id]);
  });
});

describe("what was left out", () => {
  it("few among very many, and then many at once → each page short, each file once", async () => {
    const world = at("many");
    const link = await linkOf(world);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const part: Found | null = await searchFiles(world.context, link, { state: "leftOut", filter: nothing, after });
      if (part === null) throw new Error("our own mark was refused");
      expect(part.files.length).toBeLessThanOrEqual(2 * SHOWN_MAX);
      seen.push(...part.files.map((file) => (file.kind === "leftOut" ? file.id : "")));
      after = part.after;
    } while (after !== null);
    expect(new Set(seen).size).toBe(SIZES.many / 10);
    expect(seen).toHaveLength(SIZES.many / 10);
  });
});

describe("a search", () => {
  const search = async (state: "dead" | "settled", filter: object, after: string | null): Promise<Found> => {
    const world = at("many");
    const found = await searchFiles(world.context, await linkOf(world), {
      state,
      filter: { ...nothing, ...filter },
      after,
    });
    if (found === null) throw new Error("our own mark was refused");
    return found;
  };

  it("for one among twenty thousand that failed, going on and on → found, and each looked at once", async () => {
    const wanted = idOf(6); // the oldest one that failed
    let after: string | null = null;
    let looked = 0;
    const files: string[] = [];
    do {
      const part: Found = await search("dead", { words: "picture 6.jpg" }, after);
      expect(part.looked).toBeLessThanOrEqual(LOOKED_MAX);
      looked += part.looked;
      files.push(...part.files.flatMap((file) => (file.kind === "delivery" ? [file.listed.id] : [])));
      after = part.after;
    } while (after !== null);
    expect(files).toEqual([wanted]);
    expect(looked).toBe(SIZES.many / 5);
  });

  it("that many fit → as many as a page holds, and the next page begins behind the last of them", async () => {
    const first = await search("dead", { words: "picture" }, null);
    const second = await search("dead", { words: "picture" }, first.after);
    expect(first.files).toHaveLength(SHOWN_MAX);
    const ids = [...first.files, ...second.files].map((file) => (file.kind === "delivery" ? file.listed.id : file.id));
    const newest = Array.from({ length: SIZES.many }, (_, n) => SIZES.many - 1 - n).filter((n) =>
      [6, 7].includes(n % 10),
    );
    expect(ids).toEqual(newest.slice(0, 2 * SHOWN_MAX).map(idOf));
  });

  it("within a time that ended lately → over as soon as it comes to an older one", async () => {
    const { files, after, looked } = await search("settled", { since: at("many").now() - 100 }, null);
    expect(files).toHaveLength(10);
    expect(after).toBeNull();
    expect(looked).toBe(11);
  });
});
