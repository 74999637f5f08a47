/**
 * Every page there is, found by its file, so that a new one is in here by itself: usable by everybody, on a phone and a
 * desktop, without a complaint in the console, a jump while it loads, or much to load.
 */
import { readdirSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isTooWide, layoutShift, violationsOn, watch } from "../support/audit-page.ts";
import { type Dashboard, loggedIn, startChromium, startDashboard } from "../support/dashboard.ts";
import { makeInstance } from "../support/dashboard-instance.ts";
import { beforeScene, busyDay, SCENE_ENV } from "../support/dashboard-scenes.ts";

const SCRIPTS_MAX_BYTES = 170_000;
const LOOKS = [
  { width: 390, colorScheme: "dark" },
  { width: 1280, colorScheme: "light" },
] as const;
/** Written as text, by routes. */
const TEXT_PAGES = ["/login", "/connect/dropbox"];
const PICTURE = "/Photos/Harbour walk/View 3.jpg";

const STORY = "/files/[id]";
const SHARED = "/shared/[token]";

const PAGES = readdirSync("app", { recursive: true, encoding: "utf8" })
  .filter((file) => /(^|\/)page\.tsx$/.test(file))
  .map(
    (file) =>
      `/${file
        .split("/")
        .slice(0, -1)
        .filter((part) => !part.startsWith("("))
        .join("/")}`,
  );

let browser: Browser;
let dashboard: Dashboard;
/** Where the pages are whose address has a part that is not fixed; a new one of these says here where it is. */
const addresses: Record<string, string> = {};

beforeAll(async () => {
  browser = await startChromium();
  dashboard = await startDashboard({ env: SCENE_ENV, before: beforeScene });
  await busyDay(dashboard);
  const id = dashboard.sandbox.dropbox.files.at(PICTURE)?.id ?? "";
  addresses[STORY] = `/files/${encodeURIComponent(id)}`;
  addresses[SHARED] = `/shared/${await tokenOf(id)}`;
  const instance = await makeInstance(dashboard, {
    ...{ name: "Harbour walk", "relay.folder": "/Photos", "event.notification.enabled": "on" },
    "event.notification.callback.url": "https://app.example.org/hooks/files",
  });
  addresses["/instances/[id]"] = `/instances/${instance}`;
  addresses["/instances/[id]/remove"] = `/instances/${instance}/remove`;
  addresses["/files/bulk/[id]"] = await planOf();
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await dashboard?.close();
});

/** As the operator makes a link, and reads its address in the story. */
async function tokenOf(id: string): Promise<string> {
  const cookie = await dashboard.logIn();
  const { url } = dashboard.relay;
  const headers = { cookie, origin: url };
  const body = new URLSearchParams({ id, link: "env", days: "1" });
  await fetch(`${url}/files/share`, { method: "POST", redirect: "manual", headers, body });
  const page = await (await fetch(`${url}/files/${encodeURIComponent(id)}?link=env`, { headers })).text();
  return /\/shared\/([\w-]+\.[\w-]+)/.exec(page)?.[1] ?? "";
}

/** A plan, as its form asks for it; where its page is. */
async function planOf(): Promise<string> {
  const { url } = dashboard.relay;
  const response = await fetch(`${url}/files/bulk/plan`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: await dashboard.logIn(), origin: url },
    body: new URLSearchParams({ kind: "backfill" }),
  });
  return response.headers.get("location") ?? "";
}

function addressOf(page: string): string {
  const address = addresses[page] ?? page;
  if (address.includes("[")) throw new Error(`say where ${page} is to be looked at`);
  return dashboard.relay.url + address;
}

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
