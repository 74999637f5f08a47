/** An emulated Dropbox account: `handle` is its API; the rest is what the owner, or bad luck, does to it. */
import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { readBounded } from "@/lib/core/read-bounded.ts";
import { type After, realAfter } from "./clock.ts";
import { answerForFault, badCall, json, text, tooManyRequests } from "./dropbox-answers.ts";
import { createFiles, LINK_PATH, metadataArgument, pathArgument } from "./dropbox-files.ts";
import { createListing, listArgument } from "./dropbox-listing.ts";
import {
  createListingRoutes,
  createParallelWatch,
  cursorArgument,
  longpollArgument,
} from "./dropbox-listing-routes.ts";
import { createTokens } from "./dropbox-tokens.ts";
import { createTree } from "./dropbox-tree.ts";
import { createGate } from "./gate.ts";
import { createNotifier } from "./notifier.ts";

const BODY_MAX_BYTES = 1024 * 1024;

export interface DropboxOptions {
  now: () => number;
  appKey: string;
  appSecret: string;
  /** Sends challenges and notifications. */
  fetch: typeof fetch;
  accountId?: string;
  accessToken?: string;
  refreshToken?: string;
  after?: After;
  latencyMs?: number;
  coalesceMs?: number;
  seed?: number;
  /** Answer the second of two equal listings that run at the same time with 429. */
  rejectParallel?: boolean;
  newRevOnMove?: boolean;
}

export type Dropbox = ReturnType<typeof createDropbox>;

export function createDropbox(options: DropboxOptions) {
  const after = options.after ?? realAfter;
  const accountId = options.accountId ?? `dbid:${randomBytes(27).toString("base64url").slice(0, 35)}`;
  const accessToken = options.accessToken ?? `sl.u.${randomBytes(24).toString("base64url")}`;
  const refreshToken = options.refreshToken ?? randomBytes(24).toString("base64url");
  const { now, appKey, appSecret } = options;

  const notifier = createNotifier({ ...options, after, accountId, userId: 4711 });
  const tokens = createTokens({ now, appKey, appSecret, accessToken, refreshToken });
  const onChange = () => {
    notifier.changed();
    routes.changed();
  };
  const tree = createTree({ now, onChange, newRevOnMove: options.newRevOnMove ?? false });
  const listing = createListing(tree);
  const routes = createListingRoutes(listing, after);
  const files = createFiles(tree, now);
  const gate = createGate({ ...options, after }, answerForFault);
  const parallel = createParallelWatch();

  const account = () =>
    json(200, {
      account_id: accountId,
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
    notifier.unregister();
    return json(200, null);
  }

  function serve(path: string, request: Request, body: string, base: string): Promise<Response> | Response {
    if (path === "/oauth2/token") return tokens.grant(request, body);
    if (path.startsWith(LINK_PATH)) return files.followLink(path);
    const route = path.slice("/2/".length);
    const rpc = <T>(schema: z.ZodType<T>, run: (argument: T) => Promise<Response> | Response) => {
      const argument = parse(schema, request, body);
      return argument.ok ? run(argument.value) : badCall(route, argument.why);
    };
    if (route === "files/list_folder/longpoll")
      return rpc(longpollArgument, (argument) => routes.longpoll(argument, request.signal));
    const denied = tokens.check(request, route);
    if (denied !== null) return denied;
    switch (route) {
      case "files/list_folder":
        return rpc(listArgument, routes.start);
      case "files/list_folder/continue":
        return rpc(cursorArgument, routes.continue);
      case "files/list_folder/get_latest_cursor":
        return rpc(listArgument, routes.latest);
      case "files/get_metadata":
        return rpc(metadataArgument, files.metadata);
      case "files/get_temporary_link":
        return rpc(pathArgument, (argument) => files.temporaryLink(argument, base));
      case "files/download":
        return files.download(request);
      case "users/get_current_account":
        return isNull(request, body) ? account() : badCall(route, "request body: expected null, got value");
      case "auth/token/revoke":
        return isNull(request, body) ? revoke() : badCall(route, "request body: expected null, got value");
      default:
        return text(404, `Unknown API function: "${route}"`);
    }
  }

  async function handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const start = /\/(2|oauth2|cd)\//.exec(url.pathname)?.index ?? 0;
    const path = url.pathname.slice(start);
    const bytes = await readBounded(request.body, BODY_MAX_BYTES);
    if (bytes === null) return text(413, "the body is too large");
    const body = Buffer.from(bytes).toString();
    const label = `${request.method} ${path.startsWith(LINK_PATH) ? `${LINK_PATH}{link}` : path}`;
    const isPage = /list_folder(\/continue)?$/.test(path);
    const run = isPage ? parallel.enter(`${path}\n${body}`) : null;
    try {
      return await gate.pass(request, label, async () =>
        run?.second === true && options.rejectParallel === true
          ? tooManyRequests(1)
          : serve(path, request, body, url.origin + url.pathname.slice(0, start)),
      );
    } finally {
      run?.leave();
    }
  }

  const { addFile, addFiles, addFolder, editFile, rename, deletePath } = tree;
  return {
    handle,
    accountId,
    appKey,
    appSecret,
    accessToken,
    refreshToken,
    files: {
      addFile,
      addFiles,
      addFolder,
      editFile,
      renameFile: rename,
      deletePath,
      at: tree.at,
      recent: tree.recent,
      count: tree.count,
    },
    faults: gate.faults,
    fail: gate.faults.add,
    /** `pageMax`, `emptyPages`: how listings differ from the plain case. */
    listing: listing.manners,
    notifications: notifier,
    register: notifier.register,
    notifyNow: notifier.notifyNow,
    resetCursors: listing.resetCursors,
    expireToken: tokens.expireToken,
    unlink: tokens.unlink,
    refreshes: tokens.refreshes,
    requests: gate.requests,
    requestsIntoHold: gate.requestsIntoHold,
    parallelListings: parallel.seen,
    log: gate.log,
    setLatency: gate.setLatency,
    /** Grows with every change. */
    version: (): number => tree.journal.length,
    close: notifier.close,
  };
}

type Parsed<T> = { ok: true; value: T } | { ok: false; why: string };

function parse<T>(schema: z.ZodType<T>, request: Request, body: string): Parsed<T> {
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
const isNull = (request: Request, body: string): boolean =>
  body === "" ? request.headers.get("content-type") === null : body === "null";
