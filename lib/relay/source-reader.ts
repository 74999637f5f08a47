/** What a destination may read of the source: a revision's bytes, and a file as it is now. */
import type { Credential } from "../core/credential.ts";
import type { SourceReader } from "../core/destination.ts";
import type { DropboxClient } from "../dropbox/client.ts";
import type { DropboxResult } from "../dropbox/result.ts";

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
