/** Why an account was not connected, in words that say what to do. */
import { SCOPES } from "../dropbox/authorize.ts";
import type { Exchanged } from "../dropbox/oauth.ts";
import type { Changed } from "../instances/manage.ts";

export type NotKept = Exclude<Changed, { kind: "stored" }> | { kind: "anotherAccount"; label: string };

/** Why a grant cannot be used, in words; null when it can. */
export function refusalOf(granted: Exchanged): string | null {
  if (!granted.ok) {
    switch (granted.kind) {
      case "invalidGrant":
        return "Dropbox does not accept the code: it works once, and for a few minutes. Start again.";
      case "invalidClient":
        return "Dropbox does not know DROPBOX_APP_KEY: compare it with the App Console.";
      case "rateLimited":
        return "Dropbox asks to wait. Start again in a minute.";
      case "unavailable":
        return "Dropbox could not be asked. Start again.";
    }
  }
  if (granted.accountId === null) return "That is the link of a whole team. Connect one member's account.";
  if (granted.refreshToken === null) return "Dropbox gave no lasting access. Start again.";
  const missing = SCOPES.filter(({ scope }) => !granted.scopes.includes(scope)).map(({ scope }) => scope);
  if (missing.length === 0) return null;
  return `Dropbox did not grant ${missing.join(", ")}: tick it under Permissions in the App Console, then start again.`;
}

/** Why what was granted is not kept, in words. */
export function wordsOf(changed: NotKept): string {
  switch (changed.kind) {
    case "anotherAccount":
      return `That is another Dropbox account than the instance's ${changed.label}. Log in to that one at Dropbox, or make a new instance.`;
    case "unknown":
      return "The instance has been removed meanwhile.";
    case "stale":
      return "Somebody else changes this instance at the same time. Start again.";
    case "full":
      return "This account has as many instances as it can have.";
    case "invalid":
      return changed.faults.join("; ");
  }
}
