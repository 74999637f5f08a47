/** Whoever has not logged in: every route there is, found by its file and not by a list that somebody keeps. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Dashboard, startDashboard } from "../support/dashboard.ts";

/** Each for its reason: Dropbox's challenge and signature, QStash's signature, the door itself, and whether we are well. */
const OPEN: Record<string, readonly number[]> = {
  "GET /api/dropbox/webhook": [400],
  "POST /api/dropbox/webhook": [415],
  "GET /api/health": [200],
  "GET /login": [200],
  "POST /login": [403],
  "POST /logout": [403],
  // The Elements interface is off without its secrets, and says no more than that nothing is there.
  ...Object.fromEntries(
    ["GET", "POST", "PUT", "PATCH", "DELETE"].map((method) => [`${method} /elements/api-v2/x`, [404]]),
  ),
  "GET /api/openapi.json": [404],
  "GET /docs/api": [404],
  // A link to one story, which nobody has made.
  "GET /shared/x": [404],
  // Dropbox's challenge and signature at the address that the older product had.
  "GET /elements/api-v2/events/dropbox": [400],
  "POST /elements/api-v2/events/dropbox": [415],
};

let dashboard: Dashboard;
beforeAll(async () => {
  dashboard = await startDashboard();
}, 300_000);
afterAll(() => dashboard?.close());

/** Every route file under app/, with the methods it answers and an address that leads to it. */
function routes(): { method: string; path: string }[] {
  return readdirSync("app", { recursive: true, encoding: "utf8" }).flatMap((file) => {
    if (!/(^|\/)(page\.tsx|route\.tsx?)$/.test(file)) return [];
    const parts = dirname(file)
      .split("/")
      .filter((part) => part !== "." && !part.startsWith("("));
    const path = `/${parts.map((part) => (part.startsWith("[") ? "x" : part)).join("/")}`;
    if (file.endsWith("page.tsx")) return [{ method: "GET", path }];
    const source = readFileSync(join("app", file), "utf8");
    const methods = [...source.matchAll(/export (?:const|async function|function) (GET|POST|PUT|PATCH|DELETE)\b/g)];
    return methods.map(([, method = ""]) => ({ method, path }));
  });
}

it("every route without a session → the login, or a refusal; nothing of the relay in the answer", async () => {
  const all = routes();
  expect(all.length).toBeGreaterThan(12);
  const answers = [];
  // In turn: all at once they would load every page into a server just started, and Redis's answer could wait behind that
  // for longer than its time, which the question about health then tells.
  for (const { method, path } of all) {
    const response = await fetch(dashboard.relay.url + path, {
      method,
      redirect: "manual",
      ...(method === "GET"
        ? {}
        : { body: "action=replay", headers: { "content-type": "application/x-www-form-urlencoded" } }),
    });
    const text = await response.text();
    const { status } = response;
    const isLogin = [303, 307].includes(status) && (response.headers.get("location") ?? "").startsWith("/login");
    const isFine = OPEN[`${method} ${path}`]?.includes(status) ?? (isLogin || status === 401 || status === 403);
    answers.push({ method, path, status, isFine, isTelling: /Records endpoint|dbid:/.test(text) });
  }
  expect(answers.filter(({ isFine, isTelling }) => !isFine || isTelling)).toEqual([]);
});

it("a form with the operator's session from another site → refused", async () => {
  const cookie = await dashboard.logIn();
  for (const path of [
    "/files/act",
    "/files/share",
    "/endpoint",
    "/setup/notify",
    "/instances/1/save",
    "/instances/1/act",
    "/instances/1/look",
  ]) {
    for (const origin of ["https://evil.example", "null", null]) {
      const response = await fetch(dashboard.relay.url + path, {
        method: "POST",
        redirect: "manual",
        headers: { cookie, ...(origin === null ? {} : { origin }) },
        body: new URLSearchParams({ id: "id:x", link: "env", action: "replay" }),
      });
      expect(response.status, `${path} from ${origin}`).toBe(403);
    }
  }
});
