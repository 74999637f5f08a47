/** What must hold at a receiver at the end of a run: each file told as it is, in order, each event counted once. */
import type { ReceivedEvent } from "../sandbox/callback-events.ts";
import type { Folder } from "./folder.ts";
import type { Universe } from "./universe.ts";

export function brokenByEvents(
  { env, receiver }: Universe,
  folder: Folder,
  dead: ReadonlySet<string>,
  hadReset: boolean,
): string[] {
  const broken: string[] = [];
  const present = new Set(folder.present().map(({ id }) => id));
  if (receiver.unsigned() > 0) broken.push(`unsigned: ${receiver.unsigned()} requests failed the check`);

  for (const node of folder.present()) {
    const owed = folder.owed.get(node.id);
    if (owed === undefined) throw new Error(`nobody made ${node.pathDisplay}`);
    const last = receiver.eventsOf(node.id).at(-1);
    const what = `${node.pathDisplay} (${node.id}, ${node.rev})`;
    if (owed.old && env.BACKFILL === "none") {
      if (last !== undefined) broken.push(`told: ${what} is older than the relay`);
    } else if (owed.kind === "oversized" || owed.kind === "hidden") {
      if (last !== undefined) broken.push(`told: ${what} is not selected`);
    } else if (last === undefined) {
      broken.push(`lost: nothing was told of ${what}${dead.has(node.id) ? ", it is dead" : ""}`);
    } else if (last.change === "deleted" || last.rev !== node.rev || last.path !== node.pathDisplay) {
      broken.push(`lost: ${what} was told last as ${last.change} ${last.path} in ${last.rev}`);
    }
  }

  for (const id of new Set(receiver.events().map(({ fileId }) => fileId))) {
    // The folder's turns: in, out, in again. Whoever comes back may be told as new once more, for that it left may go unheard.
    const returned = (folder.owed.get(id)?.moves.length ?? 0) > 2;
    broken.push(...outOfOrder(id, receiver.eventsOf(id), returned));
    // What goes while Dropbox has forgotten the cursor is not noticed.
    if (!hadReset && !present.has(id) && receiver.eventsOf(id).at(-1)?.change !== "deleted")
      broken.push(`lost: ${id} is gone, and that was never told`);
  }
  return broken;
}

/**
 * Revisions of the emulated Dropbox grow letter by letter. Each event says something new, never something older; the first
 * one that the file was made, or that it is gone, where what was told before may or may not have been heard.
 */
function outOfOrder(id: string, events: readonly ReceivedEvent[], returned: boolean): string[] {
  const broken: string[] = [];
  if (!["created", "deleted"].includes(events[0]?.change ?? ""))
    broken.push(`order: the first of ${id} is ${events[0]?.change}`);
  for (const [n, event] of events.entries()) {
    const before = events[n - 1];
    if (before === undefined) continue;
    if (event.rev < before.rev) broken.push(`order: ${id} went back from ${before.rev} to ${event.rev}`);
    // What may have been heard between is answered by another `updated` or `deleted`, heard or not.
    const isAnswer =
      event.change === "updated" || event.change === "deleted" || (event.change === "created" && returned);
    if (!isAnswer && event.change === before.change && event.rev === before.rev && event.path === before.path)
      broken.push(`doubled: ${event.change} ${event.path} was told under two ids`);
  }
  return broken;
}
