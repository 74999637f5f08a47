/** `PUT` and `PATCH` of an instance, and of one of its properties: read, laid over, stored under the version that was read. */
import { type Instance, SOURCE } from "../core/instance.ts";
import { type Answer, refuse } from "./answer.ts";
import { MASK } from "./configuration-keys.ts";
import { askedOf, type Connected, connectAccount } from "./connect-account.ts";
import { readOf, tagsOf } from "./create-instance.ts";
import type { ElementsDeps } from "./deps.ts";
import type { Configuration } from "./destination-keys.ts";
import { isElement } from "./element.ts";
import { type Caller, type Found, findInstance, openAll, shown, storedOf } from "./find-instance.ts";
import { configurationOf } from "./from-instance.ts";
import { CREDENTIAL_KEYS, laidOver, textsOf } from "./given-values.ts";
import type { ChangeBody } from "./schemas.ts";
import { withoutSentElsewhere } from "./sent-elsewhere.ts";
import { withSigningSecret } from "./signing.ts";
import { KEPT, type SecretsBySide, toInstance } from "./to-instance.ts";

/** A change is made anew so often when another one came between its reading and its storing. */
const TRIES_MAX = 5;

export async function changeInstance(
  asked: { id: string; body: ChangeBody; replaces: boolean },
  caller: Caller,
  deps: ElementsDeps,
): Promise<Answer> {
  const { id, body } = asked;
  const element = body.element?.key ?? body.element?.id;
  if (element !== undefined && !isElement(element)) refuse(400, "An instance stays one of its element: dropbox");
  let found = await findInstance(id, caller, deps);
  // Once, before the tries: the code works once.
  const connected = await connectedAgain(body, found, deps);
  for (let tried = 0; tried < TRIES_MAX; tried += 1) {
    if (tried > 0) found = await findInstance(id, caller, deps);
    const { change, made } = changeOf(asked, found, connected, deps);
    const changed = await deps.instances.change(id, change);
    if (changed.kind === "stale" && tried + 1 < TRIES_MAX) continue;
    const stored = storedOf(changed);
    return shown({ stored, secrets: await openAll(deps.instances, stored) }, { signingSecret: made });
  }
  return refuse(409, "The instance is changed by others all the time");
}

async function connectedAgain(body: ChangeBody, found: Found, deps: ElementsDeps): Promise<Connected | null> {
  const given = textsOf(body.configuration ?? {});
  const hasToken = body.externalAuthentication === "initial" && isNew(given["oauth.user.refresh_token"]);
  if (body.providerData?.code === undefined && !hasToken) {
    const loose = CREDENTIAL_KEYS.filter((key) => isNew(given[key]) && given[key] !== knownOf(key, found, deps));
    if (loose.length > 0) refuse(400, `${loose.join(", ")}: can only be changed together with providerData.code`);
    return null;
  }
  const { secrets } = found;
  const app = { key: secrets[SOURCE]?.appKey ?? deps.app.key, secret: secrets[SOURCE]?.appSecret ?? deps.app.secret };
  const before = {
    ...configurationOf(found.stored.instance, secrets),
    "oauth.api.key": MASK,
    "oauth.api.secret": MASK,
  };
  const at = { ...before, ...given };
  const connected = await connectAccount(askedOf(body, at, app), at, deps);
  // Its cursor and its known files are of the former account: those of another would pass for new.
  if (connected.account !== found.stored.instance.account)
    refuse(409, "That is another Dropbox account: make a new instance of it");
  return connected;
}

const isNew = (value: string | undefined): boolean => value !== undefined && value !== "" && value !== MASK;

function knownOf(key: (typeof CREDENTIAL_KEYS)[number], { secrets }: Found, deps: ElementsDeps): string | null {
  const source = secrets[SOURCE];
  if (key === "oauth.api.key") return source?.appKey ?? deps.app.key;
  if (key === "oauth.api.secret") return source?.appSecret ?? deps.app.secret;
  return source?.refreshToken ?? null;
}

function changeOf(
  { body, replaces }: { body: ChangeBody; replaces: boolean },
  { stored, secrets }: Found,
  connected: Connected | null,
  deps: ElementsDeps,
): { change: Parameters<ElementsDeps["instances"]["change"]>[1]; made: string | null } {
  const { instance, version } = stored;
  const { configuration } = body;
  const next =
    configuration === undefined
      ? null
      : withSigningSecret(laidOut(textsOf(configuration), { instance, secrets }, replaces), deps.newSecret);
  const read = next === null ? null : readOf(toInstance(next.at, instance.destinations), deps);
  const source = secrets[SOURCE];
  const isKept = ([name]: [string, string]) => name.startsWith(KEPT);
  const before = Object.entries(source ?? {});
  const credentials = connected?.secrets ?? Object.fromEntries(before.filter((one) => !isKept(one)));
  const kept = read?.keptSecrets ?? Object.fromEntries(before.filter(isKept));
  // What cannot be opened is left as it is.
  const isSourceKnown = connected !== null || source !== undefined;
  const isMended = connected !== null && instance.status === "unauthorized" && instance.trouble?.side === SOURCE;
  const change = {
    version,
    secrets: { ...read?.secrets, ...(isSourceKnown ? { [SOURCE]: { ...credentials, ...kept } } : {}) },
    edit: (one: Instance) => ({
      ...one,
      ...read?.settings,
      name: body.name || one.name,
      tags: body.tags === undefined ? one.tags : tagsOf(body.tags),
      ...(connected === null ? {} : { accountLabel: connected.label }),
      ...(isMended ? { status: "active" as const, trouble: null } : {}),
    }),
  };
  return { change, made: next?.made ?? null };
}

function laidOut(given: Configuration, before: { instance: Instance; secrets: SecretsBySide }, replaces: boolean) {
  const laid = laidOver(given, configurationOf(before.instance, before.secrets), replaces);
  const firsts = before.instance.destinations.filter(
    (one, n, all) => n === all.findIndex(({ kind }) => kind === one.kind),
  );
  return withoutSentElsewhere(laid, given, firsts, before);
}
