import type { DestinationSettings, Instance } from "../core/instance.ts";
import type { Context } from "./context.ts";
import { addressOf } from "./find-link.ts";

const SHOWN_MAX = 100;
/** How a person knows the one instance that has no name of its own. */
export const OWN_NAME = "Instance set by environment variables";

const NAMES = {
  environment: "Destination set by environment variables",
  records: "Records endpoint",
  callback: "Callback",
} as const satisfies Record<Exclude<DestinationSettings["kind"], "page">, string>;

export const destinationName = (one: DestinationSettings): string =>
  one.kind === "page" ? one.pageName || `Page ${one.pageId}` : NAMES[one.kind];

/** What one can choose from, by name: each destination of each link. */
export interface LinkNames {
  links: { id: string; name: string }[];
  /** Whether there are instances that are not among them. */
  isPart: boolean;
}

/** Of very many instances the first, and the one at `address`, which was chosen by other means. */
export async function linkNames({ services, instances }: Context, address: string): Promise<LinkNames> {
  const own = services.links.map(({ id }) => ({ id, name: OWN_NAME }));
  if (services.stored === null) return { links: own, isPart: false };
  const [chosen = ""] = address.split(".");
  const stored = await instances.page("0", SHOWN_MAX);
  const isMissing = /^\d+$/.test(chosen) && !stored.some(({ instance: { id } }) => id === chosen);
  const missing = isMissing ? await instances.get(chosen) : null;
  const named = [...stored, ...(missing === null ? [] : [missing])].flatMap(({ instance }) => namesOf(instance));
  return { links: [...own, ...named], isPart: stored.length === SHOWN_MAX };
}

const namesOf = ({ id, name, destinations }: Instance) =>
  destinations.map((one) => ({
    id: addressOf(id, one.id),
    name: destinations.length === 1 ? name : `${name}, ${destinationName(one)}`,
  }));
