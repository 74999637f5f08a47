/** What a page costs in Redis, with thousands of deliveries in the store: bounded, whatever it finds. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explainStory } from "@/lib/relay/explain-story.ts";
import { findLink } from "@/lib/relay/find-link.ts";
import { readHealth } from "@/lib/relay/read-health.ts";
import { readMark } from "@/lib/relay/read-mark.ts";
import { readOverview } from "@/lib/relay/read-overview.ts";
import { FILE_STATES, SHOWN_MAX, searchFiles } from "@/lib/relay/search-files.ts";
import { tellStory } from "@/lib/relay/tell-story.ts";
import { createWorld, type World } from "../support/world.ts";

const FILES = 3_000;
let world: World;
let ids: string[];

beforeAll(async () => {
  world = await createWorld({ env: { EXCLUDE: "**/*9.jpg" } });
  await world.sweep();
  world.slow(3); // else all would be done at one and the same moment
  ids = world.dropbox.files.addFiles(FILES, "/inbox/photo-");
  await world.notify();
  await world.settle();
}, 60_000);
afterAll(() => world.close());

async function costOf<T>(ask: () => Promise<T>): Promise<{ answer: T; commands: number; requests: number }> {
  const before = { commands: await world.backend.billedCommands(), requests: world.rest.requests() };
  const answer = await ask();
  return {
    answer,
    commands: (await world.backend.billedCommands()) - before.commands,
    requests: world.rest.requests() - before.requests,
  };
}

const nothing = { words: "", folder: "", since: null };
const link = async () => {
  const found = await findLink(world.context, "");
  if (found === null) throw new Error("no link");
  return found.link;
};

describe("thousands of deliveries in the store", () => {
  it("the overview → at most 30 commands; the look whether it is still so → at most 4", async () => {
    const { answer, commands } = await costOf(() => readOverview(world.context, null));
    expect(answer.links[0]?.numbers?.health.settled).toBe(FILES * 0.9);
    expect(commands).toBeLessThanOrEqual(30);
    const again = await costOf(() => readMark(world.context, { after: null }));
    expect(again.commands).toBeLessThanOrEqual(4);
  });

  it.each(FILE_STATES)(
    "a table of the state %s, a search that finds nothing → at most 30 commands, and where to go on",
    async (state) => {
      const one = await link();
      const plain = await costOf(() => searchFiles(world.context, one, { state, filter: nothing, after: null }));
      expect(plain.commands).toBeLessThanOrEqual(20);
      const search = { state, filter: { ...nothing, words: "no such name" }, after: null };
      const vain = await costOf(() => searchFiles(world.context, one, search));
      expect(vain.commands).toBeLessThanOrEqual(30);
      expect(vain.answer?.files).toEqual([]);
      expect(vain.answer?.looked).toBeLessThanOrEqual(5 * 1_000);
    },
  );

  it("the numbers above the table → at most 15 commands", async () => {
    const one = await link();
    expect((await costOf(() => readHealth(one, world.now()))).commands).toBeLessThanOrEqual(15);
  });

  it("one file's story → at most 15 commands", async () => {
    const one = await link();
    const { answer, commands } = await costOf(() => tellStory([one], ids[0] ?? "", world.now()));
    expect(answer?.story.state).toBe("delivered");
    expect(commands).toBeLessThanOrEqual(15);
  });

  it("what it leaves open: names, rules and what is sent → no command more", async () => {
    const one = await link();
    const told = await tellStory([one], ids[0] ?? "", world.now());
    if (told === null) throw new Error("no story");
    const { answer, commands } = await costOf(() => explainStory(world.context, one, told));
    expect(answer.sent?.what).toBe("A record");
    expect(commands).toBe(0);
  });
});

describe("the table", () => {
  it("page after page of what is done → each file once, newest first", async () => {
    const one = await link();
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const part = await searchFiles(world.context, one, { state: "settled", filter: nothing, after });
      if (part === null) throw new Error("our own mark was refused");
      expect(part.files.length).toBeLessThanOrEqual(SHOWN_MAX);
      seen.push(...part.files.map((file) => (file.kind === "delivery" ? file.listed.id : file.id)));
      after = part.after;
    } while (after !== null);
    expect(seen).toHaveLength(FILES * 0.9);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it("what was left out, all of it → each with the rule's words, none that was delivered", async () => {
    const one = await link();
    const seen: { path: string; reason: string }[] = [];
    let after: string | null = null;
    do {
      const part = await searchFiles(world.context, one, { state: "leftOut", filter: nothing, after });
      if (part === null) throw new Error("our own mark was refused");
      for (const file of part.files) if (file.kind === "leftOut") seen.push(file);
      after = part.after;
    } while (after !== null);
    expect(seen).toHaveLength(FILES / 10);
    expect(seen.every(({ path, reason }) => path.endsWith("9.jpg") && reason.includes("exclude"))).toBe(true);
  });

  it.each(["settled~x", "dead~1~id:a", "-1", "x".repeat(900)])(
    "a mark that is none of ours, %s → refused",
    async (after) => {
      const one = await link();
      expect(await searchFiles(world.context, one, { state: "settled", filter: nothing, after })).toBeNull();
      if (!/^\d+$/.test(after)) {
        expect(await searchFiles(world.context, one, { state: "leftOut", filter: nothing, after })).toBeNull();
      }
    },
  );
});
