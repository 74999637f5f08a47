import type { Context } from "./context.ts";
import { type Link, lanesOf } from "./services.ts";

/** How pages name a destination of a link: by the link's id, and ".2" behind it for the second one. */
export const addressOf = (id: string, lane: number): string => (lane === 0 ? id : `${id}.${lane + 1}`);

/** One destination of a link as if it were the only one, by its place from 0; undefined: nothing is delivered to it. */
export const laneAt = (link: Link, place: number): Link | undefined =>
  lanesOf(link)
    .map((lane) => ({ ...link, ...lane }))
    .find((lane) => (lane.place ?? 0) === place);

/** `runs`: it lists and delivers now; else it can be looked at and decided of, and what is decided waits. */
export interface Found {
  link: Link;
  address: string;
  runs: boolean;
}

/** Without an address the first link of the environment. Null: there is none there, or it was removed. */
export async function findLink({ services }: Pick<Context, "services">, address: string): Promise<Found | null> {
  const [, id = "", nth = "1"] = /^(.*?)(?:\.([2-9]))?$/s.exec(address) ?? [];
  const own = id === "" ? services.links[0] : services.links.find((link) => link.id === id);
  const whole = own !== undefined ? { link: own, runs: true } : id === "" ? null : await services.stored?.any(id);
  const link = whole ? laneAt(whole.link, Number(nth) - 1) : undefined;
  if (!whole || link === undefined) return null;
  return { link, address: addressOf(link.id, Number(nth) - 1), runs: whole.runs };
}
