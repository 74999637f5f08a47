/** What only pages show, built from the environment's services. */
import { createHash } from "node:crypto";
import type { Redis } from "@upstash/redis";
import type { DropboxClient } from "../dropbox/client.ts";
import type { Env } from "../env.ts";
import type { Log } from "../log.ts";
import { createShareTokens } from "../operator/share-token.ts";
import { type BoardStore, createBoardStore } from "../store/board-store.ts";
import { createShareStore } from "../store/share-store.ts";
import type { Sharing } from "./share-story.ts";
import { createThumbnails, type Thumbnails } from "./thumbnails.ts";

export interface PageServices {
  board: BoardStore;
  thumbnails: Thumbnails;
  /** Null without ADMIN_TOKEN and ENCRYPTION_KEY: there is nothing to sign a link with. */
  sharing: Sharing | null;
}

export interface PageDeps {
  env: Env;
  redis: Redis;
  dropbox: DropboxClient;
  now: () => number;
  log: Log;
}

export function createPageServices({ env, redis, dropbox, now, log }: PageDeps): PageServices {
  const board = createBoardStore(redis);
  return { board, thumbnails: createThumbnails({ dropbox, board, now, log }), sharing: sharingOf(env, redis) };
}

function sharingOf({ ADMIN_TOKEN: adminToken, ENCRYPTION_KEY: sealingKey }: Env, redis: Redis): Sharing | null {
  if (adminToken === undefined || sealingKey === undefined) return null;
  // Of both secrets: whoever changes either ends every link.
  const key = createHash("sha256")
    .update(`share\n${adminToken}\n${Buffer.from(sealingKey).toString("base64")}`)
    .digest("base64url");
  return { tokens: createShareTokens(key), store: createShareStore(redis) };
}
