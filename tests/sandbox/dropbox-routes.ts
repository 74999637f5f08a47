/** Which route does what, behind the check of the token and of the argument. */

import type { z } from "zod";
import type { Asked } from "./asked.ts";
import { badCall, json, text } from "./dropbox-answers.ts";
import type { Consents } from "./dropbox-consent.ts";
import { type Files, LINK_PATH, metadataArgument, pathArgument, sharedLinksArgument } from "./dropbox-files.ts";
import { listArgument } from "./dropbox-listing.ts";
import { cursorArgument, type ListingRoutes, longpollArgument } from "./dropbox-listing-routes.ts";
import { createThumbnails, thumbnailsArgument } from "./dropbox-thumbnails.ts";
import type { Tokens } from "./dropbox-tokens.ts";

export interface RouteParts {
  accountId: string;
  tokens: Tokens;
  consents: Consents;
  listing: ListingRoutes;
  files: Files;
  /** Called when the account gave up its link. */
  revoked: () => void;
}

/** `path` begins with `/2/`, `/oauth2/` or the links' path; `base` is what came before it. */
export function createRoutes(parts: RouteParts) {
  const { tokens, consents, listing, files } = parts;
  const thumbnails = createThumbnails(files);

  const account = () =>
    json(200, {
      account_id: parts.accountId,
      name: {
        given_name: "Sandbox",
        surname: "Owner",
        familiar_name: "Sandbox",
        display_name: "Sandbox Owner",
        abbreviated_name: "SO",
      },
      email: "owner@example.com",
      email_verified: true,
      disabled: false,
      locale: "en",
      referral_link: "https://example.com/referral",
      is_paired: false,
      account_type: { ".tag": "basic" },
      root_info: { ".tag": "user", root_namespace_id: "1", home_namespace_id: "1" },
    });

  function revoke(): Response {
    tokens.unlink();
    parts.revoked();
    return json(200, null);
  }

  return function serve(path: string, request: Asked, body: string, base: string): Promise<Response> | Response {
    if (path === "/oauth2/token") return tokens.grant(request, body);
    if (path === "/oauth2/authorize") return consents.answer(request.method, new URL(request.url).searchParams, body);
    if (path.startsWith(LINK_PATH)) return files.followLink(path);
    const route = path.slice("/2/".length);
    const rpc = <T>(schema: z.ZodType<T>, run: (argument: T) => Promise<Response> | Response) => {
      const argument = parse(schema, request, body);
      return argument.ok ? run(argument.value) : badCall(route, argument.why);
    };
    if (route === "files/list_folder/longpoll")
      return rpc(longpollArgument, (argument) => listing.longpoll(argument, request.signal));
    const denied = tokens.check(request, route);
    if (denied !== null) return denied;
    switch (route) {
      case "files/list_folder":
        return rpc(listArgument, listing.start);
      case "files/list_folder/continue":
        return rpc(cursorArgument, listing.continue);
      case "files/list_folder/get_latest_cursor":
        return rpc(listArgument, listing.latest);
      case "files/get_metadata":
        return rpc(metadataArgument, files.metadata);
      case "files/get_temporary_link":
        return rpc(pathArgument, (argument) => files.temporaryLink(argument, base));
      case "sharing/create_shared_link_with_settings":
        return rpc(pathArgument, files.createSharedLink);
      case "sharing/list_shared_links":
        return rpc(sharedLinksArgument, files.sharedLinks);
      case "files/get_thumbnail_batch":
        return rpc(thumbnailsArgument, thumbnails);
      case "files/download":
        return files.download(request);
      case "users/get_current_account":
        return isNull(request, body) ? account() : badCall(route, "request body: expected null, got value");
      case "auth/token/revoke":
        return isNull(request, body) ? revoke() : badCall(route, "request body: expected null, got value");
      default:
        return text(404, `Unknown API function: "${route}"`);
    }
  };
}

type Parsed<T> = { ok: true; value: T } | { ok: false; why: string };

function parse<T>(schema: z.ZodType<T>, request: Asked, body: string): Parsed<T> {
  const type = request.headers.get("content-type") ?? "";
  if (!type.startsWith("application/json"))
    return { ok: false, why: `Bad HTTP "Content-Type" header: "${type}". Expecting one of "application/json".` };
  let raw: unknown;
  try {
    raw = JSON.parse(body);
  } catch {
    return { ok: false, why: "request body: could not decode input as JSON" };
  }
  const checked = schema.safeParse(raw);
  if (checked.success) return { ok: true, value: checked.data };
  const issue = checked.error.issues[0];
  return { ok: false, why: `request body: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "invalid"}` };
}

/** Routes without an argument take the text `null`, or no body and no content type. */
const isNull = (request: Asked, body: string): boolean =>
  body === "" ? request.headers.get("content-type") === null : body === "null";
