/** Runs Lighthouse's own program, one page at a time, in a Chromium that it starts and ends. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { promisify } from "node:util";
import { z } from "zod";

/** The last that runs on Node 20. Not among the packages of the application: it weighs 185 MB, and only this uses it. */
const PACKAGE = "lighthouse@12.8.2";
const PLACE = "node_modules/.cache/lighthouse";
const PROGRAM = `${PLACE}/node_modules/lighthouse/cli/index.js`;
const CATEGORIES = ["performance", "accessibility", "best-practices"] as const;
const TIMEOUT_MS = 120_000;
const REPORT_MAX_BYTES = 50_000_000;

/** How much slower than a desktop that has nothing else to do the phone is. */
const PHONE_SLOWDOWN = 4;
/** By Lighthouse's own benchmark of the machine, how much slower than it the same phone is (its throttling calculator). */
const SLOWDOWNS = [
  { benchmark: 1533, slowdown: PHONE_SLOWDOWN },
  { benchmark: 1300, slowdown: 3 },
  { benchmark: 800, slowdown: 2 },
  { benchmark: 150, slowdown: 1 },
];

export interface Look {
  /** 0 to 100. */
  scores: Record<(typeof CATEGORIES)[number], number>;
  /** How fast the machine was just then; Lighthouse's own figure. */
  benchmark: number;
  /** The audits that are not as they should be, with their values. */
  takenAway: string[];
}

const audit = z.object({ score: z.number().nullable(), displayValue: z.string().optional() });
const report = z.object({
  environment: z.object({ benchmarkIndex: z.number() }),
  runtimeError: z.object({ code: z.string(), message: z.string() }).optional(),
  categories: z.partialRecord(z.enum(CATEGORIES), z.object({ score: z.number().nullable() })),
  audits: z.record(z.string(), audit),
});

/** The first time only. Needs the package registry. */
export function installLighthouse(): void {
  if (existsSync(PROGRAM)) return;
  mkdirSync(PLACE, { recursive: true });
  execFileSync("npm", ["install", "--prefix", PLACE, "--no-save", "--no-audit", "--no-fund", PACKAGE], {
    stdio: "inherit",
  });
}

/** The factor that makes this machine the phone, whatever else it does at the moment; never a slower phone than the usual. */
export function slowdownAt(benchmark: number): number {
  const above = SLOWDOWNS.findLastIndex((step) => step.benchmark >= benchmark);
  const [upper, lower] = [SLOWDOWNS[above], SLOWDOWNS[above + 1]];
  if (upper === undefined) return PHONE_SLOWDOWN;
  if (lower === undefined) return upper.slowdown;
  const share = (benchmark - lower.benchmark) / (upper.benchmark - lower.benchmark);
  return lower.slowdown + share * (upper.slowdown - lower.slowdown);
}

/** `slowdown`: null looks as a desktop. Throws when Lighthouse could not look at the page. */
export async function lookAt(
  url: string,
  { cookie, slowdown }: { cookie: string; slowdown: number | null },
): Promise<Look> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...[PROGRAM, url, "--output=json", "--quiet"],
      `--only-categories=${CATEGORIES.join(",")}`,
      "--disable-full-page-screenshot",
      `--extra-headers=${JSON.stringify({ cookie })}`,
      "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
      slowdown === null ? "--preset=desktop" : `--throttling.cpuSlowdownMultiplier=${slowdown.toFixed(2)}`,
    ],
    {
      env: { ...process.env, CHROME_PATH: process.env.CHROMIUM ?? "/usr/bin/chromium" },
      timeout: TIMEOUT_MS,
      maxBuffer: REPORT_MAX_BYTES,
    },
  );
  const { runtimeError, categories, audits, environment } = report.parse(JSON.parse(stdout));
  if (runtimeError !== undefined) throw new Error(`${url}: ${runtimeError.code}: ${runtimeError.message}`);
  const scoreOf = (category: (typeof CATEGORIES)[number]) => Math.round((categories[category]?.score ?? 0) * 100);
  return {
    scores: {
      performance: scoreOf("performance"),
      accessibility: scoreOf("accessibility"),
      "best-practices": scoreOf("best-practices"),
    },
    benchmark: environment.benchmarkIndex,
    takenAway: takenAway(audits),
  };
}

function takenAway(audits: z.infer<typeof report>["audits"]): string[] {
  return Object.entries(audits)
    .filter(([, { score }]) => score !== null && score < 0.9)
    .map(([name, { displayValue }]) => (displayValue === undefined ? name : `${name} ${displayValue}`));
}
