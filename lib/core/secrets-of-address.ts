/**
 * Which kept secrets may go along to a changed address. Whoever may change settings sees secrets masked; by naming a host
 * of their own they would be sent them. Pure.
 */
import type { Instance } from "./instance.ts";

type Secrets = Record<string, string>;

/** What a callback is sent as it is; what signs stays with us, wherever the signature goes. */
const SENT_TO_CALLBACK = ["headers", "basicUsername", "basicPassword"];

/** Null: none of them; they have to be given again. */
export function secretsFor(before: Instance, next: Instance, side: string, kept: Secrets): Secrets | null {
  const [from, to] = [before, next].map(({ destinations }) => destinations.find(({ id }) => id === side));
  if (from === undefined || to === undefined || from.kind !== to.kind) return from === to ? kept : null;
  if (!("url" in from) || !("url" in to) || new URL(from.url).origin === new URL(to.url).origin) return kept;
  if (to.kind !== "callback") return null;
  return Object.fromEntries(Object.entries(kept).filter(([name]) => !SENT_TO_CALLBACK.includes(name)));
}
