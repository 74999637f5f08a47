/** The page where the owner of a Dropbox account is asked, and the codes that an "Allow" gives. */

import { randomBytes } from "node:crypto";
import { text } from "./dropbox-answers.ts";

/** "Short-lived", in the words of the documents. */
const CODE_LIFE_MS = 5 * 60_000;
const SCOPES = "account_info.read files.content.read files.metadata.read";

export interface Consent {
  redirectUri: string;
  scope: string;
  /** The challenge that went along (S256); null without. */
  challenge: string | null;
  offline: boolean;
}

export type Consents = ReturnType<typeof createConsents>;

/** `label` is what the page calls the account. */
export function createConsents(options: { now: () => number; appKey: string; label: string }) {
  const codes = new Map<string, Consent & { until: number }>();

  function refusal(query: URLSearchParams): string | null {
    if (query.get("client_id") !== options.appKey) return "Invalid client_id";
    if (query.get("response_type") !== "code") return "response_type must be code";
    if (!URL.canParse(query.get("redirect_uri") ?? "")) return "Invalid redirect_uri";
    if ((query.get("state") ?? "").length > 500) return "state is too long";
    if (query.has("code_challenge") && query.get("code_challenge_method") !== "S256") return "only S256 is known";
    return null;
  }

  return {
    /** `GET /oauth2/authorize` shows the page, `POST` is one of its two buttons. */
    answer(method: string, query: URLSearchParams, body: string): Response {
      const refused = refusal(query);
      if (refused !== null) return text(400, refused);
      if (method !== "POST") return page(options.label, query.get("scope") ?? SCOPES);
      const back = new URL(query.get("redirect_uri") ?? "");
      const state = query.get("state");
      if (state !== null) back.searchParams.set("state", state);
      if (new URLSearchParams(body).get("answer") === "allow") {
        const code = randomBytes(24).toString("base64url");
        codes.set(code, {
          redirectUri: query.get("redirect_uri") ?? "",
          scope: query.get("scope") ?? SCOPES,
          challenge: query.get("code_challenge"),
          offline: query.get("token_access_type") === "offline",
          until: options.now() + CODE_LIFE_MS,
        });
        back.searchParams.set("code", code);
      } else {
        back.searchParams.set("error", "access_denied");
        back.searchParams.set(
          "error_description",
          "The user chose not to give your app access to their Dropbox account.",
        );
      }
      return new Response(null, { status: 302, headers: { location: back.href } });
    },
    owns: (code: string): boolean => codes.has(code),
    redeem(code: string): Consent | null {
      const consent = codes.get(code);
      codes.delete(code);
      return consent === undefined || consent.until <= options.now() ? null : consent;
    },
  };
}

const escaped = (raw: string): string => raw.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

const page = (label: string, scope: string): Response =>
  new Response(
    `<!doctype html><title>Dropbox (emulated)</title><h1>An app asks for ${escaped(label)}</h1><p>${escaped(scope)}</p>
<form method="post"><button name="answer" value="allow">Allow</button> <button name="answer" value="deny">Cancel</button></form>`,
    { headers: { "content-type": "text/html; charset=utf-8" } },
  );
