/** What must hold of the posts of files that went: at the end, and at the moment each was taken away. */
import type { Folder } from "./folder.ts";
import type { Shown } from "./promises-of-posts.ts";
import type { Universe } from "./universe.ts";

/** Between the look into Dropbox and the landing of the request, whose answer nobody waits for any more. */
const LANDS_WITHIN_MS = 60_000;

export function brokenByGone(
  env: Universe["env"],
  folder: Folder,
  shown: ReadonlyMap<string, readonly Shown[]>,
  ended: { unclear: ReadonlySet<string>; spent: ReadonlySet<string> },
  hadReset: boolean,
): string[] {
  const broken: string[] = [];
  const present = new Set(folder.present().map(({ id }) => id));
  for (const [id, posts] of shown) {
    const moves = folder.owed.get(id)?.moves ?? [];
    for (const { version, deletedAt } of posts) {
      if (deletedAt === null) continue;
      if (env.PAGE_ON_DELETE !== "delete" && env.PAGE_ON_EDIT !== "replace") {
        broken.push(`taken away: ${id}, version ${version}, though nobody chose it`);
      }
      // A replaced post goes while its file is there.
      if (env.PAGE_ON_EDIT !== "replace" && wasThere(moves, deletedAt - LANDS_WITHIN_MS, deletedAt)) {
        broken.push(`taken away: ${id}, version ${version}, while its file was in the folder`);
      }
    }
    // What was deleted while the cursor was dead is told by nobody.
    if (present.has(id) || hadReset || ended.unclear.has(id) || ended.spent.has(id)) continue;
    const left = posts.filter(({ deletedAt }) => deletedAt === null);
    if (env.PAGE_ON_DELETE === "delete" && left.length > 0) broken.push(`left: ${id} is gone, and still on the Page`);
    if (env.PAGE_ON_DELETE === "hide" && left.some((post) => !post.hidden && !post.shared)) {
      broken.push(`left: ${id} is gone, and still to be seen on the Page`);
    }
  }
  return broken;
}

/** `moves`: in and out of the folder in turns. True when it was in all the while. */
function wasThere(moves: readonly number[], from: number, to: number): boolean {
  const before = moves.filter((at) => at <= from).length;
  return before % 2 === 1 && moves.filter((at) => at <= to).length === before;
}
