/** Making an instance in a real Chromium, by who never saw an API: from consent to a file that arrives at the callback. */
import { randomBytes } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Dashboard, loggedIn, startChromium, startDashboard } from "../support/dashboard.ts";
import { watched } from "../support/page-check.ts";

const SCRIPTS_MAX_BYTES = 170_000;
const LOOKS = [
  { width: 390, colorScheme: "light" },
  { width: 1280, colorScheme: "dark" },
] as const;

let browser: Browser;
let dashboard: Dashboard;
let pages: ReturnType<typeof watched>;
const key = `whsec_${randomBytes(32).toString("base64")}`;
const hooks = () => `${dashboard.sandbox.url}/receiver/hooks`;

beforeAll(async () => {
  browser = await startChromium();
  dashboard = await startDashboard({
    env: { ALLOW_PRIVATE_CALLBACKS: "1" },
    before: ({ dropbox }) => {
      dropbox.files.addFile("/Photos/2026/from before.jpg", "old");
      dropbox.files.addFile("/Photos/2026/drawing.psd", "old");
      dropbox.files.addFolder("/Members");
    },
  });
  pages = watched(dashboard.relay.url);
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await dashboard?.close();
});

/** As its owner does; answers the form that it leads to. */
async function connected(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Connect Dropbox" }).click();
  await page.getByRole("button", { name: "Go to Dropbox" }).click();
  await page.getByRole("button", { name: "Allow" }).click();
  await page.getByText("Dropbox is connected.").waitFor();
}

it.each(LOOKS)("nothing there yet, at $width px, $colorScheme → each page right", async (look) => {
  const context = await loggedIn(browser, dashboard, look);
  for (const path of ["/instances", "/instances/new"]) await pages.looksRight(await pages.open(context, path));
  await context.close();
});

it("from consent to a running instance, by keyboard and mouse → a new file arrives at the callback", async () => {
  const { sandbox } = dashboard;
  sandbox.receiver.knows(key);
  const context = await loggedIn(browser, dashboard, { width: 1280 });
  const page = await pages.open(context, "/instances");
  await page.getByRole("link", { name: "New instance" }).click();
  await connected(page);

  const name = page.getByRole("textbox", { name: "Name", exact: true });
  await name.fill("");
  await name.press("Enter"); // the form is sent by the keyboard, and is not complete
  await page.getByText("Name: must not be empty").first().waitFor();
  await pages.looksRight(page);
  await page.keyboard.type("unused"); // nothing has the focus: nothing happens
  await page.getByRole("link", { name: "Name" }).click();
  expect(await name.evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.type("Harbour");

  await page.getByText("Show Optional Fields").click();
  await page.getByLabel("Callback Notification Signature Key").fill(key);
  await page.getByLabel("Events Enabled").focus();
  await page.keyboard.press("Space");
  await page.getByLabel("Event Notification Callback URL").fill(hooks());

  await page.getByRole("button", { name: "Choose", exact: true }).click();
  await page.getByRole("button", { name: "Photos", exact: true }).click();
  await page.getByRole("button", { name: "2026", exact: true }).press("Enter");
  await page.getByText("/Photos/2026", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Use this folder" }).click();
  expect(await page.getByLabel("Folder", { exact: true }).inputValue()).toBe("/Photos/2026");
  await page.getByText("2 of 2 files fit.").waitFor();
  await page.getByLabel("Only these kinds").fill("jpg");
  await page.getByText("1 of 2 files fits.").waitFor();
  await page.getByText(/Left out: .*drawing\.psd/).waitFor();
  await pages.looksRight(page);

  await page.getByRole("button", { name: "Create Instance" }).click();
  await page.getByText("It runs.").waitFor();
  await page.getByRole("button", { name: "Send a test event" }).click();
  await page.getByText("Your endpoint answered 202").waitFor();
  await pages.looksRight(page);

  sandbox.dropbox.files.addFile("/Photos/2026/first.jpg", "first");
  sandbox.dropbox.files.addFile("/Photos/2026/second.psd", "second");
  const arrived = () => sandbox.receiver.events().map(({ path }) => path);
  await expect.poll(arrived, { timeout: 60_000 }).toContain("/Photos/2026/first.jpg");
  expect(arrived().filter((path) => path !== "/Test event of the relay.txt")).toEqual(["/Photos/2026/first.jpg"]);
  expect(sandbox.receiver.unsigned()).toBe(0);
  expect(await page.content()).not.toContain(key);
  await context.close();
});

it("a template in the making → what the newest file's post would say, and what is wrong with it, as one types", async () => {
  const context = await loggedIn(browser, dashboard, { width: 1280 });
  const page = await pages.open(context, "/instances/1");
  await page.getByRole("button", { name: "Add a Facebook Page" }).click();
  const template = page.getByLabel("Text of a post");
  await template.fill("New: {{ stem | upcase }}");
  await page.getByText(/^New: (FIRST|FROM BEFORE)$/).waitFor();
  await template.fill("{{ nobody }}");
  await page.getByText(/^line 1: there is no nobody/).waitFor();
  await page.getByLabel("The Page's number").fill("701");
  await page.getByRole("button", { name: "Save", exact: true }).last().click();
  await page
    .getByText(/Text of a post: line 1: there is no nobody/)
    .first()
    .waitFor();
  expect(await template.inputValue()).toBe("{{ nobody }}");
  await pages.looksRight(page);
  await context.close();
});

it("without any script: folders, files that fit, one more destination, and its end → all by forms", async () => {
  const context = await loggedIn(browser, dashboard, { width: 390, javaScriptEnabled: false });
  const page = await pages.open(context, "/instances/new");
  await connected(page);
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Without a script");
  await page.getByRole("button", { name: "Choose", exact: true }).click();
  await page.getByRole("button", { name: "Photos", exact: true }).click();
  await page.getByRole("button", { name: "Use this folder" }).click();
  await page.getByRole("button", { name: "See which files fit" }).click();
  await page.getByText(/ of \d files fit\./).waitFor();
  await page.getByRole("button", { name: "Add a records endpoint" }).click();
  await page.getByRole("button", { name: "Create Instance" }).click();
  await page
    .getByText(/Records endpoint: must not be empty/)
    .first()
    .waitFor();
  await page.getByRole("button", { name: "Take out: Records endpoint" }).click();
  await page.getByLabel("Where this deployment publishes").check();
  expect(await page.getByLabel("Folder", { exact: true }).inputValue()).toBe("/Photos");
  await page.getByRole("button", { name: "Create Instance" }).click();
  await page.getByText("It runs.").waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Resume" }).waitFor();
  await page.getByRole("link", { name: "Delete…" }).click();
  await page.getByRole("button", { name: "Delete this instance" }).click();
  await page.getByText("The instance is gone.").waitFor();
  expect(await page.getByText("Without a script").count()).toBe(0);
  await context.close();
});

it.each(LOOKS)("an instance that runs, at $width px, $colorScheme → each page right", async (look) => {
  const context = await loggedIn(browser, dashboard, look);
  for (const path of ["/instances", "/instances/1", "/instances/1/remove"])
    await pages.looksRight(await pages.open(context, path));
  await context.close();
});

it("instances by what one remembers → the one meant, none, and the way from its card to it and its files", async () => {
  const context = await loggedIn(browser, dashboard, { width: 390 });
  const page = await pages.open(context, "/instances");
  await page.getByLabel("Name, account, folder or destination").fill("no such thing");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByText("None is like that.").waitFor();
  await pages.looksRight(page);
  await page.getByRole("link", { name: "Clear" }).click();
  await page.getByLabel("State").selectOption("Active");
  await page.getByRole("button", { name: "Search" }).click();
  await page.waitForURL(/state=active/);
  await page.locator("a.file").first().waitFor();
  await pages.looksRight(page);

  await page.goto(`${dashboard.relay.url}/`);
  await page.getByRole("heading", { level: 2 }).getByRole("link").first().click();
  await page.getByRole("link", { name: "Files", exact: true }).last().click();
  await page.waitForURL(/\/files\?link=\d+/);
  await pages.looksRight(page);
  await context.close();
});

it("the form, opened for the first time → only our scripts run, nothing is kept, little to load", async () => {
  const fresh = await startChromium(); // the other one has the scripts in its memory
  const page = await (await loggedIn(fresh, dashboard, { width: 1280 })).newPage();
  const sizes: Promise<{ responseBodySize: number }>[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") sizes.push(response.request().sizes());
  });
  const response = await page.goto(`${dashboard.relay.url}/instances/1`, { waitUntil: "load" });
  const headers = response?.headers() ?? {};
  expect(headers["content-security-policy"]).toMatch(/script-src 'self' 'nonce-[^']+';/);
  expect(headers["content-security-policy"]).not.toContain("unsafe");
  expect(headers["cache-control"]).toContain("no-store");
  const bytes = (await Promise.all(sizes)).reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
  await fresh.close();
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(SCRIPTS_MAX_BYTES);
});
