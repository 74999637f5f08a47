/** `npm run screens`: pictures of every page, from the built relay and the sandbox, into docs/screens. */
import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { loggedIn, startChromium, startDashboard } from "../support/dashboard.ts";
import { makeInstance } from "../support/dashboard-instance.ts";
import { BROKEN_FILE, beforeScene, SCENE_ENV } from "../support/dashboard-scenes.ts";
import { fillPages, PAGES, TEXT_PAGES } from "../support/every-page.ts";

const { values } = parseArgs({
  options: { into: { type: "string", default: "docs/screens" }, dev: { type: "boolean", default: false } },
});
mkdirSync(values.into, { recursive: true });

/** Events to an address of one's own, and posts on a Page. */
const INSTANCE = {
  ...{ name: "Summer fair", tags: "members, photos", "relay.folder": "/Photos", "relay.extensions": "jpg" },
  ...{ "event.notification.enabled": "on", "event.notification.callback.url": "https://app.example.org/hooks/files" },
  ...{
    destination: "page:page",
    "page/relay.page.id": "1101",
    "page/relay.page.message": "{{ caption | default: stem }}",
  },
};

const LOOKS = [
  { name: "light", width: 1200, colorScheme: "light" },
  { name: "dark", width: 1200, colorScheme: "dark" },
  { name: "phone", width: 390, colorScheme: "light" },
] as const;

const browser = await startChromium();
/** One relay for all scenes: it reads its environment once a process. */
const dashboard = await startDashboard({ env: SCENE_ENV, before: beforeScene, dev: values.dev });
let code = 0;
try {
  const everyPage = [...PAGES, ...TEXT_PAGES];
  await take(
    "empty",
    everyPage.filter((page) => !page.includes("[")).map((page) => [nameOf(page), page]),
  );
  const addressOf = await fillPages(dashboard);
  const instance = await makeInstance(dashboard, INSTANCE);
  const broken = dashboard.sandbox.dropbox.files.at(BROKEN_FILE)?.id ?? "";
  await take("busy", [
    ...everyPage.map((page): [string, string] => [nameOf(page), addressOf(page)]),
    ["failed", "/files?state=dead"],
    ["left-out", "/files?state=leftOut"],
    ["failed-file", `/files/${encodeURIComponent(broken)}`],
    ["instance-of-page", `/instances/${instance}`],
  ]);
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? cause.stack : "failed"}\n`);
  code = 1;
}
await browser.close();
await dashboard.close();
// Next keeps a process alive that has nothing left to do.
process.exit(code);

/** "/files/bulk/[id]" is files-bulk-id. */
function nameOf(page: string): string {
  return page === "/" ? "overview" : page.slice(1).replaceAll(/[[\]]/g, "").replaceAll("/", "-");
}

async function take(scene: string, pages: readonly (readonly [name: string, address: string])[]): Promise<void> {
  for (const look of LOOKS) {
    const context = await loggedIn(browser, dashboard, look);
    const page = await context.newPage();
    for (const [name, address] of pages) {
      await page.goto(new URL(address, dashboard.relay.url).href, { waitUntil: "load" });
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
      await page.waitForFunction(() => [...document.images].every((image) => image.complete));
      await page.evaluate(() => window.scrollTo(0, 0));
      // With a palette they weigh a third, and look the same.
      const picture = sharp(await page.screenshot({ fullPage: true })).png({ palette: true });
      await picture.toFile(`${values.into}/${scene}-${name}-${look.name}.png`);
    }
    await context.close();
  }
}
