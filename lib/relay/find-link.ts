import type { Context } from "./context.ts";
import { type Link, lanesOf } from "./services.ts";

/** How pages name a destination of a link: by the link's id, and ".2" behind it for the second one. */
export const addressOf = (id: string, lane: number): string => (lane === 0 ? id : `${id}.${lane + 1}`);

/** One destination of a link as if it were the only one, by its place from 0; undefined: nothing is delivered to it. */
export const laneAt = (link: Link, place: number): Link | undefined =>
  lanesOf(link)
    .map((lane) => ({ ...link, ...lane }))
    .find((lane) => (lane.place ?? 0) === place);

/** Without an address the first link of the environment. Null: there is none there, or it does not run now. */
export async function findLink(
  { services }: Pick<Context, "services">,
  address: string,
): Promise<{ link: Link; address: string } | null> {
  const [, id = "", nth = "1"] = /^(.*?)(?:\.([2-9]))?$/s.exec(address) ?? [];
  const own = id === "" ? services.links[0] : services.links.find((link) => link.id === id);
  const whole = own ?? (id === "" ? null : await services.stored?.one(id));
  const link = whole ? laneAt(whole, Number(nth) - 1) : undefined;
  return link === undefined ? null : { link, address: addressOf(link.id, Number(nth) - 1) };
}
