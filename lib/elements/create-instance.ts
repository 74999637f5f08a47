/** `POST /instances`. All that can be checked is checked before the code is spent, for it works once. */
import { readExtraHeaders } from "../core/extra-headers.ts";
import { SOURCE } from "../core/instance.ts";
import { type Answer, refuse } from "./answer.ts";
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

/** What was translated; refuses with each fault, and an address that may not be called. */
export function readOf(translated: Translated, deps: Pick<ElementsDeps, "whyNotCallback">) {
  if (translated.kind === "faulty") return refuse(400, `Invalid configuration: ${translated.faults.join("; ")}`);
  for (const destination of translated.settings.destinations) {
    const why = destination.kind === "callback" ? deps.whyNotCallback(destination.url) : null;
    if (why !== null) refuse(400, `Invalid configuration: event.notification.callback.url: ${why}`);
    const headers = destination.kind === "callback" ? translated.secrets[destination.id]?.headers : undefined;
    if (headers !== undefined && readExtraHeaders(headers) === null)
      refuse(
        400,
        "Invalid configuration: event.notification.callback.headers: must be a JSON object or lines of the form Name: value, of headers that are yours to set",
      );
  }
  return translated;
}

/** Each once; what was nothing but markup is none. */
export const tagsOf = (tags: readonly string[]): string[] => [...new Set(tags)].filter((tag) => tag !== "");
