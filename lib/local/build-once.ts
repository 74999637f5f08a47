import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Builds the application when there is no finished build; throws when that fails. */
export function buildOnce(say: (text: string) => void): void {
  if (existsSync(".next/BUILD_ID")) return;
  say("No build yet: building once (about half a minute) …");
  const built = spawnSync(process.execPath, ["node_modules/next/dist/bin/next", "build"], {
    // Standard output belongs to the caller: the demo's last line is for scripts.
    stdio: ["ignore", 2, 2],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
  });
  if (built.status !== 0) throw new Error("the build failed: see above");
}
