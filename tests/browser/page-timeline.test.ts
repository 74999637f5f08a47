import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pictureOf } from "../sandbox/picture.ts";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import { photoForm } from "../support/graph-page.ts";

/** The sandbox's page when the relay publishes to a Page: what a reader of the Page sees, in a real Chromium. */
let browser: Browser;
let sandbox: Sandbox;
const complaints: string[] = [];

beforeAll(async () => {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error("These tests need Chromium: apt-get install chromium, or set CHROMIUM to its program");
  }
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  sandbox = await startSandbox({ destination: "page", pageManners: { processingMs: 3_600_000, repeatWindowMs: 0 } });
});
afterAll(async () => {
  await browser?.close();
  await sandbox?.close();
});

async function call(path: string, given: FormData | Record<string, unknown>) {
  const isForm = given instanceof FormData;
  const type: Record<string, string> = isForm ? {} : { "content-type": "application/json" };
  const answered = await fetch(`${sandbox.env.FACEBOOK_GRAPH_URL}/v26.0/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${sandbox.env.FACEBOOK_API_KEY}`, ...type },
    body: isForm ? given : JSON.stringify(given),
  });
  expect(answered.status).toBe(200);
  return answered.json();
}
const publish = (edge: string, given: FormData | Record<string, unknown>) =>
  call(`${sandbox.env.FACEBOOK_PAGE_ID}/${edge}`, given);

async function withPhotos(message: string, count: number) {
  const media: { media_fbid: string }[] = [];
  for (let seed = 1; seed <= count; seed += 1) {
    const form = photoForm(pictureOf(seed, 60, 45), `photo-${seed}.png`, { published: "false" });
    media.push({ media_fbid: (await publish("photos", form)).id });
  }
  return publish("feed", { message, attached_media: media });
}

async function open(width: number, colorScheme: "light" | "dark"): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(sandbox.url);
  return page;
}

it("posts of every kind → newest first, pictures loaded, what readers do not see is marked", async () => {
  await withPhotos("Seven from the harbour", 7);
  await publish("feed", { message: "Minutes", link: "https://files.example.com/Minutes%20of%20May.pdf" });
  await publish("videos", photoForm(new Uint8Array(5000), "a.mp4", { description: "film.mp4" }));
  const hidden = await publish("feed", { message: "<b>Taken back</b>" });
  await call(hidden.id, { is_hidden: true });
  const page = await open(1440, "light");
  const posts = page.locator("#posts > li");
  await expect.poll(() => posts.count()).toBe(4);
  expect(await posts.nth(0).textContent()).toContain("<b>Taken back</b>");
  expect(await posts.nth(0).locator(".badge").allTextContents()).toEqual(["Hidden"]);
  expect(await posts.nth(1).locator(".badge").allTextContents()).toEqual(["Processing"]);
  expect(await posts.nth(2).locator(".card .title").textContent()).toBe("Minutes of May.pdf");
  expect(await posts.nth(3).locator(".shot").count()).toBe(5);
  expect(await posts.nth(3).locator(".over").textContent()).toBe("+2");
  const widths = () =>
    page.locator(".shot img").evaluateAll((all) => all.map((one) => Reflect.get(one, "naturalWidth")));
  await expect.poll(widths).toEqual([60, 60, 60, 60, 60]);
  await page.close();
});

it.each([
  [360, "dark"],
  [768, "light"],
  [1440, "dark"],
] as const)("seen at %i px, %s → nothing scrolls sideways, no name is cut off", async (width, scheme) => {
  const page = await open(width, scheme);
  await page.locator("#posts > li").first().waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  expect(await page.locator("#page-name").evaluate((name) => name.scrollWidth <= name.clientWidth)).toBe(true);
  if (process.env.SCREENSHOTS)
    await page.screenshot({ path: `${process.env.SCREENSHOTS}/page-${width}.png`, fullPage: true });
  await page.close();
});

it("records as destination → folder and wall take the whole width, side by side", async () => {
  const records = await startSandbox();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(records.url);
  const endOf = (place: string) => page.locator(place).evaluate((one) => one.getBoundingClientRect().right);
  expect(await endOf(".wall")).toBe(await endOf(".trouble"));
  expect(await page.locator(".timeline").isHidden()).toBe(true);
  await page.close();
  await records.close();
});

it("edited, then deleted while the page is open → follows; a double → named", async () => {
  const page = await open(1440, "light");
  const { id } = await withPhotos("before", 1);
  await page.getByText("before", { exact: true }).waitFor();
  await call(id, { message: "after" });
  await page.getByText("after", { exact: true }).waitFor();
  expect(await page.locator("#page-doubles").textContent()).toContain("photo-1.png");
  const headers = { authorization: `Bearer ${sandbox.env.FACEBOOK_API_KEY}` };
  await fetch(`${sandbox.env.FACEBOOK_GRAPH_URL}/v26.0/${id}`, { method: "DELETE", headers });
  await page.getByText("after", { exact: true }).waitFor({ state: "detached" });
  expect(await page.locator("#page-doubles").isHidden()).toBe(true);
  await page.close();
});

it("Page limit asked for by its button → the next call is refused, until all trouble is ended", async () => {
  const page = await open(360, "light");
  await page.getByRole("button", { name: "Page limit for 1 min" }).click();
  await page.getByText("Page limit for 1 min: done.").waitFor();
  const read = async () => {
    const headers = { authorization: `Bearer ${sandbox.env.FACEBOOK_API_KEY}` };
    return (await fetch(`${sandbox.env.FACEBOOK_GRAPH_URL}/v26.0/me`, { headers })).status;
  };
  expect(await read()).toBe(400);
  await page.getByRole("button", { name: "End all trouble" }).click();
  await expect.poll(read).toBe(200);
  await page.close();
  expect(complaints).toEqual([]);
});
