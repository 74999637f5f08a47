/** The address where the owner of a Dropbox account says yes or no. Source: Dropbox OAuth Guide, `/oauth2/authorize`. */

/** What the relay needs, and what for: shown to whoever is asked for it. */
export const SCOPES = [
  { scope: "account_info.read", why: "to know whose account it is" },
  { scope: "files.metadata.read", why: "to see which files are new; without it Dropbox tells of no change" },
  { scope: "files.content.read", why: "to read the files that are published" },
] as const;

export interface Authorization {
  /** Dropbox's page, or what stands in for it. */
  url: string;
  appKey: string;
  redirectUri: string;
  /** Comes back with the answer; at most 500 letters. */
  state: string;
  /** Separated by spaces; null: all that the app may. */
  scope: string | null;
  /** SHA-256 of the verifier, base64url; null where the app secret is sent in the end. */
  challenge: string | null;
  /** Ask even if the account is linked already, so that another one can be chosen. */
  again: boolean;
}

export function authorizeUrl(ask: Authorization): string {
  const url = new URL(ask.url);
  const parameters = {
    response_type: "code",
    client_id: ask.appKey,
    redirect_uri: ask.redirectUri,
    state: ask.state,
    // Without it there is no refresh token, and the link ends after four hours.
    token_access_type: "offline",
    ...(ask.scope === null ? {} : { scope: ask.scope }),
    ...(ask.challenge === null ? {} : { code_challenge: ask.challenge, code_challenge_method: "S256" }),
    ...(ask.again ? { force_reapprove: "true" } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
