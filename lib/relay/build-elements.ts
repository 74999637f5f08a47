/** The compatible interface with its services; nothing is there unless the environment turns it on. */
import { randomBytes } from "node:crypto";
import type { Redis } from "@upstash/redis";
import type { RecordDeed } from "../core/audit.ts";
import { readTold } from "../destinations/callback/change.ts";
import { readNote } from "../destinations/callback/note.ts";
import { validateTemplate } from "../destinations/page/message.ts";
import { authorizeUrl, SCOPES } from "../dropbox/authorize.ts";
import type { DropboxClient } from "../dropbox/client.ts";
import { type Exchanged, exchangeCode, refreshAccessToken, type TokenFailure } from "../dropbox/oauth.ts";
import type { Checks } from "../elements/checks.ts";
import type { DropboxPort, Linked, LinkFailure } from "../elements/deps.ts";
import { createElements, ELEMENTS_OFF, type Elements } from "../elements/elements.ts";
import type { Env } from "../env.ts";
import type { Instances } from "../instances/manage.ts";
import type { Log } from "../log.ts";
import { whyNotCallback } from "../net/why-not-callback.ts";
import { createActStore } from "../store/act-store.ts";
import { createCallLimit } from "../store/call-limit.ts";
import { createElementTokens } from "../store/element-tokens.ts";
import { createEventLog } from "../store/event-log.ts";
import { createInspectionStore } from "../store/inspection-store.ts";
import { callbackRules } from "./build-callback.ts";
import type { World } from "./context.ts";
import { elementEvents } from "./element-events.ts";
import type { Services } from "./services.ts";

const TOKEN_TIMEOUT_MS = 10_000;

export interface ElementsParts {
  env: Env;
  redis: Redis;
  world: Pick<World, "fetch" | "now" | "randomId">;
  instances: Instances;
  dropbox: Pick<DropboxClient, "currentAccount">;
  queue: Services["queue"];
  record: RecordDeed;
  log: Log;
}

export function buildElements({ env, redis, world, instances, dropbox, queue, record, log }: ElementsParts): Elements {
  const { ELEMENTS_USER_SECRET: user, ELEMENTS_ORGANIZATION_SECRET: organization } = env;
  if (user === undefined || organization === undefined) return ELEMENTS_OFF;
  return createElements({
    secrets: { user, organization, admin: env.ADMIN_TOKEN ?? null },
    app: { key: env.DROPBOX_APP_KEY ?? null, secret: env.DROPBOX_APP_SECRET },
    instances,
    tokens: createElementTokens(redis),
    events: elementEvents({
      inspect: (instance, outbox) => createInspectionStore(redis, instance, outbox),
      acts: (outbox) => createActStore(redis, outbox),
      log: (outbox) => createEventLog(redis, outbox),
      eventIn: {
        told: (remoteId) => readTold(remoteId)?.eventId ?? null,
        note: (note) => readNote(note).eventId,
      },
      services: { queue, log, now: world.now },
    }),
    dropbox: dropboxOf(env, world.fetch, dropbox),
    ...settingsChecks(env),
    newSecret: newSigningSecret,
    limit: createCallLimit(redis, world.now),
    publicBaseUrl: env.PUBLIC_BASE_URL,
    now: world.now,
    randomId: world.randomId,
    record,
    log,
  });
}

/** One set of rules, whether settings come from a program or from the form. */
export const settingsChecks = (env: Env): Checks => ({
  whyNotCallback: (url) => whyNotCallback(url, callbackRules(env))?.words ?? null,
  whyNotMessage(template) {
    const valid = validateTemplate(template);
    return valid.ok ? null : `line ${valid.line}: ${valid.what}`;
  },
});

export const newSigningSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

function dropboxOf(env: Env, fetch: World["fetch"], client: ElementsParts["dropbox"]): DropboxPort {
  const call = { apiUrl: env.DROPBOX_API_URL, fetch, timeoutMs: TOKEN_TIMEOUT_MS };

  /** `named`: the account as the grant named it; a renewal names none. */
  async function linked(accessToken: string, refreshToken: string, named: string | null): Promise<Linked> {
    const who = await client.currentAccount(accessToken);
    // Without the label it is connected all the same; without the account it is not.
    if (!who.ok && named === null) return failed("unavailable", who.error.message, who.error.retryAfterMs);
    const account = named ?? (who.ok ? who.data.accountId : "");
    const label = who.ok ? (who.data.email ?? who.data.name ?? "") : "";
    return { ok: true, account, label: label.slice(0, 300), refreshToken };
  }

  return {
    async byCode({ key, secret }, code, redirectUri) {
      const granted = await exchangeCode({
        ...call,
        appKey: key,
        appSecret: secret,
        code,
        redirectUri,
        verifier: null,
      });
      if (!granted.ok) return refused(granted);
      if (granted.refreshToken === null) return failed("notLasting", "");
      if (granted.accountId === null) return failed("noAccount", "");
      const missing = missingScopes(granted);
      if (missing.length > 0) return failed("scopes", `not granted: ${missing.join(", ")}`);
      return linked(granted.accessToken, granted.refreshToken, granted.accountId);
    },
    async byRefreshToken({ key, secret }, refreshToken) {
      const renewed = await refreshAccessToken({ ...call, appKey: key, appSecret: secret, refreshToken });
      return renewed.ok ? linked(renewed.accessToken, refreshToken, null) : refused(renewed);
    },
    consentUrl: (ask) => authorizeUrl({ ...ask, url: env.DROPBOX_AUTHORIZE_URL, challenge: null, again: false }),
  };
}

const missingScopes = ({ scopes }: Extract<Exchanged, { ok: true }>): string[] =>
  SCOPES.map(({ scope }) => scope).filter((scope) => !scopes.includes(scope));

const failed = (kind: LinkFailure["kind"], message: string, retryAfterMs: number | null = null): LinkFailure => ({
  ok: false,
  kind,
  message,
  retryAfterMs,
});

function refused({ kind, message, retryAfterMs }: TokenFailure): LinkFailure {
  const kinds = { invalidGrant: "grant", invalidClient: "app" } as const;
  return failed(kind === "invalidGrant" || kind === "invalidClient" ? kinds[kind] : kind, message, retryAfterMs);
}
