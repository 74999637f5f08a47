/** A callback made of plain settings, whether these stand in the environment or in the store. */
import type { Redis } from "@upstash/redis";
import { createCallbackClient } from "../destinations/callback/client.ts";
import { createCallbackDestination } from "../destinations/callback/destination.ts";
import type { CallbackInstance, Format } from "../destinations/callback/message.ts";
import type { Signing } from "../destinations/callback/sign.ts";
import type { Env } from "../env.ts";
import type { CallbackRules } from "../net/why-not-callback.ts";
import { createEndpointStore } from "../store/endpoint-store.ts";
import { createEventLog } from "../store/event-log.ts";
import type { BuiltDestination } from "./build-destination.ts";
import type { World } from "./context.ts";
import { CALLBACK_TIMING } from "./timing.ts";

export interface CallbackParts {
  name: string;
  /** Names the endpoint for holds, and its state. */
  fingerprint: string;
  url: string;
  instance: CallbackInstance;
  format: Format;
  signing: Signing;
  /** Besides our own. */
  headers: Record<string, string>;
  policy: "push" | "queue";
}

export function buildCallback(parts: CallbackParts, env: Env, redis: Redis, world: World): BuiltDestination {
  const { name, fingerprint, url, instance, format, signing, headers, policy } = parts;
  const hidden = [...signing.secrets, signing.signatureKey, ...Object.values(headers)];
  const send = world.callbackFetch?.(callbackRules(env)) ?? world.fetch;
  return {
    name,
    timing: CALLBACK_TIMING,
    // One body after the other: as far as can be, events arrive in the order in which they were listed.
    width: 1,
    remembers: true,
    credential: null,
    build: (source) =>
      createCallbackDestination({
        fingerprint,
        instance,
        format,
        signing,
        client: createCallbackClient({
          url,
          fetch: (to, request) => send(to, { ...request, headers: { ...headers, ...request.headers } }),
          timeoutMs: CALLBACK_TIMING.requestMs,
          now: world.now,
          secrets: hidden.filter((secret) => secret !== null),
        }),
        endpoint: createEndpointStore(redis, fingerprint),
        source,
        log: createEventLog(redis, name),
        policy,
        tell: ({ status, message }) => world.log?.error({ endpoint: fingerprint, message }, `endpoint.${status}`),
        now: world.now,
        random: world.random,
      }),
  };
}

export const callbackRules = (env: Env): CallbackRules => ({
  allowPrivate: env.ALLOW_PRIVATE_CALLBACKS === "1",
  own: [env.PUBLIC_BASE_URL],
});

/** In the place of an address that notifications come from. */
export const senderOf = (env: Env): string => `notifications@${new URL(env.PUBLIC_BASE_URL).hostname}`;
