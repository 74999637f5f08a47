import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildOnce } from "@/lib/local/build-once.ts";
import { type Launched, launch } from "@/lib/local/launch.ts";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import { startChromium } from "../support/dashboard.ts";

/** What a person sees of the demo, in a real Chromium: the sandbox's page before the built relay. */
let browser: Browser;
let sandbox: Sandbox;
let relay: Launched;
const complaints: string[] = [];

beforeAll(async () => {
  buildOnce(() => undefined);
  browser = await startChromium();
  sandbox = await startSandbox();
  relay = await launch({
    env: { ...sandbox.env, LOG_LEVEL: "error" },
    port: 0,
    host: "127.0.0.1",
    dataDir: null,
    dev: false,
    log: () => undefined,
  });
  const registered = await sandbox.dropbox.register(`${relay.url}/api/dropbox/webhook`);
  expect(registered).toEqual({ ok: true });
});
afterAll(async () => {
  await browser?.close();
  await relay?.close();
  await sandbox?.close();
});

async function open(url: string, width: number, colorScheme: "light" | "dark"): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(url);
  return page;
}

it.each([
  [360, "light"],
  [1440, "dark"],
] as const)(
  "a file added through the page at %i px, %s → on the wall of records, nothing scrolls sideways",
  async (width, scheme) => {
    const page = await open(sandbox.url, width, scheme);
    const name = `hello-${width}.jpg`;
    await page.getByLabel("Path").fill(`/inbox/${name}`);
    await page.getByLabel("Content").fill("bytes");
    await page.getByRole("button", { name: "Put file" }).click();
    await page.getByText(`facebook_`, { exact: false }).first().waitFor();
    await expect.poll(() => sandbox.facebook.records().map((record) => record.name)).toContain(name);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/sandbox-${width}.png` });
    await page.close();
  },
);

it("the relay's own page → says what answers there, no error in the console", async () => {
  const page = await open(relay.url, 360, "light");
  await page.getByRole("heading", { name: "Log in" }).waitFor();
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/relay.png` });
  await page.close();
  expect(complaints).toEqual([]);
});
