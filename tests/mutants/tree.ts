/** Copies of the project in which a fault may be put without touching the project itself. */
import { cp, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Mutant } from "./mutant.ts";

const LEFT_OUT = /^(node_modules|\.git|\.next|\.data|\.env(\.local)?|.+\.tsbuildinfo)$/;

/** Copies the tree, with its packages linked. */
export async function copyTree(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, filter: (path) => !LEFT_OUT.test(basename(path)) });
  await symlink(join(from, "node_modules"), join(to, "node_modules"));
}

/** The file's text under the mutant. Throws when what it replaces is not there exactly once: the list has fallen behind. */
export async function mutated(root: string, { name, file, text, replacement }: Mutant): Promise<string> {
  const parts = (await readFile(join(root, file), "utf8")).split(text);
  if (parts.length !== 2) throw new Error(`${name}: its text is ${parts.length - 1} times in ${file}, not once`);
  return parts.join(replacement);
}

/** Runs with the mutant in the copy, and takes it out again. */
export async function under<T>(mutant: Mutant, root: string, copy: string, run: () => Promise<T>): Promise<T> {
  await writeFile(join(copy, mutant.file), await mutated(root, mutant));
  try {
    return await run();
  } finally {
    await writeFile(join(copy, mutant.file), await readFile(join(root, mutant.file)));
  }
}
