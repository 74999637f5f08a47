/** What a file would become on a Page: the one that the environment describes, or one of a stored instance. */
import type { DestinationSettings } from "../core/instance.ts";
import { type Preview, type PreviewedFile, previewPost } from "../destinations/page/preview.ts";
import type { PageEnv } from "../env.ts";
import { settingsOf } from "./env-destination.ts";
import { pageSettingsOf } from "./stored-destination.ts";

/** Throws EnvError for a template that could not be filled. */
export const previewFile = (env: PageEnv, file: PreviewedFile): Preview => previewPost(file, settingsOf(env, ""));

export const previewStored = (
  destination: Extract<DestinationSettings, { kind: "page" }>,
  file: PreviewedFile,
): Preview => previewPost(file, pageSettingsOf(destination));
