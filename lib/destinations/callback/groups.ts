/** Which deliveries share a body. What went out together is kept together, so that a repeat is the same body. */
import type { Claimed } from "../../core/delivery.ts";
import { changeOf } from "./change.ts";
import { readNote } from "./note.ts";

/** As many as the product whose form this is puts into one notification. */
export const EVENTS_MAX = 20;

/** In the order in which they were claimed; a file is in one group only, so its order is the outbox's. */
export function groupsOf(claimed: readonly Claimed[]): readonly (readonly Claimed[])[] {
  const groups = new Map<string, { one: Claimed; place: number }[]>();
  let fresh = 0;
  for (const one of claimed) {
    const { group, place } = sentBefore(one) ?? { group: `${Math.floor(fresh / EVENTS_MAX)}`, place: fresh++ };
    groups.set(group, [...(groups.get(group) ?? []), { one, place }]);
  }
  return [...groups.values()].map((group) => group.sort((a, b) => a.place - b.place).map(({ one }) => one));
}

/** Where this very event went out before; null for a first attempt, or when another change took its place. */
function sentBefore(one: Claimed): { group: string; place: number } | null {
  if (one.note === null) return null;
  const { messageId: group, eventId, place } = readNote(one.note);
  const change = changeOf(one);
  return "id" in change && change.id === eventId ? { group, place } : null;
}
