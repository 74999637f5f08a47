/** The links by which a file's story is shared, until they end or are revoked. Without its row a link shows nothing. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { sharesKey } from "./keys.ts";
import { step } from "./redis.ts";

/** The longest a link lives; with the last of a file goes its key. */
export const SHARE_DAYS_MAX = 30;
const KEPT_MS = SHARE_DAYS_MAX * 86_400_000;

/** Field, value, field, value, … as Redis answers them: the client leaves answers as they are. */
const rowsSchema = z.array(z.string());

export type ShareStore = ReturnType<typeof createShareStore>;

export function createShareStore(redis: Redis) {
  return {
    /** All that were made for a file and not revoked, the first to end first; some may have ended. One command. */
    async of(link: string, file: string): Promise<{ id: string; until: number }[]> {
      const raw = await step("list shares", () => redis.hgetall(sharesKey(link, file)));
      const flat = rowsSchema.parse(raw);
      return Array.from({ length: flat.length / 2 }, (_, n) => ({
        id: flat[2 * n] ?? "",
        until: Number(flat[2 * n + 1]),
      })).sort((one, other) => one.until - other.until);
    },

    async has(link: string, file: string, id: string): Promise<boolean> {
      return (await step("find a share", () => redis.hexists(sharesKey(link, file), id))) === 1;
    },

    async add(link: string, file: string, share: { id: string; until: number }): Promise<void> {
      const key = sharesKey(link, file);
      await step("store a share", () =>
        redis
          .multi()
          .hset(key, { [share.id]: `${share.until}` })
          .pexpire(key, KEPT_MS)
          .exec(),
      );
    },

    /** Done twice, the second time finds nothing to do. */
    async remove(link: string, file: string, ids: readonly string[]): Promise<void> {
      if (ids.length > 0) await step("revoke shares", () => redis.hdel(sharesKey(link, file), ...ids));
    },
  };
}
