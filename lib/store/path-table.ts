/** Which path, in lower case, is which file's: deletions carry no id. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import { step } from "./redis.ts";

export function createPathTable(redis: Redis, paths: string) {
  return {
    /** The paths below these folders, as many at a time as one bounded step of a scan finds: often none. */
    async *pathsBelow(foldersLower: readonly string[]): AsyncGenerator<string[]> {
      const prefixes = foldersLower.map((folder) => `${folder}/`);
      let cursor = "0";
      do {
        const raw = await step("scan paths", () => redis.hscan(paths, cursor, { count: 1000 }));
        const [next, found] = z.tuple([z.coerce.string(), z.array(z.string())]).parse(raw);
        yield found.filter((path, n) => n % 2 === 0 && prefixes.some((prefix) => path.startsWith(prefix)));
        cursor = next;
      } while (cursor !== "0");
    },

    /**
     * Takes the paths below deleted folders out of the path table, but for `kept`. One pass in bounded steps for any
     * number of folders; a pass that dies leaves names behind which the next file of that path replaces.
     */
    async forgetBelow(foldersLower: readonly string[], kept: ReadonlySet<string>): Promise<void> {
      for await (const below of this.pathsBelow(foldersLower)) {
        const gone = below.filter((path) => !kept.has(path));
        if (gone.length > 0) await step("forget paths", () => redis.hdel(paths, ...gone));
      }
    },
  };
}
