/** `npm run preview -- photo.jpg`: what a file on this machine would become on the Page. Asks nobody, posts nothing. */
import { readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import nextEnv from "@next/env";
import { EnvError } from "../env.ts";
import { previewFile } from "../relay/preview-file.ts";
import { parsePageEnv } from "./page-env.ts";

nextEnv.loadEnvConfig(process.cwd());
const [given] = process.argv.slice(2);
const fail = (text: string): never => {
  process.stderr.write(`${text}\n`);
  process.exit(1);
};
if (given === undefined) fail("Say which file: npm run preview -- photo.jpg");
const path = resolve(given ?? "");
const stem = path.replace(/(?<=[^/])\.[^./]*$/, "");

function sidecar() {
  for (const beside of [`${stem}.md`, `${stem}.txt`]) {
    if (beside === path) continue;
    try {
      return { name: basename(beside), content: readFileSync(beside) };
    } catch {
      // Most files have none.
    }
  }
  return null;
}

try {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file?.isFile() !== true) fail(`${path} is not a file`);
  const { size, mtimeMs } = statSync(path);
  const shown = previewFile(parsePageEnv(process.env), {
    path: `/${basename(path)}`,
    size,
    modified: mtimeMs,
    sidecar: sidecar(),
  });
  if (shown.kind === "nothing") process.stdout.write(`Nothing would be posted: ${shown.reason}.\n`);
  else {
    const when = shown.at === null ? "" : `, at ${new Date(shown.at).toISOString()} at the earliest`;
    process.stdout.write(`A ${shown.kind}${when}, with this text:\n\n${shown.message ?? "(none)"}\n`);
    if (shown.alt !== null) process.stdout.write(`\nFor who cannot see it: ${shown.alt}\n`);
  }
} catch (cause) {
  fail(cause instanceof EnvError ? cause.message : `The file cannot be read: ${String(cause)}`);
}
