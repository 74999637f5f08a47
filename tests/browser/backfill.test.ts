/** A backfill as a person makes it: planned, confirmed, followed to its end, called off; with and without any script. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Dashboard, loggedIn, startChromium, startDashboard } from "../support/dashboard.ts";
import { watched } from "../support/page-check.ts";

const OLDER = 120;
const LOOKS = [
  { width: 390, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
  { width: 1280, colorScheme: "light" },
  { width: 1280, colorScheme: "dark" },
] as const;

let browser: Browser;
let dashboard: Dashboard;
let pages: ReturnType<typeof watched>;
/** Where its pictures go, for who wants to look at them. */
const PICTURES = process.env.PICTURES;

beforeAll(async () => {
  browser = await startChromium();
  dashboard = await startDashboard({
    env: { EXCLUDE: "**/*.psd" },
    before: ({ dropbox }) => {
      dropbox.files.addFiles(OLDER, "/Photos/2019/View ");
      for (const n of [1, 2, 3]) dropbox.files.addFile(`/Posters/draft ${n}.psd`, "layers");
    },
  });
  pages = watched(dashboard.relay.url);
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await dashboard?.close();
});

const open = (context: BrowserContext, path: string): Promise<Page> => pages.open(context, path);

/** The same page in every look, while it says the same. */
async function everyLook(path: string, name: string): Promise<void> {
  for (const look of LOOKS) {
    const context = await loggedIn(browser, dashboard, look);
    const page = await open(context, path);
    const picture = `${name}-${look.width}-${look.colorScheme}.png`;
    if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${picture}`, fullPage: true });
    await pages.looksRight(page);
    await context.close();
  }
}
const records = () => dashboard.sandbox.facebook.records();

describe("a backfill", () => {
  it("planned without any script → counts, what is skipped by which rule, time and cost; nothing is sent", async () => {
    const context = await loggedIn(browser, dashboard, { width: 390, javaScriptEnabled: false });
    const page = await open(context, "/files?state=leftOut");
    await page.getByRole("link", { name: "Publish several" }).click();
    await page.getByRole("heading", { name: "Backfill" }).waitFor();
    await page.getByRole("button", { name: "Make a plan" }).click();
    await expect
      .poll(
        async () => {
          await page.reload();
          return page.getByText(`${OLDER} files would be published.`).count();
        },
        { timeout: 30_000 },
      )
      .toBe(1);
    await page.getByText("EXCLUDE: **/*.psd").waitFor();
    await page.getByText(/at list prices/).waitFor();
    expect(records()).toEqual([]);
    const { pathname } = new URL(page.url());
    await everyLook(pathname, "ready");
    await page.getByRole("button", { name: "Discard the plan" }).click();
    await page.getByText("The plan was discarded.").waitFor();
    expect(await page.getByRole("button", { name: /^Publish/ }).count()).toBe(0);
    await everyLook("/files/backfill", "form");
    await everyLook("/files/replay", "replay");
    await context.close();
  });

  it("confirmed → the bar moves to its end by itself, with a pause in between that the page tells; each file once", async () => {
    const context = await loggedIn(browser, dashboard, { width: 1280 });
    const page = await open(context, "/files/backfill");
    await page.getByLabel("In folder").fill("/Photos");
    await page.getByRole("button", { name: "Make a plan" }).click();
    await page.getByText(`${OLDER} files would be published.`).waitFor({ timeout: 30_000 });
    // The endpoint takes some and then asks for a pause.
    dashboard.sandbox.facebook.fail({ route: "POST /v1/records", status: 429, retryAfter: 8, count: 1, rate: 0.1 });
    await page.evaluate(() => document.body.setAttribute("data-same", "yes"));
    await page.getByRole("button", { name: `Publish ${OLDER} files` }).click();
    await page.getByRole("progressbar").waitFor();
    await page.getByText(/^It is through/).waitFor({ timeout: 90_000 });
    await page.getByText("100 %").waitFor();
    expect(records()).toHaveLength(OLDER);
    expect(dashboard.sandbox.facebook.doubles()).toEqual([]);
    await everyLook(new URL(page.url()).pathname, "done");
    // Once more: there is nothing left to do.
    await page.goto(`${dashboard.relay.url}/files/backfill`);
    await page.getByRole("button", { name: "Make a plan" }).click();
    await page.getByText(/^None of/).waitFor({ timeout: 30_000 });
    await context.close();
  });

  it("failed ones tried again while the endpoint asks for a pause, then called off → running in every look, dead as before", async () => {
    const { sandbox, relay } = dashboard;
    sandbox.facebook.faults.clear();
    for (const n of [1, 2, 3]) sandbox.dropbox.files.addFile(`/Members/${n}.json`, '{"email":7}');
    const context = await loggedIn(browser, dashboard, { width: 1280 });
    const page = await open(context, "/files?state=dead");
    // Nothing is under way yet while the notification has not come: the table itself says when all three are there.
    const failed = async () => {
      await page.reload();
      return page.getByRole("link", { name: /^[123]\.json$/ }).count();
    };
    await expect.poll(failed, { timeout: 30_000 }).toBe(3);
    await page.getByRole("link", { name: "Try several again" }).click();
    await page.getByLabel("Reason contains").fill("email");
    await page.getByRole("button", { name: "Make a plan" }).click();
    await page.getByText("3 files would be tried again.").waitFor({ timeout: 30_000 });
    // Everything waits.
    sandbox.facebook.fail({ route: "GET /v1/records", status: 429, retryAfter: 600, count: 1 });
    sandbox.dropbox.files.addFile("/Members/held.jpg", "x");
    await expect.poll(() => sandbox.facebook.faults.list().length, { timeout: 30_000 }).toBe(0);
    await page.getByRole("button", { name: "Try 3 files again" }).click();
    await page.getByRole("button", { name: "Call it off" }).waitFor();
    await expect.poll(async () => (await page.getByText("waiting").count()) > 0, { timeout: 30_000 }).toBe(true);
    await everyLook(new URL(page.url()).pathname, "running");
    await page.getByRole("button", { name: "Call it off" }).click();
    await page.getByText("Called off: 0 files done, 3 taken out.").waitFor({ timeout: 30_000 });
    await page.goto(`${relay.url}/files?state=dead`);
    await page.getByRole("link", { name: "3.json" }).waitFor();
    await context.close();
  });
});
