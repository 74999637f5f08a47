/** What only pages show, built from the environment's services. */
import type { Redis } from "@upstash/redis";
import type { DropboxClient } from "../dropbox/client.ts";
import type { Log } from "../log.ts";
import { type BoardStore, createBoardStore } from "../store/board-store.ts";
import { createThumbnails, type Thumbnails } from "./thumbnails.ts";

export interface PageServices {
  board: BoardStore;
  thumbnails: Thumbnails;
}

export interface PageDeps {
  redis: Redis;
  dropbox: DropboxClient;
  now: () => number;
  log: Log;
}

export function createPageServices({ redis, dropbox, now, log }: PageDeps): PageServices {
  const board = createBoardStore(redis);
  return { board, thumbnails: createThumbnails({ dropbox, board, now, log }) };
}
