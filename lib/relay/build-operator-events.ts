/** The address at which the operator is told of troubles: signed, and as guarded as any callback. */
import type { Redis } from "@upstash/redis";
import { signedHeaders } from "../destinations/callback/sign.ts";
import type { Env } from "../env.ts";
import { createToldStore } from "../store/told-store.ts";
import { callbackClient } from "./build-callback.ts";
import type { BuiltDestination } from "./build-destination.ts";
import type { World } from "./context.ts";
import { fingerprintOf } from "./credential.ts";
import { refuseFaults } from "./env-callback.ts";
import type { Link } from "./services.ts";
import type { OperatorEvents } from "./tell-operator.ts";

/** Null without OPERATOR_CALLBACK_URL. Throws EnvError for an address that must not be called. */
export function buildOperatorEvents(
  env: Env,
  redis: Redis,
  world: World,
  { link, made }: { link: Pick<Link, "id" | "destination">; made: Pick<BuiltDestination, "name"> },
): OperatorEvents | null {
  const { OPERATOR_CALLBACK_URL: url, OPERATOR_CALLBACK_SECRET: secret } = env;
  if (url === undefined || secret === undefined) return null;
  refuseFaults(env);
  const signing = { secrets: [secret], signatureKey: null };
  const client = callbackClient({ url, signing, headers: {} }, env, world);
  return {
    own: {
      id: link.id,
      name: "Dropbox",
      refused: null,
      listing: { from: null, pollMs: 0 },
      lanes: [
        {
          destination: "environment",
          outbox: made.name,
          endpoint: env.CALLBACK_URL === undefined ? null : fingerprintOf("callback", env.CALLBACK_URL),
          credential: link.destination.credential,
        },
      ],
    },
    store: createToldStore(redis),
    post: ({ id, body }) =>
      client(body, {
        "content-type": "application/cloudevents+json",
        ...signedHeaders(signing, { id, body, at: world.now() }),
      }),
  };
}
