/** The operator's pages in a real Chromium, on a phone and a desktop: empty, busy and failing, and without any script. */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Dashboard, loggedIn, startChromium, startDashboard } from "../support/dashboard.ts";
import { BROKEN_FILE, beforeScene, busyDay, SCENE_ENV } from "../support/dashboard-scenes.ts";
import { watched } from "../support/page-check.ts";

const SCRIPTS_MAX_BYTES = 170_000;
const LOOKS = [
  { width: 390, colorScheme: "light" },
  { width: 1280, colorScheme: "dark" },
] as const;

let browser: Browser;
let dashboard: Dashboard;
let pages: ReturnType<typeof watched>;

beforeAll(async () => {
  browser = await startChromium();
  dashboard = await startDashboard({ env: SCENE_ENV, before: beforeScene });
  pages = watched(dashboard.relay.url);
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await dashboard?.close();
});

const open = (context: BrowserContext, path: string): Promise<Page> => pages.open(context, path);
const looksRight = (page: Page): Promise<void> => pages.looksRight(page);

const storyOf = (path: string) => `/files/${encodeURIComponent(dashboard.sandbox.dropbox.files.at(path)?.id ?? "")}`;

describe("nothing has happened yet", () => {
  it.each(LOOKS)("each page at $width px, $colorScheme → says what to do, no violation, no error", async (look) => {
    const context = await loggedIn(browser, dashboard, look);
    const overview = await open(context, "/");
    await overview.getByText("Ready for the first file.").waitFor();
    await looksRight(overview);
    const files = await open(context, "/files");
    await files.getByText("Nothing has been delivered yet.").waitFor();
    await looksRight(files);
    const setup = await open(context, "/setup");
    await setup.getByRole("heading", { name: "Public address" }).waitFor();
    await looksRight(setup);
    await context.close();
  });

  it("not logged in → the login, and the page asked for after it", async () => {
    const context = await browser.newContext();
    const page = await open(context, "/files?state=dead");
    await page.getByLabel(/ADMIN_TOKEN/).fill(dashboard.adminToken);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("heading", { name: "Files" }).waitFor();
    expect(new URL(page.url()).searchParams.get("state")).toBe("dead");
    await context.close();
  });
});

describe("something happens", () => {
  it("a file dropped while the overview is open → shown there without a reload", async () => {
    const context = await loggedIn(browser, dashboard, { width: 1280 });
    const page = await open(context, "/");
    await page.evaluate(() => document.body.setAttribute("data-same", "yes"));
    dashboard.sandbox.dropbox.files.addFile("/Photos/first of all.jpg", "first");
    await page.getByRole("link", { name: "first of all.jpg" }).waitFor({ timeout: 60_000 });
    expect(await page.getAttribute("body", "data-same")).toBe("yes");
    await context.close();
  });

  it("a test notification, sent without any script → it went round, and the checklist knows", async () => {
    const context = await loggedIn(browser, dashboard, { width: 390, javaScriptEnabled: false });
    const page = await open(context, "/setup");
    await page.getByRole("button", { name: "Send test notification" }).click();
    await page.getByText(/It went round/).waitFor();
    await page.getByText(/The last one led to a listing/).waitFor();
    await context.close();
  });

  it("the endpoint refuses its key while the checklist is open → said there without a reload", async () => {
    const context = await loggedIn(browser, dashboard, { width: 1280 });
    const page = await open(context, "/setup");
    const line = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "Records endpoint" }) });
    await line.getByText("Works").waitFor();
    await page.evaluate(() => document.body.setAttribute("data-same", "yes"));
    dashboard.sandbox.facebook.fail({ route: "GET /v1/records", status: 401, count: 100 });
    try {
      // While all is well, it is looked at again after a minute.
      await line.getByText("Wrong").waitFor({ timeout: 90_000 });
    } finally {
      dashboard.sandbox.facebook.faults.clear();
    }
    await looksRight(page);
    expect(await page.getAttribute("body", "data-same")).toBe("yes");
    await context.close();
  });

  it("refused by the endpoint, then tried again without any script → delivered, and its story tells both", async () => {
    const { sandbox, relay } = dashboard;
    sandbox.facebook.fail({ route: "POST /v1/records", status: 400, body: "amount is missing", count: 1 });
    sandbox.dropbox.files.addFile("/Photos/refused once.jpg", "x");
    await expect
      .poll(() => sandbox.facebook.faults.list().length + (relay.local?.idle() ? 0 : 1), { timeout: 30_000 })
      .toBe(0);
    const context = await loggedIn(browser, dashboard, { width: 1280, javaScriptEnabled: false });
    const page = await open(context, storyOf("/Photos/refused once.jpg"));
    await page
      .getByText(/Not delivered: .*amount is missing/)
      .first()
      .waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("It is in line again.").waitFor();
    await expect
      .poll(() => sandbox.facebook.records().map(({ name }) => name), { timeout: 30_000 })
      .toContain("refused once.jpg");
    await expect.poll(() => relay.local?.idle(), { timeout: 30_000 }).toBe(true);
    await page.goto(relay.url + storyOf("/Photos/refused once.jpg"));
    await page.getByText(/^Delivered /).waitFor();
    await page.getByText("Replayed by a person").waitFor();
    await context.close();
  });

  it.each(LOOKS)("a busy day at $width px, $colorScheme → every page right, however long a name", async (look) => {
    if (dashboard.sandbox.dropbox.files.at(BROKEN_FILE) === undefined) await busyDay(dashboard);
    const context = await loggedIn(browser, dashboard, look);
    const overview = await open(context, "/");
    await overview.getByText("broken.json could not be delivered.").waitFor();
    await looksRight(overview);
    const states = ["dead", "unclear", "waiting", "claimed", "settled", "leftOut"];
    for (const path of states.map((state) => `/files?state=${state}`)) await looksRight(await open(context, path));
    await looksRight(await open(context, "/files?q=walking&folder=/photos&since=day"));
    await looksRight(await open(context, storyOf("/Photos/Harbour walk/View 10.jpg")));
    await looksRight(await open(context, storyOf("/Posters/draft.psd")));
    await looksRight(await open(context, "/setup"));
    await context.close();
  });

  it("a failing file, by somebody who never saw this → reason and action on the first screen of a phone", async () => {
    const context = await loggedIn(browser, dashboard, { width: 390, height: 760 });
    const page = await open(context, "/");
    await page.getByRole("link", { name: "See what to do" }).click();
    const reason = page.getByText("Not delivered: Field email of the JSON file");
    await reason.waitFor();
    for (const part of [reason, page.getByRole("button", { name: "Try again" })]) {
      const box = await part.boundingBox();
      expect((box?.y ?? 9_999) + (box?.height ?? 0)).toBeLessThan(760);
    }
    await looksRight(page);
    await context.close();
  });
});

describe("the frame", () => {
  it("the first key → a way past the bar, and it leads to the content", async () => {
    const context = await loggedIn(browser, dashboard, { width: 1280 });
    const page = await open(context, "/");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("content");
    await context.close();
  });

  it.each(["/", "/files", "/setup"])(
    "%s → a policy that runs only our scripts, nothing kept, little to load",
    async (path) => {
      const context = await loggedIn(browser, dashboard, { width: 1280 });
      const page = await context.newPage();
      const sizes: Promise<{ responseBodySize: number }>[] = [];
      page.on("response", (response) => {
        if (response.request().resourceType() !== "script") return;
        sizes.push(response.request().sizes());
      });
      const response = await page.goto(dashboard.relay.url + path, { waitUntil: "load" });
      const headers = response?.headers() ?? {};
      expect(headers["content-security-policy"]).toMatch(/script-src 'self' 'nonce-[^']+';/);
      expect(headers["content-security-policy"]).not.toContain("unsafe");
      expect(headers["cache-control"]).toContain("no-store");
      const bytes = (await Promise.all(sizes)).reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
      expect(bytes).toBeGreaterThan(10_000);
      expect(bytes).toBeLessThan(SCRIPTS_MAX_BYTES);
      await context.close();
    },
  );
});
