/** An emulated Dropbox account: `handle` is its API; the rest is what the owner, or bad luck, does to it. */

import { randomBytes } from "node:crypto";
import { readBounded } from "@/lib/core/read-bounded.ts";
import type { Asked } from "./asked.ts";
import { type After, realAfter } from "./clock.ts";
import { answerForFault, text, tooManyRequests } from "./dropbox-answers.ts";
import { createConsents } from "./dropbox-consent.ts";
import { createFiles, LINK_PATH } from "./dropbox-files.ts";
import { createListing } from "./dropbox-listing.ts";
import { createListingRoutes, createParallelWatch } from "./dropbox-listing-routes.ts";
import { createRoutes } from "./dropbox-routes.ts";
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
  /** Makes the ids of files and folders; random by default. */
  newId?: () => string;
}

export type Dropbox = ReturnType<typeof createDropbox>;

export function createDropbox(options: DropboxOptions) {
  const after = options.after ?? realAfter;
  const accountId = options.accountId ?? `dbid:${randomBytes(27).toString("base64url").slice(0, 35)}`;
  const accessToken = options.accessToken ?? `sl.u.${randomBytes(24).toString("base64url")}`;
  const refreshToken = options.refreshToken ?? randomBytes(24).toString("base64url");
  const { now, appKey, appSecret } = options;

  const notifier = createNotifier({ ...options, after, accountId, userId: 4711 });
  const consents = createConsents({ now, appKey, label: accountId });
  const { redeem } = consents;
  const tokens = createTokens({ now, appKey, appSecret, accessToken, refreshToken, accountId, redeem });
  const onChange = () => {
    notifier.changed();
    routes.changed();
  };
  const { newId } = options;
  const tree = createTree({ now, onChange, newRevOnMove: options.newRevOnMove ?? false, ...(newId ? { newId } : {}) });
  const listing = createListing(tree);
  const routes = createListingRoutes(listing, after);
  const files = createFiles(tree, now);
  const gate = createGate({ ...options, after }, answerForFault);
  const parallel = createParallelWatch();

  const serve = createRoutes({ accountId, tokens, consents, listing: routes, files, revoked: notifier.unregister });

  async function handle(request: Asked): Promise<Response> {
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

  const { addFile, addFiles, addFolder, editFile, rename, deletePath, restore } = tree;
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
      restoreFile: restore,
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
    link: tokens.link,
    /** Whether a token or a code is this account's, where several accounts share an address. */
    owns: (credential: string): boolean => tokens.owns(credential) || consents.owns(credential),
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
