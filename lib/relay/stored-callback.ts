/** The callback of a stored instance, made of its settings and its opened secrets. */
import type { Redis } from "@upstash/redis";
import { readExtraHeaders } from "../core/extra-headers.ts";
import { type DestinationSettings, type Instance, outboxOf } from "../core/instance.ts";
import type { Env } from "../env.ts";
import type { Secrets } from "../store/vault.ts";
import { buildCallback, type CallbackParts, senderOf } from "./build-callback.ts";
import type { BuiltDestination } from "./build-destination.ts";
import type { World } from "./context.ts";
import { endpointName } from "./credential-names.ts";

/** Of a deployment with one operator. */
const ONE = 1;

type CallbackSettings = Extract<DestinationSettings, { kind: "callback" }>;

/** Null without any secret: nothing that nobody could verify is sent. */
export function storedCallback(
  instance: Instance,
  destination: CallbackSettings,
  secrets: Secrets | null,
  { env, redis, world }: { env: Env; redis: Redis; world: World },
): BuiltDestination | null {
  const parts = callbackPartsOf(instance, destination, secrets, env);
  return parts === null ? null : buildCallback(parts, env, redis, world);
}

/**
 * Secrets: `signingSecret` (else `signatureKey`) and `signingSecretPrevious` sign by Standard Webhooks, `signatureKey` also
 * in the older form; `headers`, `basicUsername` and `basicPassword` go along. Null when nothing could be signed.
 */
export function callbackPartsOf(
  instance: Instance,
  destination: CallbackSettings,
  secrets: Secrets | null,
  env: Env,
): CallbackParts | null {
  const { signatureKey, signingSecret = signatureKey, signingSecretPrevious: previous } = secrets ?? {};
  if (signingSecret === undefined) return null;
  const id = Number(instance.id);
  return {
    name: outboxOf(instance.id, destination),
    fingerprint: endpointName(instance, destination.url),
    url: destination.url,
    instance: {
      id,
      name: instance.name,
      tags: instance.tags,
      account: instance.account,
      accountId: ONE,
      companyId: ONE,
      userId: ONE,
      sender: senderOf(env),
    },
    format: destination.settings.format === "cloudevents" ? "cloudevents" : "elements",
    signing: {
      secrets: [signingSecret, ...(previous === undefined ? [] : [previous])],
      signatureKey: signatureKey ?? null,
    },
    policy: destination.settings.policy === "queue" ? "queue" : "push",
    headers: headersOf(secrets ?? {}),
  };
}

function headersOf({ headers = "", basicUsername, basicPassword = "" }: Secrets): Record<string, string> {
  const basic = Buffer.from(`${basicUsername}:${basicPassword}`).toString("base64");
  return {
    ...readExtraHeaders(headers),
    ...(basicUsername === undefined ? {} : { authorization: `Basic ${basic}` }),
  };
}
