/** The folder of the environment: its instance, and which of its files are meant. */
import { type Rules, whyNotSelected } from "../core/selection.ts";
import type { Env } from "../env.ts";
import { fingerprintOf } from "./credential.ts";

/** A cursor is bound to its folder, so each folder has a source of its own. */
export function envSource(env: Env) {
  const { DROPBOX_FOLDER: folder } = env;
  const instance = folder === "" ? "env" : `env_${fingerprintOf("folder", folder.toLowerCase())}`;
  const rules: Rules = {
    include: env.INCLUDE,
    exclude: env.EXCLUDE,
    extensions: env.EXTENSIONS,
    sizeMaxBytes: env.SIZE_MAX_BYTES,
  };
  const selects = (file: Parameters<typeof whyNotSelected>[0]) => whyNotSelected(file, folder, rules) === null;
  return { instance, rules, selects };
}
