/** Which deliveries share a body. What went out together is kept together, so that a repeat is the same body. */
import type { Claimed } from "../../core/delivery.ts";
import { changeOf } from "./change.ts";

/** As many as the product whose form this is puts into one notification. */
export const EVENTS_MAX = 20;

export const writeNote = (messageId: string, eventId: string): string => `${messageId} ${eventId}`;

/** In the order in which they were claimed; a file is in one group only, so its order is the outbox's. */
export function groupsOf(claimed: readonly Claimed[], instance: string): readonly (readonly Claimed[])[] {
  const groups = new Map<string, Claimed[]>();
  let fresh = 0;
  for (const one of claimed) {
    const key = sentBefore(one, instance) ?? `${Math.floor(fresh++ / EVENTS_MAX)}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** The message this very event went out in; null for a first attempt, or when another change took its place. */
function sentBefore(one: Claimed, instance: string): string | null {
  const [messageId, eventId] = one.note?.split(" ") ?? [];
  const change = changeOf(one, instance);
  return messageId !== undefined && "id" in change && change.id === eventId ? messageId : null;
}
