/** The configuration that the build wrote down, for the server that runs it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Next would read next.config.ts again at each start, and keep the compiler that it loads for it (25 MB) for as long as the
 * relay runs. This variable is how the server of Next's own `output: "standalone"` hands the built configuration over.
 * Without a build nothing is set: what is missing is Next's to say.
 */
export function takeBuiltConfig(dir: string): void {
  try {
    const built: { config: object } = JSON.parse(readFileSync(join(dir, ".next/required-server-files.json"), "utf8"));
    process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(built.config);
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ENOENT")) throw cause;
  }
}
