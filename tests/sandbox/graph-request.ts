/** One request to the Graph API, read: version, path, parameters wherever they were put, the file, the token. */
import { z } from "zod";
import { readBounded } from "@/lib/core/read-bounded.ts";
import type { Asked } from "./asked.ts";

const BODY_MAX_BYTES = 128 * 1024 * 1024;
const VERSIONS = ["v21.0", "v22.0", "v23.0", "v24.0", "v25.0", "v26.0"];
/** Serves calls that name no version, or one that is no more. */
const OLDEST = "v21.0";

export interface GivenFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface GraphCall {
  method: string;
  /** The path below the version, in parts. */
  path: readonly string[];
  /** The version that answers. */
  version: string;
  /** What the emulator's own addresses begin with. */
  base: string;
  /** From the body, else from the query; what was JSON is JSON text. */
  param(name: string): string | undefined;
  params: ReadonlyMap<string, string>;
  file: GivenFile | null;
  /** The body of a call that is neither a form nor JSON. */
  bytes: Uint8Array<ArrayBuffer>;
  header(name: string): string | null;
  token: string | null;
  scheme: "bearer" | "oauth" | "parameter" | null;
  /** The values of the query, in which no token belongs. */
  query: URLSearchParams;
}

/** Null when the body is too long or not what its type says. */
export async function readCall(request: Asked, mount: string): Promise<GraphCall | null> {
  const url = new URL(request.url);
  const parts = url.pathname.slice(mount.length).split("/").filter(Boolean).map(decoded);
  const named = /^v\d+\.\d+$/.test(parts[0] ?? "") ? parts.shift() : undefined;
  const bytes = await readBounded(request.body, BODY_MAX_BYTES);
  if (bytes === null) return null;
  const body = Uint8Array.from(bytes);
  const read = await readBody(request.headers.get("content-type") ?? "", body);
  if (read === null) return null;
  const params = new Map([...url.searchParams, ...read.params]);
  const [, scheme, header] = /^(Bearer|OAuth) (.+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
  const parameter = params.get("access_token");
  return {
    // A POST may stand for a GET whose parameters are not to be seen in its address.
    method: request.method === "POST" && params.get("method") === "GET" ? "GET" : request.method,
    path: parts,
    version: named !== undefined && VERSIONS.includes(named) ? named : OLDEST,
    base: url.origin + mount,
    params,
    param: (name) => params.get(name),
    file: read.file,
    bytes: body,
    header: (name) => request.headers.get(name),
    token: header ?? parameter ?? null,
    scheme:
      scheme === "Bearer" ? "bearer" : scheme === "OAuth" ? "oauth" : parameter === undefined ? null : "parameter",
    query: url.searchParams,
  };
}

interface ReadBody {
  params: [string, string][];
  file: GivenFile | null;
}

async function readBody(type: string, body: Uint8Array<ArrayBuffer>): Promise<ReadBody | null> {
  const params: [string, string][] = [];
  let file: GivenFile | null = null;
  try {
    if (type.startsWith("application/json")) {
      const given = z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.from(body).toString() || "{}"));
      for (const [name, value] of Object.entries(given))
        params.push([name, typeof value === "string" ? value : JSON.stringify(value)]);
    } else if (type.startsWith("multipart/form-data") || type.startsWith("application/x-www-form-urlencoded")) {
      const form = await new Response(body, { headers: { "content-type": type } }).formData();
      for (const [name, value] of form) {
        if (typeof value === "string") params.push([name, value]);
        else file = { name: value.name, bytes: new Uint8Array(await value.arrayBuffer()) };
      }
    }
  } catch {
    return null;
  }
  return { params, file };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const isTrue = (value: string | undefined): boolean => value === "true" || value === "1";
export const isFalse = (value: string | undefined): boolean => value === "false" || value === "0";

/** `attached_media` as JSON, or as `attached_media[0]`, `attached_media[1]`, …; null when it is neither. */
export function attachedIn(call: GraphCall): string[] | null {
  const whole = call.param("attached_media");
  const texts = [...call.params].filter(([name]) => /^attached_media\[\d+\]$/.test(name)).map(([, text]) => text);
  try {
    const raw: unknown = whole === undefined ? texts.map((text) => JSON.parse(text)) : JSON.parse(whole);
    // A number has lost its last digits by now, as it would have there; the photo is then simply unknown.
    const media = z.array(z.looseObject({ media_fbid: z.union([z.string(), z.number()]) })).parse(raw);
    return media.map((one) => String(one.media_fbid));
  } catch {
    return null;
  }
}
