/** The callback that the environment names, and what is wrong with its address. */
import type { Redis } from "@upstash/redis";
import { createCallbackClient } from "../destinations/callback/client.ts";
import { createCallbackDestination } from "../destinations/callback/destination.ts";
import type { CallbackInstance } from "../destinations/callback/message.ts";
import { type Env, EnvError } from "../env.ts";
import { type CallbackRules, whyNotCallback } from "../net/why-not-callback.ts";
import { createEndpointStore } from "../store/endpoint-store.ts";
import type { BuiltDestination } from "./build-destination.ts";
import type { World } from "./context.ts";
import { fingerprintOf } from "./credential.ts";
import { CALLBACK_TIMING } from "./timing.ts";

/** Events name an instance, an account and a person by number: there is one of each. */
const ONE = 1;

/** Faults of CALLBACK_URL in words, as of any other variable. */
export function callbackFaults(env: Env): string[] {
  const refusal = env.CALLBACK_URL === undefined ? null : whyNotCallback(env.CALLBACK_URL, rulesOf(env));
  return refusal === null ? [] : [`CALLBACK_URL: ${refusal.words}`];
}

/** Throws EnvError for an address that must not be called: nothing is listed before somebody has mended it. */
export function envCallback(env: Env, url: string, redis: Redis, world: World): BuiltDestination {
  const faults = callbackFaults(env);
  if (faults.length > 0) throw new EnvError(faults);
  const { CALLBACK_SECRET: secret = "", CALLBACK_SECRET_PREVIOUS: previous, CALLBACK_SIGNATURE_KEY: key } = env;
  const secrets = [secret, ...(previous === undefined ? [] : [previous])];
  const fingerprint = fingerprintOf("callback", url);
  return {
    name: "env_callback",
    timing: CALLBACK_TIMING,
    // One body after the other: as far as can be, events arrive in the order in which they were listed.
    width: 1,
    remembers: true,
    credential: null,
    build: () =>
      createCallbackDestination({
        fingerprint,
        instance: instanceOf(env),
        format: env.CALLBACK_FORMAT,
        signing: { secrets, signatureKey: key ?? null },
        client: createCallbackClient({
          url,
          fetch: world.callbackFetch?.(rulesOf(env)) ?? world.fetch,
          timeoutMs: CALLBACK_TIMING.requestMs,
          now: world.now,
          secrets: [...secrets, ...(key === undefined ? [] : [key])],
        }),
        endpoint: createEndpointStore(redis, fingerprint),
        tell: ({ status, message }) => world.log?.error({ endpoint: fingerprint, message }, `endpoint.${status}`),
        now: world.now,
        random: world.random,
      }),
  };
}

const rulesOf = (env: Env): CallbackRules => ({
  allowPrivate: env.ALLOW_PRIVATE_CALLBACKS === "1",
  own: [env.PUBLIC_BASE_URL],
});

const instanceOf = (env: Env): CallbackInstance => ({
  id: ONE,
  name: "Dropbox",
  tags: [],
  accountId: ONE,
  companyId: ONE,
  userId: ONE,
  sender: `notifications@${new URL(env.PUBLIC_BASE_URL).hostname}`,
  account: env.DROPBOX_ACCOUNT_ID ?? null,
});
