/** The folders and files of one account for a person who chooses among them: bounded, and said in words when it fails. */
import type { Credential } from "../core/credential.ts";
import type { DropboxClient } from "../dropbox/client.ts";
import type { Entry } from "../dropbox/entry.ts";
import type { DropboxError, DropboxResult } from "../dropbox/result.ts";
import type { Asked, Folders, FoundFile } from "../form/deps.ts";

/** Most files that are looked at; more are not worth the wait. */
export const FILES_MAX = 2_000;
/** Most that one answer of Dropbox holds. */
const ENTRIES_MAX = 2_000;
/** Folders count among the entries of a listing. */
const REQUESTS_MAX = 4;
const SIDECAR_MAX_BYTES = 64 * 1024;

export function createAccountFolders(
  dropbox: Pick<DropboxClient, "listFolder" | "listFolderContinue" | "download">,
  credential: Credential,
  sidecarPathsOf: (path: string) => string[],
): Folders {
  async function ask<T>(call: (token: string) => Promise<DropboxResult<T>>): Promise<Asked<T>> {
    const token = await credential.current();
    if (token.kind !== "token") return { ok: false, why: `${token.message}.` };
    let answer = await call(token.value);
    if (!answer.ok && (answer.error.kind === "expiredToken" || answer.error.kind === "invalidToken")) {
      const renewed = await credential.renew(token.value);
      if (renewed.kind !== "token") return { ok: false, why: `${renewed.message}.` };
      answer = await call(renewed.value);
    }
    return answer.ok ? { ok: true, value: answer.data } : { ok: false, why: wordsOf(answer.error) };
  }

  return {
    async below(path) {
      const page = await ask((token) => dropbox.listFolder(token, { path, recursive: false, limit: ENTRIES_MAX }));
      if (!page.ok) return page;
      const names = page.value.entries.flatMap((entry) => (entry.kind === "folder" ? [nameOf(entry.path)] : []));
      return { ok: true, value: { names: names.sort(byName), isCut: page.value.hasMore } };
    },

    async files(path) {
      const files: FoundFile[] = [];
      let page = await ask((token) => dropbox.listFolder(token, { path, recursive: true, limit: ENTRIES_MAX }));
      for (let asked = 1; page.ok; asked += 1) {
        files.push(...page.value.entries.flatMap(fileOf));
        const { hasMore, cursor } = page.value;
        if (!hasMore || files.length >= FILES_MAX || asked === REQUESTS_MAX) {
          return { ok: true, value: { files: files.slice(0, FILES_MAX), isCut: hasMore || files.length > FILES_MAX } };
        }
        page = await ask((token) => dropbox.listFolderContinue(token, cursor));
      }
      return page;
    },

    async beside(file, files) {
      const paths = sidecarPathsOf(file.path).map((path) => path.toLowerCase());
      const [found] = paths.flatMap((path) => files.filter((one) => one.path.toLowerCase() === path).slice(0, 1));
      if (found === undefined) return null;
      const read = await ask((token) => dropbox.download(token, found.path, { maxBytes: SIDECAR_MAX_BYTES }));
      return read.ok ? { name: found.name, content: read.value.bytes } : null;
    },
  };
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
const byName = new Intl.Collator("en", { numeric: true }).compare;

function fileOf(entry: Entry): FoundFile[] {
  if (entry.kind !== "file" || !entry.isDownloadable) return [];
  const { name, path, size, serverModified: modified } = entry;
  return [{ name, path, size, modified }];
}

function wordsOf({ kind, message }: DropboxError): string {
  switch (kind) {
    case "pathNotFound":
      return "There is no such folder in this account.";
    case "path":
    case "badRequest":
      return "Dropbox does not take this for a folder: it begins with a slash, and is none of a file.";
    case "rateLimited":
      return "Dropbox asks to wait: try again in a minute.";
    case "expiredToken":
    case "invalidToken":
    case "forbidden":
    case "missingScope":
      return "Dropbox does not let the relay in: connect the account again.";
    default:
      return `Dropbox could not be asked (${message}): try again.`;
  }
}
