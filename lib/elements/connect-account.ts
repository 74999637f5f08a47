/** The account behind an instance: by the code of a consent, or by tokens that a client has already. */
import { refuse } from "./answer.ts";
import { MASK } from "./configuration-keys.ts";
import type { App, ElementsDeps, Linked } from "./deps.ts";
import type { Configuration } from "./destination-keys.ts";

export interface Connected {
  account: string;
  label: string;
  /** For the account's side, in the words of the store. */
  secrets: Record<string, string>;
}

type Asked =
  | { by: "code"; code: string; redirectUri: string; app: App }
  | { by: "refreshToken"; refreshToken: string; app: App };

/** How it is to be connected; refuses with the names of all that is missing. `app`: of an instance that has one already. */
export function askedOf(
  body: { providerData?: { code?: string | undefined } | undefined; externalAuthentication?: string | undefined },
  at: Configuration,
  app: { key: string | null; secret: string },
): Asked {
  const code = body.providerData?.code;
  const isImport = code === undefined && (at["oauth.user.refresh_token"] ?? "") !== "";
  const needed = ["oauth.api.key", "oauth.api.secret", ...(isImport ? [] : ["oauth.callback.url"])];
  if (at["event.notification.enabled"] === "true") needed.push("event.notification.callback.url");
  const missing = needed.filter((key) => (at[key] ?? "") === "");
  if (missing.length > 0) refuse(400, `Missing required configuration: ${missing.join(", ")}`);
  const own = (key: string, known: string | null) => (at[key] === MASK ? (known ?? "") : (at[key] ?? ""));
  const asked = { key: own("oauth.api.key", app.key), secret: own("oauth.api.secret", app.secret) };
  if (code !== undefined) return { by: "code", code, redirectUri: at["oauth.callback.url"] ?? "", app: asked };
  if (!isImport) refuse(400, "Missing providerData.code, or oauth.user.refresh_token with externalAuthentication");
  return { by: "refreshToken", refreshToken: at["oauth.user.refresh_token"] ?? "", app: asked };
}

export async function connectAccount(asked: Asked, at: Configuration, deps: ElementsDeps): Promise<Connected> {
  const isOwnApp = asked.app.key === deps.app.key;
  // Dropbox signs the notifications of another app with another secret, which the webhook does not know.
  if (!isOwnApp && at["event.vendor.type"] !== "polling")
    refuse(400, "oauth.api.key is not the app of this deployment: only event.vendor.type polling can use another app");
  const linked =
    asked.by === "code"
      ? await deps.dropbox.byCode(asked.app, asked.code, asked.redirectUri)
      : await deps.dropbox.byRefreshToken(asked.app, asked.refreshToken);
  if (!linked.ok) return refuseLink(linked);
  const { account, label, refreshToken } = linked;
  const app = isOwnApp ? {} : { appKey: asked.app.key, appSecret: asked.app.secret };
  return { account, label, secrets: { refreshToken, ...app } };
}

function refuseLink({ kind, message, retryAfterMs }: Extract<Linked, { ok: false }>): never {
  const more = message === "" ? {} : { providerMessage: message };
  const wait = { "retry-after": `${Math.max(1, Math.ceil((retryAfterMs ?? 1000) / 1000))}` };
  switch (kind) {
    case "grant":
      return refuse(400, "Dropbox refuses the code or token: it was used, is over, or is of another app", more);
    case "app":
      return refuse(400, "Dropbox refuses oauth.api.key and oauth.api.secret", more);
    case "notLasting":
      return refuse(400, "The consent gives no lasting access: use the address of /elements/dropbox/oauth/url", more);
    case "scopes":
      return refuse(400, "Dropbox did not grant what is needed: tick it under Permissions in the App Console", more);
    case "noAccount":
      return refuse(400, "Dropbox names no account: a whole team cannot be connected", more);
    case "rateLimited":
      return refuse(429, "Dropbox asks to wait", { ...more, headers: wait });
    case "unavailable":
      return refuse(502, "Dropbox cannot be reached: with a code, ask for consent again", more);
  }
}
