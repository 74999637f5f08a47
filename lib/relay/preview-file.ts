/** What a file would become on the Page that the environment describes. */
import { type Preview, type PreviewedFile, previewPost } from "../destinations/page/preview.ts";
import type { PageEnv } from "../env.ts";
import { settingsOf } from "./env-destination.ts";

/** Throws EnvError for a template that could not be filled. */
export const previewFile = (env: PageEnv, file: PreviewedFile): Preview => previewPost(file, settingsOf(env, ""));
