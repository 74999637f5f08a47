/** `POST /instances`. All that can be checked is checked before the code is spent, for it works once. */
import { SOURCE } from "../core/instance.ts";
import { type Answer, refuse } from "./answer.ts";
import { type Checks, wrongIn } from "./checks.ts";
import { askedOf, connectAccount } from "./connect-account.ts";
import type { ElementsDeps } from "./deps.ts";
import { ELEMENT, isElement } from "./element.ts";
import { openAll, shown, storedOf } from "./find-instance.ts";
import { laidOver, textsOf } from "./given-values.ts";
import type { CreateBody } from "./schemas.ts";
import { withSigningSecret } from "./signing.ts";
import { type Translated, toInstance } from "./to-instance.ts";

export async function createInstance(body: CreateBody, keyOrId: string | null, deps: ElementsDeps): Promise<Answer> {
  const element = keyOrId ?? body.element?.key ?? body.element?.id;
  if (element === undefined || !isElement(element)) refuse(400, "Missing or unknown element: there is dropbox");
  const given = textsOf(body.configuration);
  const asked = askedOf(body, given, deps.app);
  const { at, made } = withSigningSecret(laidOver(given, {}, false), deps.newSecret);
  const { settings, secrets, keptSecrets } = readOf(toInstance(at), deps);
  const connected = await connectAccount(asked, given, deps);
  const draft = {
    ...settings,
    name: body.name || ELEMENT.name,
    tags: tagsOf(body.tags),
    account: connected.account,
    accountLabel: connected.label,
  };
  const source = { ...connected.secrets, ...keptSecrets };
  const stored = storedOf(await deps.instances.create(draft, { ...secrets, [SOURCE]: source }));
  const token = await deps.tokens.issue(stored.instance.id);
  return shown({ stored, secrets: await openAll(deps.instances, stored) }, { token, signingSecret: made });
}

/** What was translated; refuses with each fault. Of a destination that no key can speak of nothing is asked: it stays. */
export function readOf(translated: Translated, deps: Checks) {
  const faults =
    translated.kind === "faulty"
      ? translated.faults
      : wrongIn(
          translated.settings.destinations.filter(({ id }) => Object.hasOwn(translated.secrets, id)),
          translated.secrets,
          deps,
        );
  if (translated.kind === "faulty" || faults.length > 0)
    return refuse(400, `Invalid configuration: ${faults.join("; ")}`);
  return translated;
}

/** Each once; what was nothing but markup is none. */
export const tagsOf = (tags: readonly string[]): string[] => [...new Set(tags)].filter((tag) => tag !== "");
