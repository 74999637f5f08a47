/**
 * Lighthouse over every page of the built relay, beside the sandbox: prints each page's scores and ends with 1 where one
 * is below 95. As a phone by default, the harder of the two; `-- --desktop` looks as a desktop. `-- / /setup` looks at these
 * pages alone.
 */
import { parseArgs } from "node:util";
import { startDashboard } from "../support/dashboard.ts";
import { beforeScene, SCENE_ENV } from "../support/dashboard-scenes.ts";
import { fillPages, PAGES, TEXT_PAGES } from "../support/every-page.ts";
import { FLOOR_LEAST, judge, LEAST, PHONE_SLOWDOWN, type Verdict } from "./judge.ts";
import { installLighthouse, lookAt } from "./lighthouse.ts";

/** Next to nothing of its own, and all that every page has. */
const FLOOR_PAGE = "/instances/new";
const { values, positionals } = parseArgs({
  options: { desktop: { type: "boolean", default: false } },
  allowPositionals: true,
});
const asDesktop = values.desktop;
const all = [...TEXT_PAGES, ...PAGES];
const unknown = positionals.filter((page) => !all.includes(page));
if (unknown.length > 0) throw new Error(`no such page: ${unknown.join(", ")}; there are ${all.join(", ")}`);

installLighthouse();
const dashboard = await startDashboard({ env: SCENE_ENV, before: beforeScene });
let poorPages = 0;
let notJudged = 0;
try {
  const addressOf = await fillPages(dashboard);
  const cookie = await dashboard.logIn();
  const looker = (page: string) => (slowdown: number) => lookAt(addressOf(page), { cookie, asDesktop, slowdown });
  let first = asDesktop ? 1 : PHONE_SLOWDOWN;
  for (const page of positionals.length === 0 ? all : positionals) {
    const verdict = await judge(looker(page), looker(FLOOR_PAGE), first);
    // A machine that was slow for a time is no excuse for the pages after it.
    if (!asDesktop) first = Math.min(verdict.slowdown + 1, PHONE_SLOWDOWN);
    if (verdict.kind === "notJudged") notJudged += 1;
    if (verdict.kind === "poor") poorPages += 1;
    console.log(`${page}: ${lineOf(verdict)}`);
  }
} finally {
  await dashboard.close();
}
if (notJudged > 0) {
  const why = `even ${FLOOR_PAGE}, which has next to nothing, stayed below ${FLOOR_LEAST}`;
  console.log(`The performance of ${notJudged} pages was not judged: ${why} at that time.`);
}
console.log(poorPages === 0 ? `No judged score is below ${LEAST}.` : `${poorPages} pages have a score below ${LEAST}.`);
// Next keeps a process alive that has nothing left to do.
process.exit(poorPages === 0 ? 0 : 1);

function lineOf({ kind, best, looks, slowdown }: Verdict): string {
  const scores = Object.entries(best.scores).map(([category, score]) => `${category} ${score}`);
  const phone = asDesktop ? [] : [`a phone ${slowdown} times slower than this machine`];
  const end = looks === 1 ? "" : ` (best of ${looks})`;
  return [...scores, ...phone, ...(kind === "good" ? [] : [...best.takenAway, kind])].join(", ") + end;
}
