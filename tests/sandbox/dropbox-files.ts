/** Reading one file: metadata, the content, and links that need no token. */

import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Asked } from "./asked.ts";
import { badCall, entryOf, fileFields, headerJson, json, tagged, text } from "./dropbox-answers.ts";
import { streamOf } from "./dropbox-content.ts";
import type { FileNode, Node } from "./dropbox-nodes.ts";
import type { Tree } from "./dropbox-tree.ts";

const LINK_LIFE_MS = 4 * 60 * 60_000;
export const LINK_PATH = "/cd/0/get/";

export const metadataArgument = z.strictObject({
  path: z.string(),
  include_media_info: z.boolean().optional(),
  include_deleted: z.boolean().optional(),
  include_has_explicit_shared_members: z.boolean().optional(),
});
export const pathArgument = z.strictObject({ path: z.string() });
export const sharedLinksArgument = z.strictObject({ path: z.string(), direct_only: z.boolean().optional() });

const TYPES: Record<string, string> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  mp4: "video/mp4",
  json: "application/json",
  txt: "text/plain",
};

export type Files = ReturnType<typeof createFiles>;

export function createFiles(tree: Tree, now: () => number) {
  /** By file id. */
  const shared = new Map<string, string>();
  const links = new Map<string, { file: FileNode; until: number }>();

  /** `/a/b`, `id:…` (as it is now) or `rev:…` (exactly this revision, wherever the file is). */
  function find(path: string): Node | undefined {
    if (path.startsWith("rev:")) return tree.byRev(path.slice(4));
    return path.startsWith("id:") ? tree.byId(path) : tree.at(path);
  }

  function file(path: string): { ok: true; file: FileNode } | { ok: false; tag: string } {
    const node = find(path);
    if (node === undefined) return { ok: false, tag: "path/not_found" };
    if (node.tag !== "file") return { ok: false, tag: "path/not_file" };
    return node.downloadable ? { ok: true, file: node } : { ok: false, tag: "unsupported_file" };
  }

  const typeOf = (name: string) =>
    TYPES[name.slice(name.lastIndexOf(".") + 1).toLowerCase()] ?? "application/octet-stream";

  const bytes = (found: FileNode, headers: Record<string, string>) =>
    new Response(streamOf(found.content), {
      headers: { "content-length": String(found.content.size), etag: `W/"${found.rev}"`, ...headers },
    });

  function part(found: FileNode, from: number, end: number, headers: Record<string, string>): Response {
    const { size } = found.content;
    if (from >= size) return text(416, "the range begins behind the end");
    const to = Math.min(end, size);
    return new Response(streamOf(found.content, from, to), {
      status: 206,
      headers: { "content-length": String(to - from), "content-range": `bytes ${from}-${to - 1}/${size}`, ...headers },
    });
  }

  return {
    find,
    metadata(argument: z.infer<typeof metadataArgument>): Response {
      if (argument.path === "")
        return badCall("files/get_metadata", "request body: path: The root folder is unsupported.");
      const node = find(argument.path);
      return node === undefined ? tagged(409, "path/not_found") : json(200, entryOf(node));
    },
    /** `base` is where this emulator is reached. */
    temporaryLink(argument: z.infer<typeof pathArgument>, base: string): Response {
      const found = file(argument.path);
      if (!found.ok) return tagged(409, found.tag);
      const key = randomBytes(18).toString("base64url");
      links.set(key, { file: found.file, until: now() + LINK_LIFE_MS });
      return json(200, { metadata: fileFields(found.file), link: `${base}${LINK_PATH}${key}/file` });
    },
    /** A second one for the same file is an error. */
    createSharedLink(argument: z.infer<typeof pathArgument>): Response {
      const found = file(argument.path);
      if (!found.ok) return tagged(409, found.tag);
      if (shared.has(found.file.id)) return tagged(409, "shared_link_already_exists");
      const url = `https://www.dropbox.com/scl/fi/${randomBytes(9).toString("base64url")}/${encodeURIComponent(found.file.name)}?rlkey=k&dl=0`;
      shared.set(found.file.id, url);
      return json(200, { ".tag": "file", url, name: found.file.name });
    },
    sharedLinks(argument: z.infer<typeof sharedLinksArgument>): Response {
      const found = file(argument.path);
      if (!found.ok) return tagged(409, found.tag);
      const url = shared.get(found.file.id);
      return json(200, { links: url === undefined ? [] : [{ ".tag": "file", url }], has_more: false });
    },
    followLink(path: string): Response {
      const link = links.get(path.slice(LINK_PATH.length).replace(/\/file$/, ""));
      if (link === undefined) return text(404, "no such link");
      if (now() >= link.until) return text(410, "the link has expired");
      return bytes(link.file, { "content-type": typeOf(link.file.name) });
    },
    download(request: Asked): Response {
      const route = "files/download";
      if ((request.headers.get("content-type") ?? "").startsWith("application/json")) {
        return badCall(route, 'Bad HTTP "Content-Type" header: "application/json".');
      }
      let raw: unknown;
      try {
        raw = JSON.parse(request.headers.get("dropbox-api-arg") ?? "");
      } catch {
        return badCall(route, 'HTTP header "Dropbox-API-Arg": could not decode input as JSON');
      }
      const argument = pathArgument.safeParse(raw);
      if (!argument.success) return badCall(route, 'HTTP header "Dropbox-API-Arg": bad or unknown field');
      const found = file(argument.data.path);
      if (!found.ok) return tagged(409, found.tag);
      const headers = {
        "content-type": "application/octet-stream",
        "dropbox-api-result": headerJson(fileFields(found.file)),
      };
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "");
      return range === null
        ? bytes(found.file, headers)
        : part(found.file, Number(range[1]), Number(range[2]) + 1, headers);
    },
  };
}
