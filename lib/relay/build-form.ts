/** The form of an instance with its services; null without ENCRYPTION_KEY, as nothing can be stored then. */
import type { Redis } from "@upstash/redis";
import { BY_DASHBOARD, type RecordDeed } from "../core/audit.ts";
import { SOURCE } from "../core/instance.ts";
import { sidecarPathsOf } from "../destinations/page/caption.ts";
import type { DropboxClient } from "../dropbox/client.ts";
import type { Env } from "../env.ts";
import type { Folders, FormDeps, Tested } from "../form/deps.ts";
import type { Instances } from "../instances/manage.ts";
import { createElementTokens } from "../store/element-tokens.ts";
import { createFormDrafts } from "../store/form-drafts.ts";
import type { StoredInstance } from "../store/instance-store.ts";
import { createAccountFolders } from "./account-folders.ts";
import { sendTestEvent } from "./build-callback.ts";
import { newSigningSecret, settingsChecks } from "./build-elements.ts";
import type { World } from "./context.ts";
import { storedDropboxCredential } from "./credentials.ts";
import { previewStored } from "./preview-file.ts";
import { callbackPartsOf } from "./stored-callback.ts";

/** Somebody types, and each pause asks again: the same files do for a while. */
const SEEN_MS = 20_000;
const SEEN_MAX = 20;

export interface FormParts {
  env: Env;
  redis: Redis;
  world: World;
  instances: Instances;
  dropbox: DropboxClient;
  record: RecordDeed;
}

export function buildForm({ env, redis, world, instances, dropbox, record }: FormParts): FormDeps | null {
  if (env.ENCRYPTION_KEY === undefined) return null;
  const seen = new Map<string, { at: number; folders: Folders }>();

  async function foldersOf(stored: StoredInstance): Promise<Folders> {
    const key = `${stored.instance.id} ${stored.version}`;
    const kept = seen.get(key);
    if (kept !== undefined && world.now() - kept.at < SEEN_MS) return kept.folders;
    const secrets = await instances.secretsOf(stored, SOURCE);
    const credential = storedDropboxCredential(secrets, { env, redis, world });
    const folders = remembering(createAccountFolders(dropbox, credential, sidecarPathsOf));
    seen.delete(key);
    seen.set(key, { at: world.now(), folders });
    for (const old of seen.keys()) {
      if (seen.size <= SEEN_MAX) break;
      seen.delete(old);
    }
    return folders;
  }

  async function test(stored: StoredInstance, id: string): Promise<Tested> {
    const { instance } = stored;
    const destination = instance.destinations.find((one) => one.id === id);
    if (destination?.kind !== "callback") return { kind: "unsigned" };
    const parts = callbackPartsOf(instance, destination, await instances.secretsOf(stored, id), env);
    if (parts === null) return { kind: "unsigned" };
    const { status } = await sendTestEvent(parts, env, world);
    return status === null ? { kind: "silent" } : { kind: "answered", status };
  }

  return {
    ...settingsChecks(env),
    instances,
    drafts: createFormDrafts(redis, env.ENCRYPTION_KEY, world.randomId),
    foldersOf,
    preview: previewStored,
    async test(stored, id) {
      const tested = await test(stored, id);
      const ended = tested.kind === "answered" ? `answered ${tested.status}` : tested.kind;
      await record({ who: BY_DASHBOARD, act: "testEvent", on: `instance ${stored.instance.id}, ${id}`, ended });
      return tested;
    },
    revokeToken: createElementTokens(redis).revoke,
    newSecret: newSigningSecret,
    now: world.now,
    hasFacebook: env.FACEBOOK_APP_ID !== undefined && env.FACEBOOK_APP_SECRET !== undefined,
  };
}

/** Each folder's files are asked for once, as long as nothing went wrong. */
function remembering(folders: Folders): Folders {
  const files = new Map<string, ReturnType<Folders["files"]>>();
  return {
    ...folders,
    async files(path) {
      const asked = files.get(path) ?? folders.files(path);
      files.set(path, asked);
      const found = await asked;
      if (!found.ok) files.delete(path);
      return found;
    },
  };
}
