/**
 * The way of somebody who has just deployed, in a real Chromium: from an empty deployment to a Page that fills itself. Only
 * files are dropped and faults made from outside; all else is read from the pages and done on them.
 */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pictureOf } from "../sandbox/picture.ts";
import { type Dashboard, loggedIn, startChromium, startDashboard } from "../support/dashboard.ts";
import { watched } from "../support/page-check.ts";

const OLDER = 30;
const WAIT_MS = 60_000;

export function journey(look: { width: number; colorScheme: "light" | "dark" }): void {
  let browser: Browser;
  let dashboard: Dashboard;

  beforeAll(async () => {
    browser = await startChromium();
    dashboard = await startDashboard({
      sandbox: { destination: "page", facebookLogin: true, pageManners: { repeatWindowMs: 0 } },
      env: { DROPBOX_FOLDER: "/Office" },
      isRegistered: false,
      before({ dropbox }) {
        dropbox.files.addFolder("/Office");
        for (let n = 1; n <= OLDER; n += 1) dropbox.files.addFile(`/Photos/2019/View ${n}.png`, pictureOf(n, 60, 45));
        dropbox.files.addFile("/Photos/2019/notes.psd", "layers");
      },
    });
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await dashboard?.close();
  });

  it(`an empty deployment at ${look.width} px → set up, connected, published, a failure mended, the old files after it`, async () => {
    const { sandbox, relay } = dashboard;
    const pages = watched(relay.url);
    const context = await loggedIn(browser, dashboard, look);
    const page = await pages.open(context, "/");
    const wall = await context.newPage();
    await wall.goto(sandbox.url);
    const posts = wall.locator("#posts > li");

    // Setup: what is missing, and the value to copy for it.
    await page.getByText("Ready for the first file.").waitFor();
    await page.getByRole("link", { name: "Setup", exact: true }).click();
    await page.getByText("None has arrived yet").waitFor();
    await pages.looksRight(page);
    const notSeen = page.getByRole("listitem").filter({ hasText: "None has arrived yet" });
    await wall.getByLabel("Webhook").fill((await notSeen.locator("code").textContent()) ?? "");
    await wall.getByRole("button", { name: "Register" }).click();
    await wall.getByText("The webhook answered its challenge").waitFor();
    await page.getByRole("button", { name: "Send test notification" }).click();
    await page.getByText(/It went round/).waitFor();
    await page.getByRole("link", { name: "Check again" }).click();
    await page.getByText("The last one led to a listing").waitFor();

    // Connect: Dropbox, a folder of it, and a Page of one's own.
    await page.getByRole("link", { name: "Instances", exact: true }).click();
    await page.getByRole("link", { name: "New instance" }).click();
    await page.getByRole("link", { name: "Connect Dropbox" }).click();
    await page.getByRole("button", { name: "Go to Dropbox" }).click();
    await page.getByRole("button", { name: "Allow" }).click();
    await page.getByText("Dropbox is connected.").waitFor();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Harbour");
    await page.getByRole("button", { name: "Choose", exact: true }).click();
    await page.getByRole("button", { name: "Photos", exact: true }).click();
    await page.getByRole("button", { name: "Use this folder" }).click();
    await page.getByLabel("Only these kinds").fill("png");
    await page.getByText(`${OLDER} of ${OLDER + 1} files fit.`).waitFor();
    await page.getByRole("button", { name: "Save and add a Facebook Page" }).click();
    await page.getByRole("button", { name: "Go to Facebook" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Page").selectOption({ label: sandbox.graph.page.name });
    await page.getByRole("button", { name: "Publish on this Page" }).click();
    await page.getByText(sandbox.graph.page.name).first().waitFor();
    await pages.looksRight(page);
    await page.getByRole("button", { name: "Create Instance" }).click();
    await page.getByText("It runs.").waitFor();

    // The first file: on the wall, and on the overview.
    sandbox.dropbox.files.addFile("/Photos/First light.png", pictureOf(100, 60, 45));
    await expect.poll(() => posts.count(), { timeout: WAIT_MS }).toBe(1);
    await expect.poll(() => picturesOn(wall), { timeout: WAIT_MS }).toEqual([60]);
    await page.getByRole("link", { name: "Overview", exact: true }).click();
    await page.getByRole("link", { name: "First light.png" }).waitFor({ timeout: WAIT_MS });
    await pages.looksRight(page);

    // One that the Page refuses, also as the relay encodes it anew: seen without a reload, understood, and tried again.
    sandbox.graph.fail({ route: "POST /{page}/photos", error: "badImage", count: 2 });
    sandbox.dropbox.files.addFile("/Photos/Storm.png", pictureOf(101, 60, 45));
    await page.getByText("Storm.png could not be delivered.").waitFor({ timeout: WAIT_MS });
    await page.getByRole("link", { name: "See what to do" }).click();
    await page
      .getByText(/^Not delivered: /)
      .first()
      .waitFor();
    await pages.looksRight(page);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Replayed by a person").waitFor({ timeout: WAIT_MS });
    await page
      .getByText(/^Delivered /)
      .first()
      .waitFor({ timeout: WAIT_MS });
    await expect.poll(() => posts.count(), { timeout: WAIT_MS }).toBe(2);

    // The old files: counted first, then published while one looks on.
    await page.getByRole("navigation").getByRole("link", { name: "Files" }).click();
    await page.getByRole("link", { name: "Left out" }).click();
    await page.getByRole("link", { name: "Publish several" }).click();
    await page.getByLabel("Instance").selectOption({ label: "Harbour" });
    await page.getByRole("button", { name: "Make a plan" }).click();
    await page.getByText(`${OLDER} files would be published.`).waitFor({ timeout: WAIT_MS });
    await pages.looksRight(page);
    expect(await posts.count()).toBe(2);
    await page.getByRole("button", { name: `Publish ${OLDER} files` }).click();
    await page.getByRole("progressbar").waitFor();
    await page.getByText(/^It is through/).waitFor({ timeout: WAIT_MS });
    await pages.looksRight(page);
    await expect.poll(() => sandbox.graph.photos().length, { timeout: WAIT_MS }).toBe(OLDER + 2);
    expect(sandbox.graph.doubles()).toEqual([]);
    await context.close();
  });
}

const picturesOn = (wall: Page): Promise<number[]> =>
  wall.locator(".shot img").evaluateAll((all) => all.map((one) => Number(Reflect.get(one, "naturalWidth"))));
