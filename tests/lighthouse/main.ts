/**
 * Lighthouse over every page of the built relay, beside the sandbox: prints each page's scores and ends with 1 where one
 * is below 95. As a phone by default, the harder of the two; `-- --desktop` looks as a desktop. `-- / /setup` looks at these
 * pages alone.
 */
import { parseArgs } from "node:util";
import { startDashboard } from "../support/dashboard.ts";
import { beforeScene, SCENE_ENV } from "../support/dashboard-scenes.ts";
import { fillPages, PAGES, TEXT_PAGES } from "../support/every-page.ts";
import { installLighthouse, type Look, lookAt, slowdownAt } from "./lighthouse.ts";

const LEAST = 95;
/** What else the machine does takes from a score and never adds to it: a poor page is looked at again, and its best counts. */
const LOOKS_MAX = 3;
/**
 * A page with next to nothing of its own: what it lacks, the machine takes away. Where that is more than this, performance
 * is printed and not judged; accessibility and best practices always are.
 */
const FLOOR_PAGE = "/instances/new";
const FLOOR_LEAST = 98;
const FLOOR_LOOKS = 2;
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
  let benchmark = Number.POSITIVE_INFINITY;
  const look = async (url: string) => {
    const seen = await lookAt(url, { cookie, slowdown: asDesktop ? null : slowdownAt(benchmark) });
    benchmark = seen.benchmark;
    return seen;
  };
  const floor = async () => {
    let best = 0;
    for (let n = 0; n < FLOOR_LOOKS && best < FLOOR_LEAST; n++)
      best = Math.max(best, (await look(addressOf(FLOOR_PAGE))).scores.performance);
    return best;
  };
  for (const page of positionals.length === 0 ? all : positionals) {
    const url = addressOf(page);
    let best = await look(url);
    let looks = 1;
    for (; !isGood(best) && looks < LOOKS_MAX; looks++) best = betterOf(best, await look(url));
    const isSlowAlone = !isGood(best) && isGood(best, ["performance"]);
    const isMachine = isSlowAlone && (await floor()) < FLOOR_LEAST;
    if (isMachine) notJudged += 1;
    else if (!isGood(best)) poorPages += 1;
    const judged = isMachine ? ", performance not judged" : "";
    console.log(`${page}: ${lineOf(best)}${looks === 1 ? "" : ` (best of ${looks})`}${judged}`);
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

function isGood({ scores }: Look, but: readonly string[] = []): boolean {
  return Object.entries(scores).every(([category, score]) => score >= LEAST || but.includes(category));
}

function betterOf(a: Look, b: Look): Look {
  return a.scores.performance >= b.scores.performance ? a : b;
}

function lineOf(look: Look): string {
  const scores = Object.entries(look.scores).map(([category, score]) => `${category} ${score}`);
  const speed = `machine at ${Math.round(look.benchmark)}`;
  return [...scores, speed, ...(isGood(look) ? [] : look.takenAway)].join(", ");
}
