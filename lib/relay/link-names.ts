import type { Context } from "./context.ts";

const SHOWN_MAX = 100;

/** The links one can choose from, by name; of very many instances the first. */
export async function linkNames({ services, instances }: Context): Promise<{ id: string; name: string }[]> {
  const own = services.links.map(({ id }) => ({ id, name: "From the environment" }));
  const stored = services.stored === null ? [] : await instances.page("0", SHOWN_MAX);
  return [...own, ...stored.map(({ instance: { id, name } }) => ({ id, name }))];
}
