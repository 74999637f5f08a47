/** The forms of Dropbox's answers: metadata, errors with tags, plain-text refusals. */
import { randomBytes } from "node:crypto";
import { contentHashOf } from "./dropbox-content.ts";
import type { Change, FileNode } from "./dropbox-nodes.ts";
import type { Fault } from "./faults.ts";

const requestId = () => ({ "x-dropbox-request-id": randomBytes(16).toString("hex") });

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...requestId(), ...headers },
  });

export const text = (status: number, body: string, headers: Record<string, string> = {}): Response =>
  new Response(body, { status, headers: { "content-type": "text/plain; charset=utf-8", ...requestId(), ...headers } });

export const badCall = (route: string, why: string): Response =>
  text(400, `Error in call to API function "${route}": ${why}`);

/** `path/not_found` becomes `{".tag":"path","path":{".tag":"not_found"}}`. */
export function tagged(status: number, chain: string, headers: Record<string, string> = {}): Response {
  const error = chain
    .split("/")
    .reduceRight<Record<string, unknown> | null>(
      (inner, tag) => (inner === null ? { ".tag": tag } : { ".tag": tag, [tag]: inner }),
      null,
    );
  return json(status, { error_summary: `${chain}/${"..".slice(Math.random() < 0.5 ? 1 : 0)}`, error }, headers);
}

/** Without `seconds` neither header nor body says how long to wait, as Dropbox does at times. */
export function tooManyRequests(seconds: number | undefined): Response {
  const wait = seconds === undefined ? {} : { retry_after: seconds };
  const header: Record<string, string> = seconds === undefined ? {} : { "retry-after": String(seconds) };
  return json(
    429,
    { error_summary: "too_many_requests/...", error: { reason: { ".tag": "too_many_requests" }, ...wait } },
    header,
  );
}

export function answerForFault(fault: Fault): Response {
  const status = fault.status ?? 500;
  const header: Record<string, string> =
    fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) };
  if (fault.body !== undefined) return text(status, fault.body, header);
  if (status === 429) return tooManyRequests(fault.retryAfter);
  if (status === 401) return tagged(401, fault.tag ?? "invalid_access_token", header);
  if (status === 409) return tagged(409, fault.tag ?? "other", header);
  if (status >= 500)
    return text(status, "<html><body>The service is not available.</body></html>", {
      "content-type": "text/html",
      ...header,
    });
  return text(status, "refused on purpose", header);
}

const second = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** A file without `.tag`, as `get_temporary_link` and the download header have it. */
export function fileFields(file: FileNode) {
  const hash = contentHashOf(file.content);
  return {
    name: file.name,
    path_lower: file.pathLower,
    path_display: file.pathDisplay,
    id: file.id,
    client_modified: second(file.modifiedAt),
    server_modified: second(file.modifiedAt),
    rev: file.rev,
    size: file.content.size,
    is_downloadable: file.downloadable,
    ...(hash === null ? {} : { content_hash: hash }),
  };
}

/** One entry of a listing. A deletion has neither id nor rev, and does not say what it was. */
export function entryOf(change: Change): Record<string, unknown> {
  if (change.tag === "file") return { ".tag": "file", ...fileFields(change) };
  const place = { name: change.name, path_lower: change.pathLower, path_display: change.pathDisplay };
  return change.tag === "folder" ? { ".tag": "folder", ...place, id: change.id } : { ".tag": "deleted", ...place };
}

/** JSON that may stand in a header: everything from U+007F up is escaped. */
export const headerJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
