/** The part of the environment that decides what a file becomes on a Page: it needs no account. */
import { EnvError, type PageEnv, setIn, variables } from "../env.ts";

const pageVariables = variables.pick({
  PAGE_MESSAGE: true,
  PAGE_CAPTIONS: true,
  PAGE_ALBUM_MAX: true,
  PAGE_ALBUM_WINDOW_SECONDS: true,
  PAGE_ON_EDIT: true,
  PAGE_ON_DELETE: true,
  PAGE_VIDEOS: true,
  PAGE_OTHER_FILES: true,
  PAGE_UPLOAD: true,
  PAGE_VIDEO_MAX_BYTES: true,
  PAGE_POSTS_PER_DAY: true,
  PAGE_SPACING_SECONDS: true,
});

/** Throws EnvError naming every fault, as the whole environment does. */
export function parsePageEnv(raw: Record<string, string | undefined>): PageEnv {
  const parsed = pageVariables.safeParse(setIn(raw));
  if (parsed.success) return parsed.data;
  throw new EnvError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
}
