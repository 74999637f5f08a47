/**
 * Every page there is, found by its file, so that a new one is in here by itself: usable by everybody, on a phone and a
 * desktop, without a complaint in the console, a jump while it loads, or much to load.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isTooWide, layoutShift, violationsOn, watch } from "../support/audit-page.ts";
import { type Dashboard, loggedIn, startChromium, startDashboard } from "../support/dashboard.ts";
import { beforeScene, SCENE_ENV } from "../support/dashboard-scenes.ts";
import { fillPages, PAGES, PICTURE, SHARED, STORY, TEXT_PAGES } from "../support/every-page.ts";

const SCRIPTS_MAX_BYTES = 170_000;
const LOOKS = [
  { width: 390, colorScheme: "dark" },
  { width: 1280, colorScheme: "light" },
] as const;

let browser: Browser;
let dashboard: Dashboard;
let addressOf: (page: string) => string;

beforeAll(async () => {
  browser = await startChromium();
  dashboard = await startDashboard({ env: SCENE_ENV, before: beforeScene });
  addressOf = await fillPages(dashboard);
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await dashboard?.close();
});

it("the pages of the application → found", () => {
  expect(PAGES).toEqual(expect.arrayContaining(["/", "/files", STORY, "/setup", SHARED]));
});

it.each([...PAGES, ...TEXT_PAGES].flatMap((page) => LOOKS.map((look) => ({ page, ...look }))))(
  "$page at $width px, $colorScheme → no violation, no complaint, nothing moves, little to load",
  async ({ page: path, ...look }) => {
    const context = await loggedIn(browser, dashboard, look);
    const page = await context.newPage();
    const seen = watch(page);
    const response = await page.goto(addressOf(path), { waitUntil: "load" });
    expect(response?.status()).toBe(200);
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await page.waitForFunction(() => [...document.images].every((image) => image.complete));
    expect(await violationsOn(page)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
    expect(await layoutShift(page)).toBeLessThan(0.01);
    expect(await seen.scriptBytes()).toBeLessThan(SCRIPTS_MAX_BYTES);
    expect(await page.title()).not.toBe("");
    expect(seen.complaints).toEqual([]);
    await context.close();
  },
);

it("the table and a story of pictures → each shown, from one request to Dropbox for all of the table", async () => {
  const context = await loggedIn(browser, dashboard, { width: 1280 });
  const page = await context.newPage();
  for (const address of [`${dashboard.relay.url}/files?state=settled`, addressOf(STORY)]) {
    await page.goto(address, { waitUntil: "load" });
    const images = page.locator("img");
    await images.first().scrollIntoViewIfNeeded();
    await page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0));
    expect(await images.count()).toBeGreaterThan(0);
  }
  const batches = dashboard.sandbox.dropbox.log().filter(({ label }) => label.includes("get_thumbnail_batch"));
  expect(batches.length).toBeLessThanOrEqual(LOOKS.length + 2);
  await context.close();
});

it("Dropbox makes no pictures now → the table and the story are there all the same, their places empty", async () => {
  dashboard.sandbox.dropbox.fail({ route: "files/get_thumbnail_batch", status: 500, rate: 1 });
  const { files } = dashboard.sandbox.dropbox;
  files.addFile("/Photos/none of it.jpg", "not asked for before");
  const context = await loggedIn(browser, dashboard, { width: 390 });
  const page = await context.newPage();
  const seen = watch(page);
  await page.goto(`${dashboard.relay.url}/files?state=settled`, { waitUntil: "load" });
  await page.getByText("View 3.jpg").waitFor();
  expect(await layoutShift(page)).toBeLessThan(0.01);
  expect(seen.complaints).toEqual([]);
  dashboard.sandbox.dropbox.faults.clear();
  await context.close();
});

it("a shared story, by who was sent its address → read without a session, kept nowhere, told to nobody, no way further", async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  const response = await page.goto(addressOf(SHARED));
  await page.getByRole("heading", { name: "View 3.jpg" }).waitFor();
  const headers = response?.headers() ?? {};
  expect(headers["referrer-policy"]).toBe("no-referrer");
  expect(headers["x-robots-tag"]).toContain("noindex");
  expect(headers["cache-control"]).toContain("no-store");
  expect(await page.locator("form, button, a[href^='/']").count()).toBe(0);
  const html = await page.content();
  expect(html).not.toContain("Harbour walk");
  expect(html).not.toContain(dashboard.sandbox.dropbox.files.at(PICTURE)?.id);
  const forged = await page.goto(addressOf(SHARED).slice(0, -1));
  expect(forged?.status()).toBe(404);
  await page.getByText("This link shows nothing").waitFor();
  await context.close();
});
