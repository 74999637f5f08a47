/** A callback made of plain settings, whether these stand in the environment or in the store. */
import type { Redis } from "@upstash/redis";
import type { Change } from "../destinations/callback/change.ts";
import { type CallbackClient, createCallbackClient } from "../destinations/callback/client.ts";
import { createCallbackDestination } from "../destinations/callback/destination.ts";
import { type CallbackInstance, type Format, messageOf } from "../destinations/callback/message.ts";
import { type Signing, signedHeaders } from "../destinations/callback/sign.ts";
import type { Env } from "../env.ts";
import type { CallbackRules } from "../net/why-not-callback.ts";
import { createEndpointStore } from "../store/endpoint-store.ts";
import { createEventLog } from "../store/event-log.ts";
import { createHurry } from "../store/hurry.ts";
import { reasonOf } from "./answer-job.ts";
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
  const { name, fingerprint, instance, format, signing, policy } = parts;
  const endpoint = createEndpointStore(redis, fingerprint);
  const hurry = createHurry(redis);

  /** Known first, due then: what is due goes out, and would be put off again by what is known. */
  async function callAgain(): Promise<void> {
    await endpoint.forget();
    await hurry(name, world.now());
  }

  return {
    name,
    timing: CALLBACK_TIMING,
    // One body after the other: as far as can be, events arrive in the order in which they were listed.
    width: 1,
    remembers: true,
    credential: null,
    ...(policy === "queue" ? {} : { endpoint: { load: endpoint.load, callAgain } }),
    build: (source) =>
      createCallbackDestination({
        fingerprint,
        instance,
        format,
        signing,
        client: callbackClient(parts, env, world),
        endpoint,
        source,
        log: createEventLog(redis, name),
        policy,
        notLogged: (cause) => world.log?.warn({ endpoint: fingerprint, reason: reasonOf(cause) }, "event.not_kept"),
        tell: ({ status, message }) => world.log?.error({ endpoint: fingerprint, message }, `endpoint.${status}`),
        now: world.now,
        random: world.random,
      }),
  };
}

/** The only way to an endpoint: for its events, for a test of it, and for what an operator is told. */
export function callbackClient(
  { url, signing, headers }: Pick<CallbackParts, "url" | "signing" | "headers">,
  env: Env,
  world: World,
): CallbackClient {
  const hidden = [...signing.secrets, signing.signatureKey, ...Object.values(headers)];
  const send = world.callbackFetch?.(callbackRules(env)) ?? world.fetch;
  return createCallbackClient({
    url,
    fetch: (to, request) => send(to, { ...request, headers: { ...headers, ...request.headers } }),
    timeoutMs: CALLBACK_TIMING.requestMs,
    now: world.now,
    secrets: hidden.filter((secret) => secret !== null),
  });
}

/** Sends one event that stands for no file. Nothing is stored of it, and what is answered changes nothing for the endpoint. */
export async function sendTestEvent(parts: CallbackParts, env: Env, world: World): Promise<{ status: number | null }> {
  const at = world.now();
  const name = "Test event of the relay.txt";
  const change: Change = {
    ...{ id: `evt_test_${world.randomId()}`, after: "", kind: "created", fileId: "id:test", rev: "test" },
    ...{ name, path: `/${name}`, size: 0, formerPath: null, movedOut: false, at, seenAt: at },
  };
  const { id, body, contentType } = messageOf([change], parts.instance, parts.format);
  const headers = { "content-type": contentType, ...signedHeaders(parts.signing, { id, body, at }) };
  const { status } = await callbackClient(parts, env, world)(body, headers);
  return { status };
}

export const callbackRules = (env: Env): CallbackRules => ({
  allowPrivate: env.ALLOW_PRIVATE_CALLBACKS === "1",
  own: [env.PUBLIC_BASE_URL],
});

/** In the place of an address that notifications come from. */
export const senderOf = (env: Env): string => `notifications@${new URL(env.PUBLIC_BASE_URL).hostname}`;
