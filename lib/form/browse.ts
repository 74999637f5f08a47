/** One level of the account's folders, to choose one from. */
import type { FormDeps } from "./deps.ts";
import { findInstance } from "./find.ts";

export interface Level {
  /** "" for the top. */
  path: string;
  /** Null at the top. */
  up: string | null;
  folders: { path: string; name: string }[];
  isCut: boolean;
  /** Why there is nothing to see; null when there is. */
  fault: string | null;
}

const PATH = /^(\/[^/]+)*$/;
const PATH_MAX = 4000;

/** Null: there is no such instance. */
export async function browse(deps: FormDeps, id: string, given: string): Promise<Level | null> {
  const stored = await findInstance(deps, id);
  if (stored === null) return null;
  const path = given.trim().replace(/\/+$/, "");
  const level = { path, up: path === "" ? null : path.slice(0, path.lastIndexOf("/")), folders: [], isCut: false };
  if (path.length > PATH_MAX || !PATH.test(path))
    return { ...level, path: "", up: null, fault: "A folder begins with a slash, like /Photos." };
  const folders = await deps.foldersOf(stored);
  const found = await folders.below(path);
  if (!found.ok) return { ...level, fault: found.why };
  const { names, isCut } = found.value;
  return { ...level, folders: names.map((name) => ({ name, path: `${path}/${name}` })), isCut, fault: null };
}
