/** The callback that the environment names, and what is wrong with its address. */
import type { Redis } from "@upstash/redis";
import type { CallbackInstance } from "../destinations/callback/message.ts";
import { type Env, EnvError } from "../env.ts";
import { whyNotCallback } from "../net/why-not-callback.ts";
import { buildCallback, callbackRules, senderOf } from "./build-callback.ts";
import type { BuiltDestination } from "./build-destination.ts";
import type { World } from "./context.ts";
import { fingerprintOf } from "./credential.ts";

/** Events name an instance, an account and a person by number: there is one of each. */
const ONE = 1;

/** Faults of CALLBACK_URL in words, as of any other variable. */
export function callbackFaults(env: Env): string[] {
  const refusal = env.CALLBACK_URL === undefined ? null : whyNotCallback(env.CALLBACK_URL, callbackRules(env));
  return refusal === null ? [] : [`CALLBACK_URL: ${refusal.words}`];
}

/** Throws EnvError for an address that must not be called: nothing is listed before somebody has mended it. */
export function envCallback(env: Env, url: string, redis: Redis, world: World): BuiltDestination {
  const faults = callbackFaults(env);
  if (faults.length > 0) throw new EnvError(faults);
  const { CALLBACK_SECRET: secret = "", CALLBACK_SECRET_PREVIOUS: previous, CALLBACK_SIGNATURE_KEY: key } = env;
  const secrets = [secret, ...(previous === undefined ? [] : [previous])];
  const fingerprint = fingerprintOf("callback", url);
  return buildCallback(
    {
      name: "env_callback",
      fingerprint,
      url,
      instance: instanceOf(env),
      format: env.CALLBACK_FORMAT,
      headers: {},
      policy: "push",
      signing: { secrets, signatureKey: key ?? null },
    },
    env,
    redis,
    world,
  );
}

const instanceOf = (env: Env): CallbackInstance => ({
  id: ONE,
  name: "Dropbox",
  tags: [],
  accountId: ONE,
  companyId: ONE,
  userId: ONE,
  sender: senderOf(env),
  account: env.DROPBOX_ACCOUNT_ID ?? null,
});
