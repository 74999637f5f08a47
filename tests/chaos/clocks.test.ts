/** The queue's clock and the relay's do not agree: a little is borne, too much refuses every job and loses nothing. */
import { afterAll, describe, expect, it } from "vitest";
import { until } from "../built/until.ts";
import { createRandom } from "../sandbox/faults.ts";
import { createFolder } from "./folder.ts";
import { calm } from "./round.ts";
import { closeSites, openSite, type Site } from "./site.ts";

const FILES = 20;
afterAll(closeSites, 60_000);

/** A site whose queue is so far ahead of the relay, and then files in its folder. */
async function shifted(clockMs: number) {
  const site = await openSite("apart");
  await setClock(site, clockMs);
  const folder = createFolder(site.sandbox);
  folder.act({ drop: FILES, edit: 5, rename: 5 }, createRandom(1));
  return { site, folder };
}

async function setClock(site: Site, ms: number): Promise<void> {
  await site.kill(["queue"]);
  site.services?.setClock(ms);
  await site.ready();
}

/** How often the relay has refused a job, as the queue tells it. */
const refusals = (site: Site): number =>
  site.services?.process.output().match(/"state":"ERROR".*"responseStatus":401/g)?.length ?? 0;

describe.concurrent("the queue's clock", () => {
  it.each([
    ["4 s ahead of", 4_000],
    ["4 min behind", -240_000],
  ])("%s the relay's → no job refused, every file one record with its last content", async (_, ms) => {
    const { site, folder } = await shifted(ms);
    await calm(site, folder);
    expect(refusals(site)).toBe(0);
  });

  it.each([
    ["signed 10 s in the future", 10_000],
    ["signed an hour in the future", 3_600_000],
    ["expired 95 s ago", -400_000],
  ])("every job %s → refused, no request to either side; clocks agree again → every file one record", async (_, ms) => {
    const { site, folder } = await shifted(ms);
    const { dropbox, facebook } = site.sandbox;
    const listings = dropbox.requests();
    await until("jobs refused", () => refusals(site) >= 2, 60_000);
    expect(dropbox.requests()).toBe(listings);
    expect(facebook.requests()).toBe(0);
    await setClock(site, 0);
    await calm(site, folder);
  });
});
