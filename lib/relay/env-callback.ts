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

/** Faults of both addresses in words, as of any other variable. */
export function callbackFaults(env: Env): string[] {
  return (["CALLBACK_URL", "OPERATOR_CALLBACK_URL"] as const).flatMap((name) => {
    const url = env[name];
    const refusal = url === undefined ? null : whyNotCallback(url, callbackRules(env));
    return refusal === null ? [] : [`${name}: ${refusal.words}`];
  });
}

/** Throws EnvError for an address that must not be called. */
export function refuseFaults(env: Env): void {
  const faults = callbackFaults(env);
  if (faults.length > 0) throw new EnvError(faults);
}

/** Throws EnvError for an address that must not be called: nothing is listed before somebody has mended it. */
export function envCallback(env: Env, url: string, redis: Redis, world: World): BuiltDestination {
  refuseFaults(env);
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
