/** Every page of the operator there is, found by its file, so that a new one is looked at without being named. */
import { readdirSync } from "node:fs";
import type { Dashboard } from "./dashboard.ts";
import { makeInstance } from "./dashboard-instance.ts";
import { busyDay } from "./dashboard-scenes.ts";

/** Written as text, by routes. */
export const TEXT_PAGES = ["/login", "/connect/dropbox"];
export const STORY = "/files/[id]";
export const SHARED = "/shared/[token]";
/** The file whose story is looked at. */
export const PICTURE = "/Photos/Harbour walk/View 3.jpg";

export const PAGES = readdirSync("app", { recursive: true, encoding: "utf8" })
  .filter((file) => /(^|\/)page\.tsx$/.test(file))
  .map((file) => `/${file.split("/").slice(0, -1).filter(isInAddress).join("/")}`);

/** Next's groups are folders that no address shows. */
function isInAddress(folder: string): boolean {
  return !folder.startsWith("(");
}

/**
 * Makes a busy day with one instance, one plan and one shared story, so that each page has something on it. Answers the
 * address of a page; throws at one with a part that is not fixed and that has no address here yet.
 */
export async function fillPages(dashboard: Dashboard): Promise<(page: string) => string> {
  await busyDay(dashboard);
  const id = dashboard.sandbox.dropbox.files.at(PICTURE)?.id ?? "";
  const instance = await makeInstance(dashboard, {
    ...{ name: "Harbour walk", "relay.folder": "/Photos", "event.notification.enabled": "on" },
    "event.notification.callback.url": "https://app.example.org/hooks/files",
  });
  const variable: Record<string, string> = {
    [STORY]: `/files/${encodeURIComponent(id)}`,
    [SHARED]: `/shared/${await shareStory(dashboard, id)}`,
    "/instances/[id]": `/instances/${instance}`,
    "/instances/[id]/remove": `/instances/${instance}/remove`,
    "/files/bulk/[id]": await planBackfill(dashboard),
  };
  return (page) => {
    const address = variable[page] ?? page;
    if (address.includes("[")) throw new Error(`say where ${page} is to be looked at`);
    return dashboard.relay.url + address;
  };
}

/** As the operator makes a link, and reads its address in the story. */
async function shareStory(dashboard: Dashboard, id: string): Promise<string> {
  const { url } = dashboard.relay;
  const headers = { cookie: await dashboard.logIn(), origin: url };
  const body = new URLSearchParams({ id, link: "env", days: "1" });
  await fetch(`${url}/files/share`, { method: "POST", redirect: "manual", headers, body });
  const page = await (await fetch(`${url}/files/${encodeURIComponent(id)}?link=env`, { headers })).text();
  return /\/shared\/([\w-]+\.[\w-]+)/.exec(page)?.[1] ?? "";
}

/** As the form of a backfill asks for its plan; answers where the plan's page is. */
async function planBackfill(dashboard: Dashboard): Promise<string> {
  const { url } = dashboard.relay;
  const response = await fetch(`${url}/files/bulk/plan`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: await dashboard.logIn(), origin: url },
    body: new URLSearchParams({ kind: "backfill" }),
  });
  return response.headers.get("location") ?? "";
}
