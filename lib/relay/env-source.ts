/** What the environment says of the Dropbox side. */
import type { Rules } from "../core/selection.ts";
import type { Env } from "../env.ts";
import { fingerprintOf } from "./credential.ts";

/** The instance made of the environment. A cursor is bound to its folder, so each folder has a source of its own. */
export const envInstance = (folder: string): string =>
  folder === "" ? "env" : `env_${fingerprintOf("folder", folder.toLowerCase())}`;

export const envRules = ({ INCLUDE, EXCLUDE, EXTENSIONS, SIZE_MAX_BYTES }: Env): Rules => ({
  include: INCLUDE,
  exclude: EXCLUDE,
  extensions: EXTENSIONS,
  sizeMaxBytes: SIZE_MAX_BYTES,
});
