/** `npm run screens`: pictures of every page, from the built relay and the sandbox, into docs/screens. */
import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { loggedIn, startChromium, startDashboard } from "../support/dashboard.ts";
import { makeInstance } from "../support/dashboard-instance.ts";
import { BROKEN_FILE, beforeScene, busyDay, SCENE_ENV } from "../support/dashboard-scenes.ts";

const { values } = parseArgs({
  options: { into: { type: "string", default: "docs/screens" }, dev: { type: "boolean", default: false } },
});
mkdirSync(values.into, { recursive: true });

/** Events to an address of one's own, and posts on a Page. */
const INSTANCE = {
  ...{ name: "Harbour walk", tags: "members, photos", "relay.folder": "/Photos", "relay.extensions": "jpg" },
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
  await take("empty", {
    overview: "/",
    files: "/files",
    setup: "/setup",
    instances: "/instances",
    new: "/instances/new",
  });
  await busyDay(dashboard);
  const broken = dashboard.sandbox.dropbox.files.at(BROKEN_FILE)?.id ?? "";
  await take("busy", {
    overview: "/",
    files: "/files",
    failed: "/files?state=dead",
    "left-out": "/files?state=leftOut",
    story: `/files/${encodeURIComponent(broken)}`,
    setup: "/setup",
    audit: "/audit",
  });
  const id = await makeInstance(dashboard, INSTANCE);
  await take("busy", { instances: "/instances", instance: `/instances/${id}` });
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? cause.stack : "failed"}\n`);
  code = 1;
}
await browser.close();
await dashboard.close();
// Next keeps a process alive that has nothing left to do.
process.exit(code);

async function take(scene: string, pages: Record<string, string>): Promise<void> {
  for (const look of LOOKS) {
    const context = await loggedIn(browser, dashboard, look);
    const page = await context.newPage();
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(dashboard.relay.url + path, { waitUntil: "load" });
      await page.screenshot({ path: `${values.into}/${scene}-${name}-${look.name}.png`, fullPage: true });
    }
    await context.close();
  }
}
