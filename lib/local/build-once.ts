import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** What the build is made of. */
const SOURCES = ["app", "lib", "proxy.ts", "next.config.ts", "package.json", "tsconfig.json"];

/** missing, older: than something it is made of, as after an update. */
export type BuildState = "missing" | "older" | "current";

export function buildStateOf(dir: string): BuildState {
  const builtAt = changedAt(join(dir, ".next/BUILD_ID"));
  if (builtAt === null) return "missing";
  const newest = Math.max(
    ...SOURCES.flatMap((source) => filesOf(join(dir, source)).map((file) => changedAt(file) ?? 0)),
  );
  return newest > builtAt ? "older" : "current";
}

/** Builds the application when there is no build of its present sources; throws when that fails. */
export function buildOnce(say: (text: string) => void): void {
  const state = buildStateOf(process.cwd());
  if (state === "current") return;
  say(
    `${state === "missing" ? "No build yet" : "The build is older than the sources"}: building (about half a minute) …`,
  );
  const built = spawnSync(process.execPath, ["node_modules/next/dist/bin/next", "build"], {
    // Standard output belongs to the caller: the demo's last line is for scripts.
    stdio: ["ignore", 2, 2],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
  });
  if (built.status !== 0) throw new Error("the build failed: see above");
}

const changedAt = (path: string): number | null => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;

function filesOf(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" }).map((name) => join(path, name));
}
