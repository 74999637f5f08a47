/** Runs Lighthouse's own program, one page at a time, in a Chromium that it starts and ends. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { promisify } from "node:util";
import { z } from "zod";

/** The last that runs on Node 20. Not among the packages of the application: it weighs 185 MB, and only this uses it. */
const PACKAGE = "lighthouse@12.8.2";
const PLACE = "node_modules/.cache/lighthouse";
const PROGRAM = `${PLACE}/node_modules/lighthouse/cli/index.js`;
export const CATEGORIES = ["performance", "accessibility", "best-practices"] as const;
const TIMEOUT_MS = 120_000;
const REPORT_MAX_BYTES = 50_000_000;

export interface Look {
  /** 0 to 100. */
  scores: Record<(typeof CATEGORIES)[number], number>;
  /** The audits that are not as they should be, with their values. */
  takenAway: string[];
}

const audit = z.object({ score: z.number().nullable(), displayValue: z.string().optional() });
const report = z.object({
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

/** `slowdown`: how many times slower than this machine what looks is. Throws when Lighthouse could not look at the page. */
export async function lookAt(
  url: string,
  { cookie, asDesktop, slowdown }: { cookie: string; asDesktop: boolean; slowdown: number },
): Promise<Look> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...[PROGRAM, url, "--output=json", "--quiet"],
      `--only-categories=${CATEGORIES.join(",")}`,
      "--disable-full-page-screenshot",
      `--extra-headers=${JSON.stringify({ cookie })}`,
      "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
      ...(asDesktop ? ["--preset=desktop"] : []),
      `--throttling.cpuSlowdownMultiplier=${slowdown}`,
    ],
    {
      env: { ...process.env, CHROME_PATH: process.env.CHROMIUM ?? "/usr/bin/chromium" },
      timeout: TIMEOUT_MS,
      maxBuffer: REPORT_MAX_BYTES,
    },
  );
  const { runtimeError, categories, audits } = report.parse(JSON.parse(stdout));
  if (runtimeError !== undefined) throw new Error(`${url}: ${runtimeError.code}: ${runtimeError.message}`);
  const scoreOf = (category: (typeof CATEGORIES)[number]) => Math.round((categories[category]?.score ?? 0) * 100);
  return {
    scores: {
      performance: scoreOf("performance"),
      accessibility: scoreOf("accessibility"),
      "best-practices": scoreOf("best-practices"),
    },
    takenAway: takenAway(audits),
  };
}

function takenAway(audits: z.infer<typeof report>["audits"]): string[] {
  return Object.entries(audits)
    .filter(([, { score }]) => score !== null && score < 0.9)
    .map(([name, { displayValue }]) => (displayValue === undefined ? name : `${name} ${displayValue}`));
}
