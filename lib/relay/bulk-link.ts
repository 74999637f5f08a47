/** Where a bulk act works: a backfill in all destinations of a link, a replay in one of them. */
import type { Bulk, BulkAsk } from "../core/bulk.ts";
import { fingerprintOf } from "./credential.ts";
import { findLink } from "./find-link.ts";
import type { Link, Services, Shelf } from "./services.ts";

/** Null: it does not list or deliver now, or has been removed. */
export async function linkOfBulk(services: Services, { ask, link }: Pick<Bulk, "ask" | "link">): Promise<Link | null> {
  if (ask.kind === "replay") {
    const found = await findLink({ services }, link);
    return found?.runs ? found.link : null;
  }
  const id = instanceOf(link);
  return services.links.find((one) => one.id === id) ?? (await services.stored?.one(id)) ?? null;
}

/** Where what it put in lies, also while its instance is paused or refused. Null: that has been removed. */
export async function shelfOfBulk(services: Services, { link }: Pick<Bulk, "link">): Promise<Shelf | null> {
  const id = instanceOf(link);
  return services.links.find((one) => one.id === id) ?? (await services.stored?.shelf(id)) ?? null;
}

/** Whether its instance is there, and nothing of where it was to go: unlike one that is paused it never goes on. */
export async function isGone(services: Services, bulk: Pick<Bulk, "link" | "outboxes">): Promise<boolean> {
  const shelf = await shelfOfBulk(services, bulk);
  const { outboxes } = bulk;
  return shelf !== null && outboxes.length > 0 && shelf.bulk.placesOf(outboxes).every((place) => !place.isPresent);
}

/** All that it put in has ended, as far as it was counted. */
export const isThrough = ({ state, isListed, put, ...ended }: Bulk): boolean =>
  state === "running" && isListed && ended.done + ended.failed + ended.unclear + ended.left + ended.takenOut >= put;

/** Those that its deliveries go into. */
export const outboxesOf = (link: Link, { kind }: Pick<BulkAsk, "kind">): readonly string[] =>
  kind === "backfill" ? link.bulk.outboxes : [link.desk.outbox];

/** Of what decides which files an act takes, and where they go. Another one: what was planned is not what would be done. */
export function basisOf(link: Link, ask: Pick<BulkAsk, "kind">): string {
  const { account, folder, rules } = link;
  const { include, exclude, extensions, sizeMaxBytes } = rules;
  const outboxes = [...outboxesOf(link, ask)].sort();
  return fingerprintOf("bulk", JSON.stringify([account, folder, include, exclude, extensions, sizeMaxBytes, outboxes]));
}

export const isAsPlanned = ({ ask, basis }: Pick<Bulk, "ask" | "basis">, link: Link): boolean =>
  basis === "" || basis === basisOf(link, ask);

/** The instance of the address of one of its destinations. */
export const instanceOf = (address: string): string => address.replace(/\..*$/s, "");
