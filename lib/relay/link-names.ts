import type { DestinationSettings } from "../core/instance.ts";
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

/** What one can choose from, by name: each destination of each link; of very many instances the first. */
export async function linkNames({ services, instances }: Context): Promise<{ id: string; name: string }[]> {
  const own = services.links.map(({ id }) => ({ id, name: OWN_NAME }));
  const stored = services.stored === null ? [] : await instances.page("0", SHOWN_MAX);
  const named = stored.flatMap(({ instance: { id, name, destinations } }) =>
    destinations.map((one) => ({
      id: addressOf(id, one.id),
      name: destinations.length === 1 ? name : `${name}, ${destinationName(one)}`,
    })),
  );
  return [...own, ...named];
}
