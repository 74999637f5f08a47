import type { Context } from "./context.ts";
import { type Link, lanesOf } from "./services.ts";

/**
 * How pages, plans and shared links name a destination: by the link's id and its own behind it, never by its place. What was
 * made for one that is gone then leads nowhere, and not to the one that took its place.
 */
export const addressOf = (id: string, destination: string | undefined): string =>
  destination === undefined ? id : `${id}.${destination}`;

/** One destination of a link as if it were the only one; undefined: there is none of this id, or nothing is delivered to it. */
export const laneAt = (link: Link, destination: string): Link | undefined =>
  lanesOf(link)
    .map((lane) => ({ ...link, ...lane }))
    .find((lane) => lane.destinationId === destination);

/** `runs`: it lists and delivers now; else it can be looked at and decided of, and what is decided waits. */
export interface Found {
  link: Link;
  address: string;
  runs: boolean;
}

/**
 * Without an address the first link of the environment; of an instance alone, its first destination. Null: there is none
 * there, or it was removed.
 */
export async function findLink({ services }: Pick<Context, "services">, address: string): Promise<Found | null> {
  const [, id = "", destination] = /^([^.]*)(?:\.(.*))?$/s.exec(address) ?? [];
  const own = id === "" ? services.links[0] : services.links.find((link) => link.id === id);
  const whole = own !== undefined ? { link: own, runs: true } : id === "" ? null : await services.stored?.any(id);
  const link = whole && (destination === undefined ? whole.link : laneAt(whole.link, destination));
  return !whole || !link ? null : { link, address: addressOf(link.id, link.destinationId), runs: whole.runs };
}
