/** The destination that the environment names: a callback, a Page, or else the records endpoint. */
import type { Redis } from "@upstash/redis";
import { DEFAULT_TEMPLATE, validateTemplate } from "../destinations/page/message.ts";
import type { PageSettings } from "../destinations/page/settings.ts";
import { type Env, EnvError, type PageEnv } from "../env.ts";
import { type BuiltDestination, buildPage, buildRecords, PHOTO_MAX_BYTES } from "./build-destination.ts";
import type { World } from "./context.ts";
import { facebookCredential } from "./credentials.ts";
import { envCallback } from "./env-callback.ts";

export function envDestination(env: Env, redis: Redis, world: World): BuiltDestination {
  if (env.CALLBACK_URL !== undefined) return envCallback(env, env.CALLBACK_URL, redis, world);
  const { FACEBOOK_PAGE_ID: pageId } = env;
  if (pageId === undefined) {
    const credential = facebookCredential(env, redis, world);
    return buildRecords({ name: "env_records", url: env.FACEBOOK_API_URL, width: env.CONCURRENCY, credential }, world);
  }
  const parts = {
    name: `env_page_${pageId}`,
    settings: settingsOf(env, pageId),
    token: env.FACEBOOK_API_KEY,
    postsPerDay: env.PAGE_POSTS_PER_DAY,
    spacingMs: env.PAGE_SPACING_SECONDS * 1000,
  };
  return buildPage(parts, env, redis, world);
}

/** Throws EnvError for a template that could not be filled: nothing is posted before somebody has mended it. */
export function settingsOf(env: PageEnv, pageId: string): PageSettings {
  const message = env.PAGE_MESSAGE ?? DEFAULT_TEMPLATE;
  const valid = validateTemplate(message);
  if (!valid.ok) throw new EnvError([`PAGE_MESSAGE: line ${valid.line}: ${valid.what}`]);
  return {
    pageId,
    message,
    captions: env.PAGE_CAPTIONS === "on",
    albumMax: env.PAGE_ALBUM_MAX,
    albumWindowMs: env.PAGE_ALBUM_WINDOW_SECONDS * 1000,
    onEdit: env.PAGE_ON_EDIT,
    onDelete: env.PAGE_ON_DELETE,
    videoAs: env.PAGE_VIDEOS,
    otherAs: env.PAGE_OTHER_FILES,
    uploadBy: env.PAGE_UPLOAD,
    videoMaxBytes: env.PAGE_VIDEO_MAX_BYTES,
    photoMaxBytes: PHOTO_MAX_BYTES,
  };
}
