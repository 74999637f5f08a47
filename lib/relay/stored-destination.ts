/** The destination of a stored instance, made of its settings and its opened secrets. */
import type { Redis } from "@upstash/redis";
import { type DestinationSettings, type Instance, outboxOf } from "../core/instance.ts";
import { DEFAULT_TEMPLATE } from "../destinations/page/message.ts";
import type { PageSettings } from "../destinations/page/settings.ts";
import type { Env } from "../env.ts";
import type { Secrets } from "../store/vault.ts";
import { type BuiltDestination, buildPage, buildRecords, PHOTO_MAX_BYTES } from "./build-destination.ts";
import type { World } from "./context.ts";
import { createFixedCredential, createRefusedCredential } from "./credential.ts";
import { recordsName } from "./credential-names.ts";
import { envDestination } from "./env-destination.ts";
import { storedCallback } from "./stored-callback.ts";

/** What a stored instance chose about its Page. */
export function pageSettingsOf({ pageId, settings }: Extract<DestinationSettings, { kind: "page" }>): PageSettings {
  return {
    pageId,
    message: settings.message ?? DEFAULT_TEMPLATE,
    captions: settings.captions,
    albumMax: settings.albumMax,
    albumWindowMs: settings.albumWindowSeconds * 1000,
    onEdit: settings.onEdit,
    onDelete: settings.onDelete,
    videoAs: settings.videos,
    otherAs: settings.otherFiles,
    uploadBy: settings.uploadBy,
    videoMaxBytes: settings.videoMaxBytes,
    photoMaxBytes: PHOTO_MAX_BYTES,
  };
}

/** Without secrets all is refused, until somebody connects it; null for a callback without any, which could not sign. */
export function storedDestination(
  instance: Instance,
  destination: DestinationSettings,
  secrets: Secrets | null,
  parts: { env: Env; redis: Redis; world: World },
): BuiltDestination | null {
  const name = outboxOf(instance.id, destination);
  const token = secrets?.token ?? null;
  switch (destination.kind) {
    case "records": {
      const fingerprint = recordsName(destination.url, token ?? instance.id);
      const whatToDo = "the records endpoint has no key that it accepts: set a new one";
      const credential =
        token === null
          ? createRefusedCredential(fingerprint, whatToDo)
          : createFixedCredential(fingerprint, token, whatToDo);
      return buildRecords({ name, url: destination.url, width: destination.width, credential }, parts.world);
    }
    case "page": {
      const { postsPerDay, spacingSeconds } = destination.settings;
      const settings = pageSettingsOf(destination);
      const page = { name, token, settings, postsPerDay, spacingMs: spacingSeconds * 1000 };
      return buildPage(page, parts.env, parts.redis, parts.world);
    }
    case "environment":
      return { ...envDestination(parts.env, parts.redis, parts.world), name };
    case "callback":
      return storedCallback(instance, destination, secrets, parts);
  }
}
