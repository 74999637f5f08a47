/** What Facebook says of the configured token's end and permissions. Asks with the app's own token, or with the token itself. */
import type { CredentialFacts } from "../../core/credential-ending.ts";
import type { GraphClient } from "./graph-client.ts";

/** What posting and looking for posts needs. */
const NEEDED = ["pages_show_list", "pages_read_engagement", "pages_manage_posts"];

export async function tokenFacts(
  client: Pick<GraphClient, "debugToken">,
  token: string,
  appToken: string | null,
): Promise<{ kind: "asked"; facts: CredentialFacts } | { kind: "unavailable"; message: string }> {
  const answer = await client.debugToken(appToken ?? token, token);
  if (!answer.ok) {
    // Asked by itself, a token that has ended is refused as such.
    if (answer.code === 190 && appToken === null) {
      return { kind: "asked", facts: { isValid: false, expiresAt: null, dataAccessExpiresAt: null, missing: [] } };
    }
    return { kind: "unavailable", message: answer.message };
  }
  const { isValid, expiresAt, dataAccessExpiresAt, scopes } = answer.data;
  // An ended token is shown without permissions: that is not what is wrong with it.
  const missing = isValid ? NEEDED.filter((scope) => !scopes.includes(scope)) : [];
  return { kind: "asked", facts: { isValid, expiresAt, dataAccessExpiresAt, missing } };
}
