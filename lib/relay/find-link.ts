import type { Context } from "./context.ts";
import type { Link } from "./services.ts";

/** The link of this id; without one the first of the environment. Null: there is none, or it does not run now. */
export async function findLink({ services }: Pick<Context, "services">, id: string): Promise<Link | null> {
  if (id === "") return services.links[0] ?? null;
  const own = services.links.find((link) => link.id === id);
  return own ?? (await services.stored?.one(id)) ?? null;
}
