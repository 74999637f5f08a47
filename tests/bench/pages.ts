/**
 * `npm run bench:pages`: how long the server takes for each page and answer, with a thousand deliveries in the store and
 * with a hundred thousand, in one run on one machine. Ends with 1 where a page is too slow or grows with the store.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Dashboard, startDashboard } from "../support/dashboard.ts";
import { idOf, pathOf, seedMany } from "../support/many-deliveries.ts";

const TIMES = 30;
const SLOWEST_MS = 300;
/** Two runs of the same thing differ on a busy machine, and a search looks through up to 2,000 rows where there are so many. */
const GROWTH_MAX = 3;
const NOISE_MS = 100;
const DAY_MS = 86_400_000;

const FILES = "/files?state=";
const story = encodeURIComponent(idOf(7));
const PAGES = [
  "/",
  ...["dead", "unclear", "waiting", "claimed", "settled", "leftOut"].map((state) => FILES + state),
  ...["dead", "waiting", "leftOut"].map((state) => `${FILES}${state}&q=no+such+name`),
  `${FILES}dead&q=${encodeURIComponent(pathOf(7))}`,
  `/files/${story}`,
  "/files/replay",
  "/setup",
  "/instances",
  "/live",
  "/api/health",
  `/api/why?path=${story}`,
  "/api/deliveries?state=waiting&limit=100",
  "/api/deliveries?state=dead&limit=100",
];

interface Measured {
  median: number;
  slowest: number;
}

const dir = mkdtempSync(join(tmpdir(), "relay-pages-"));
const dashboard = await startDashboard({ dataDir: dir });
let code = 1;
try {
  const few = await measured(1_000);
  const many = await measured(100_000);
  code = told(few, many) ? 0 : 1;
} finally {
  await dashboard.close();
  rmSync(dir, { recursive: true, force: true });
}
// Next keeps a process alive that has nothing left to do.
process.exit(code);

async function measured(deliveries: number): Promise<Map<string, Measured>> {
  await fill(dashboard, deliveries);
  const headers = { cookie: await dashboard.logIn(), authorization: `Bearer ${dashboard.adminToken}` };
  const results = new Map<string, Measured>();
  for (const path of PAGES) {
    const took: number[] = [];
    for (let n = -3; n < TIMES; n += 1) {
      const startedAt = performance.now();
      const response = await fetch(dashboard.relay.url + path, { headers, redirect: "manual" });
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
      if (n >= 0) took.push(performance.now() - startedAt); // the first ones compile what is hot
    }
    took.sort((one, other) => one - other);
    results.set(path, { median: took[Math.floor(TIMES / 2)] ?? 0, slowest: took.at(-1) ?? 0 });
  }
  return results;
}

/** Due tomorrow: else they would be delivered while we measure. */
async function fill({ relay }: Dashboard, deliveries: number): Promise<void> {
  const { UPSTASH_REDIS_REST_URL: url = "", UPSTASH_REDIS_REST_TOKEN: token = "" } = relay.local?.env ?? {};
  const now = Date.now();
  const command = async (line: readonly string[]) => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(line) });
    if (!response.ok) throw new Error(`Redis answered ${await response.text()}`);
  };
  const many = { instance: "env", outbox: "env_records", now, dueAt: now + DAY_MS, deliveries };
  await seedMany(command, { ...many, leftOut: deliveries / 10 });
}

/** Prints the table; whether all is well. */
function told(few: Map<string, Measured>, many: Map<string, Measured>): boolean {
  const ms = (value: number) => `${Math.round(value)} ms`.padStart(8);
  let isWell = true;
  process.stdout.write(`${" ".repeat(60)} 1,000  100,000  slowest\n`);
  for (const path of PAGES) {
    const [one, other] = [few.get(path), many.get(path)];
    if (one === undefined || other === undefined) continue;
    const isSlow = other.median > SLOWEST_MS;
    const grows = other.median > one.median * GROWTH_MAX + NOISE_MS;
    if (isSlow || grows) isWell = false;
    const remark = isSlow ? "  too slow" : grows ? "  grows with the store" : "";
    process.stdout.write(
      `${path.slice(0, 56).padEnd(57)}${ms(one.median)} ${ms(other.median)} ${ms(other.slowest)}${remark}\n`,
    );
  }
  return isWell;
}
