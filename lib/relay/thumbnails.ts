/**
 * Small pictures of files, for pages. At most one request to Dropbox for a sheet of 25, none for what was asked for
 * lately, none for a while after Dropbox has failed: the relay's own listings need its patience more. Never fails.
 */
import { isPicture, type PictureOf } from "../core/picture.ts";
import type { DropboxClient } from "../dropbox/client.ts";
import type { DropboxError } from "../dropbox/result.ts";
import type { Log } from "../log.ts";
import type { BoardStore } from "../store/board-store.ts";
import type { Link } from "./services.ts";
import { sheetOf, TILES, type TileSize, tileOf } from "./thumbnail-sheet.ts";
import { createTileCache } from "./tile-cache.ts";

const TIMEOUT_MS = 6_000;
/** After a failure that named no time. */
const PAUSE_MS = 30_000;
const CACHE_BYTES = 8 * 1024 * 1024;

export interface Sheet {
  webp: Uint8Array;
  /** False: Dropbox could not be asked for some of it, and it is not to be kept. */
  isWhole: boolean;
}

export interface ThumbnailDeps {
  dropbox: Pick<DropboxClient, "thumbnails">;
  board: Pick<BoardStore, "known">;
  now: () => number;
  log: Pick<Log, "warn">;
}

export type Thumbnails = ReturnType<typeof createThumbnails>;

export function createThumbnails({ dropbox, board, now, log }: ThumbnailDeps) {
  const cache = createTileCache(CACHE_BYTES);
  /** By credential: not to be asked before (ms). */
  const paused = new Map<string, number>();
  const flights = new Map<string, Promise<boolean>>();

  /** Fills the cache with what is missing; false when Dropbox could not be asked. */
  async function fetchTiles(link: Link, revs: readonly string[], size: TileSize): Promise<boolean> {
    const { sourceCredential: credential } = link;
    if ((paused.get(credential.fingerprint) ?? 0) > now()) return false;
    const failed = (error: Pick<DropboxError, "kind" | "retryAfterMs">) => {
      paused.set(credential.fingerprint, now() + (error.retryAfterMs ?? PAUSE_MS));
      log.warn({ link: link.id, reason: error.kind }, "thumbnails.failed");
      return false;
    };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const paths = revs.map((rev) => `rev:${rev}`);
    const token = await credential.current().catch(() => null); // its store may be away
    if (token?.kind !== "token") return failed({ kind: "invalidToken", retryAfterMs: null });
    const result = await dropbox.thumbnails(token.value, paths, TILES[size].ask, signal);
    // A token that has ended is renewed by the next listing: a picture is no reason to.
    if (!result.ok) return failed(result.error);
    const tiles = await Promise.all(result.data.map((bytes) => (bytes === null ? null : tileOf(bytes, size))));
    for (const [n, rev] of revs.entries()) cache.keep(keyOf(link, size, rev), tiles[n] ?? null);
    return true;
  }

  return {
    /** The pictures of these files, each in its place; clear where the relay knows no such revision, or there is none. */
    async sheet(link: Link, wanted: readonly PictureOf[], size: TileSize): Promise<Sheet> {
      const ids = wanted.map(({ id }) => id);
      const known = await board.known(link.id, ids);
      const revs = wanted.map(({ rev }, n) => {
        const file = known[n];
        return file?.rev === rev && isPicture(file.path) ? rev : null;
      });
      const missing = revs.filter((rev) => rev !== null && cache.find(keyOf(link, size, rev)) === undefined);
      const asked = [...new Set(missing)].filter((rev) => rev !== null);
      let isWhole = true;
      if (asked.length > 0) {
        const key = keyOf(link, size, asked.join(" "));
        const flight = flights.get(key) ?? fetchTiles(link, asked, size).finally(() => flights.delete(key));
        flights.set(key, flight);
        isWhole = await flight;
      }
      const tiles = revs.map((rev) => (rev === null ? null : (cache.find(keyOf(link, size, rev)) ?? null)));
      return { webp: await sheetOf(tiles, size), isWhole };
    },
  };
}

/** Two accounts may have equal revisions. */
const keyOf = (link: Link, size: TileSize, rev: string): string => `${link.id} ${size} ${rev}`;
