/** What a destination may read of the source: a revision's bytes, and a file as it is now. */
import type { Credential } from "../core/credential.ts";
import type { SourceReader } from "../core/destination.ts";
import type { DropboxClient } from "../dropbox/client.ts";
import type { DropboxResult } from "../dropbox/result.ts";

/** What only a person can mend, by the tag of Dropbox's answer. */
const SHARING_REFUSED: Record<string, string> = {
  missing_scope:
    "the Dropbox app may not make shared links: tick sharing.write and sharing.read under Permissions in the App Console, then make the refresh token again",
  email_not_verified: "Dropbox makes no shared links before the account's e-mail address is verified",
  settings_error: "the settings of the Dropbox account or its team do not allow shared links",
  access_denied: "this Dropbox account may not share this file",
  banned_member: "this Dropbox account is not allowed to share",
};

/** `selects`: whether the rules select a file, by its name, place and size. */
export function createSourceReader(
  dropbox: DropboxClient,
  credential: Credential,
  now: () => number,
  selects: (file: { name: string; path: string; size: number }) => boolean,
): SourceReader {
  async function read<T>(ask: (token: string) => Promise<DropboxResult<T>>) {
    const token = await credential.current();
    if (token.kind !== "token") return { kind: "later" as const, at: null, message: token.message };
    let result = await ask(token.value);
    if (!result.ok && (result.error.kind === "expiredToken" || result.error.kind === "invalidToken")) {
      const renewed = await credential.renew(token.value);
      if (renewed.kind !== "token") return { kind: "later" as const, at: null, message: renewed.message };
      result = await ask(renewed.value);
    }
    if (result.ok) return { kind: "read" as const, value: result.data };
    const { error } = result;
    if (error.kind === "pathNotFound" || error.kind === "tooLarge") return { kind: "gone" as const };
    return {
      kind: "later" as const,
      at: error.retryAfterMs === null ? null : now() + error.retryAfterMs,
      message: `Dropbox ${error.kind}: ${error.message}`,
    };
  }

  return {
    async content(rev, maxBytes) {
      const result = await read((token) => dropbox.download(token, `rev:${rev}`, { maxBytes }));
      return result.kind === "read" ? { kind: "read", value: result.value.bytes } : result;
    },
    async part(rev, from, to) {
      const range = { from, to };
      const result = await read((token) => dropbox.download(token, `rev:${rev}`, { maxBytes: to - from, range }));
      if (result.kind !== "read") return result;
      const { bytes } = result.value;
      // A server that does not know ranges sends the whole file, which then is too long; a short answer is a broken one.
      if (bytes.byteLength === to - from) return { kind: "read", value: bytes };
      return { kind: "later", at: null, message: `Dropbox sent ${bytes.byteLength} bytes of ${to - from}` };
    },
    async at(path, maxBytes) {
      const result = await read((token) => dropbox.download(token, path, { maxBytes }));
      return result.kind === "read" ? { kind: "read", value: result.value.bytes } : result;
    },
    async address(rev) {
      const result = await read((token) => dropbox.temporaryLink(token, `rev:${rev}`));
      return result.kind === "read" ? { kind: "read", value: result.value.link } : result;
    },
    async sharedLink(fileId) {
      let refusal: string | null = null;
      const result = await read(async (token) => {
        const made = await dropbox.createSharedLink(token, fileId);
        if (made.ok) return made;
        const [tag = ""] = made.error.tag;
        refusal = SHARING_REFUSED[made.error.kind === "missingScope" ? "missing_scope" : tag] ?? null;
        if (tag !== "shared_link_already_exists") return made;
        const links = await dropbox.sharedLinks(token, fileId);
        if (!links.ok && links.error.kind === "missingScope") refusal = SHARING_REFUSED.missing_scope ?? null;
        const [url] = links.ok ? links.data : [];
        return url === undefined ? (links.ok ? made : links) : { ok: true, data: { url } };
      });
      if (result.kind === "read") return { kind: "read", value: result.value.url };
      return refusal === null ? result : { kind: "refused", message: refusal };
    },
    async metadata(fileId) {
      const result = await read((token) => dropbox.getMetadata(token, fileId));
      if (result.kind !== "read") return result;
      const entry = result.value;
      if (entry.kind !== "file") return { kind: "gone" };
      return { kind: "read", value: { name: entry.name, rev: entry.rev, size: entry.size } };
    },
    async isSelected(fileId) {
      const result = await read((token) => dropbox.getMetadata(token, fileId));
      if (result.kind !== "read") return result;
      const entry = result.value;
      return { kind: "read", value: entry.kind === "file" && entry.isDownloadable && selects(entry) };
    },
  };
}
