/**
 * The launcher and all of ours that it imports, as one file that Node.js runs as it is. Translated while it runs, the same
 * code takes 65 MB more for as long as the relay lives: a second thread, and the text of each module with its map.
 */
import { join } from "node:path";
import { buildSync } from "esbuild";

/** `start.mjs` knows it too. */
export const BUNDLE = ".next/relay/start.mjs";

/** Throws when it does not compile. */
export function bundleStart(dir: string): void {
  buildSync({
    absWorkingDir: dir,
    entryPoints: ["lib/local/start.ts"],
    outfile: join(dir, BUNDLE),
    bundle: true,
    // Packages stay where they are, next beside the pages above all.
    packages: "external",
    alias: { "@": "." },
    platform: "node",
    format: "esm",
    target: "node20.9",
    logLevel: "warning",
  });
}
