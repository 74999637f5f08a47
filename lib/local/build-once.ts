/** The build that `npm start` runs: the pages by Next, and the launcher as one file of plain JavaScript beside them. */
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { damageOf, NOTE, noteBuild } from "./build-note.ts";
import { bundleStart } from "./bundle-start.ts";

/** What the build is made of. */
const SOURCES = ["app", "lib", "proxy.ts", "next.config.ts", "package.json", "tsconfig.json"];
/** So many are named; one is enough to act on. */
const NAMED_MAX = 3;

/** missing: none that came to its end. older: than something it is made of, as after an update. */
export type BuildState = "missing" | "older" | "current";

export function buildStateOf(dir: string): BuildState {
  const builtAt = changedAt(join(dir, NOTE));
  if (builtAt === null) return "missing";
  const newest = Math.max(
    ...SOURCES.flatMap((source) => filesOf(join(dir, source)).map((file) => changedAt(file) ?? 0)),
  );
  return newest > builtAt ? "older" : "current";
}

/** Builds when there is no build of the present sources. Throws when that fails, and when the one there is damaged. */
export function buildOnce(say: (text: string) => void): void {
  const dir = process.cwd();
  const state = buildStateOf(dir);
  if (state === "current") {
    refuseDamaged(dir);
    return;
  }
  const why = state === "missing" ? "No build yet" : "The build is older than the sources";
  say(`${why}: building (about half a minute) …`);
  build(dir);
}

/** Throws when it fails. */
export function build(dir: string): void {
  const built = spawnSync(process.execPath, ["node_modules/next/dist/bin/next", "build"], {
    cwd: dir,
    // Standard output belongs to the caller: the demo's last line is for scripts.
    stdio: ["ignore", 2, 2],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
  });
  if (built.status !== 0) throw new Error("the build failed: see above");
  bundleStart(dir);
  noteBuild(dir);
}

/** Not built anew unasked: what has changed these files may be a failing disk, or somebody. */
function refuseDamaged(dir: string): void {
  const damaged = damageOf(dir);
  if (damaged.length === 0) return;
  const more = damaged.length > NAMED_MAX ? ` and ${damaged.length - NAMED_MAX} more` : "";
  throw new Error(
    `the build is damaged (${damaged.slice(0, NAMED_MAX).join(", ")}${more}): \`npm run build\` makes it anew`,
  );
}

const changedAt = (path: string): number | null => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;

function filesOf(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" }).map((name) => join(path, name));
}
