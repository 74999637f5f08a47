/** Dropbox: the app's key and secret, whose folder it is, and each permission by a request that needs it. */
import type { SetupDeps } from "./deps.ts";

const CONSOLE = { text: "Dropbox App Console", href: "https://www.dropbox.com/developers/apps" };
const SCOPES = ["account_info.read", "files.metadata.read", "files.content.read"];
/** Where nothing is: what is asked of it fails for that alone, once the permission is there. */
const NOWHERE = "/.relay-setup-check";
const AGAIN =
  "Tick the permissions and press Submit; then link the account again: a token made before does not gain them.";

export async function lookAtApp({ dropbox }: SetupDeps) {
  if (dropbox.renew === null) {
    return {
      verdict: "warn" as const,
      found: "DROPBOX_ACCESS_TOKEN is used alone. A generated token ends four hours after it was made.",
      todo: "Make a refresh token and set it as DROPBOX_REFRESH_TOKEN: README, “Get a refresh token”.",
      link: CONSOLE,
    };
  }
  const renewed = await dropbox.renew();
  switch (renewed.kind) {
    case "fine":
      return { verdict: "ok" as const, found: "Dropbox knows key and secret, and renews the access token." };
    case "wrongApp":
      return {
        verdict: "bad" as const,
        found: "Dropbox does not know DROPBOX_APP_KEY together with DROPBOX_APP_SECRET.",
        todo: "Copy both again from the Settings of one and the same app, and deploy.",
        link: CONSOLE,
      };
    case "wrongGrant":
      return {
        verdict: "bad" as const,
        found: "Dropbox no longer accepts DROPBOX_REFRESH_TOKEN: the link was revoked, or is another app's.",
        todo: "Link the account again: README, “Get a refresh token”.",
        link: CONSOLE,
      };
    case "unavailable":
      return { verdict: "bad" as const, found: renewed.message, todo: "Try again in a minute." };
  }
}

export async function lookAtAccount({ dropbox, settings }: SetupDeps) {
  const token = await dropbox.token();
  if (token.kind !== "token")
    return { verdict: "bad" as const, found: `${token.message}.`, todo: "Mend the app first." };
  const listed = await dropbox.listFolder(token.value, { path: settings.folder, recursive: true, limit: 1 });
  const where = settings.folder === "" ? "everything the app sees" : settings.folder;
  if (listed.ok) {
    const account = await dropbox.currentAccount(token.value);
    const whose = account.ok ? ` of ${account.data.email ?? account.data.accountId}` : "";
    return { verdict: "ok" as const, found: `Listed ${where}${whose}.` };
  }
  if (listed.error.kind === "pathNotFound") {
    return {
      verdict: "bad" as const,
      found: `There is no folder ${where}. Inside an App folder, paths begin below the app's own folder.`,
      todo: "Make the folder, or correct DROPBOX_FOLDER and deploy.",
    };
  }
  return {
    verdict: "bad" as const,
    found: `${listed.error.message}.`,
    todo: listed.error.kind === "missingScope" ? AGAIN : "Link the account again: README, “Get a refresh token”.",
    link: CONSOLE,
  };
}

export async function lookAtScopes({ dropbox }: SetupDeps) {
  const token = await dropbox.token();
  if (token.kind !== "token") return { verdict: "idle" as const, found: "Not known before the account is linked." };
  const answers = await Promise.all([
    dropbox.currentAccount(token.value),
    dropbox.listFolder(token.value, { path: "", recursive: false, limit: 1 }),
    dropbox.temporaryLink(token.value, NOWHERE),
  ]);
  const missing = SCOPES.filter((_, n) => {
    const answer = answers[n];
    return answer !== undefined && !answer.ok && answer.error.kind === "missingScope";
  });
  if (missing.length > 0) {
    return { verdict: "bad" as const, found: `The token lacks ${missing.join(" and ")}.`, todo: AGAIN, link: CONSOLE };
  }
  const unknown = answers.find((answer, n) => !answer.ok && !(n === 2 && answer.error.kind === "pathNotFound"));
  if (unknown !== undefined && !unknown.ok) {
    return { verdict: "idle" as const, found: `Cannot be told now: ${unknown.error.message}.` };
  }
  return { verdict: "ok" as const, found: `The token has ${SCOPES.join(", ")}.` };
}
