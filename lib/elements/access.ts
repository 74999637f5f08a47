/**
 * Who is calling, and what that one may reach: the whole platform, or the instance of an Element token. Each secret that
 * is given must be right, also beside others that would do. Nothing is looked up before the fixed secrets are right.
 */
import { isSameSecret } from "../core/same-secret.ts";
import type { Credentials } from "./authorization.ts";

export interface PlatformSecrets {
  user: string;
  organization: string;
  /** Null: there is no Bearer. */
  admin: string | null;
}

export type Access =
  /** `element`: the instance whose token was given beside the secrets. */
  { kind: "platform"; element: string | null } | { kind: "instance"; element: string } | { kind: "refused" };

/** `ownerOf` names the instance of a token; null for one that is nobody's. */
export async function accessOf(
  given: Credentials | null,
  secrets: PlatformSecrets,
  ownerOf: (token: string) => Promise<string | null>,
): Promise<Access> {
  const refused: Access = { kind: "refused" };
  if (given === null) return refused;
  const { user, organization, bearer, element: token } = given;
  if (user !== undefined && !isSameSecret(user, secrets.user)) return refused;
  if (organization !== undefined && !isSameSecret(organization, secrets.organization)) return refused;
  if (bearer !== undefined && (secrets.admin === null || !isSameSecret(bearer, secrets.admin))) return refused;
  const isPlatform = bearer !== undefined || (user !== undefined && organization !== undefined);
  // A token alone is half of a credential; so is a user, or an organization.
  if (!isPlatform && (user === undefined || token === undefined)) return refused;
  const element = token === undefined ? null : await ownerOf(token);
  if (token !== undefined && element === null) return refused;
  if (isPlatform) return { kind: "platform", element };
  return element === null ? refused : { kind: "instance", element };
}
