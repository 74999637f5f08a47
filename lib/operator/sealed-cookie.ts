/** A cookie whose value only we can read or make, and that ends by itself. Pages never see it. */
import { sealData, unsealData } from "iron-session";
import type { z } from "zod";

export interface SealedCookie<T> {
  /** The `Set-Cookie` value that stores this. */
  set(value: T): Promise<string>;
  /** The `Set-Cookie` value that ends it. */
  readonly cleared: string;
  /** What the request brought; null when nothing, too old, or not ours. */
  read(request: { headers: Pick<Headers, "get"> }): Promise<T | null>;
}

export interface CookieOptions<T> {
  name: string;
  schema: z.ZodType<T>;
  /** At least 32 letters; unlike that of any other cookie, so that one cannot pass for the other. */
  password: string;
  lifeSeconds: number;
  /** Paths it is sent to. */
  path: string;
  /** Served over https. */
  isSecure: boolean;
}

export function createSealedCookie<T>(options: CookieOptions<T>): SealedCookie<T> {
  const { password, lifeSeconds, schema, isSecure } = options;
  // The prefix: a request without TLS cannot put one of its own beside it.
  const name = isSecure ? `__Secure-${options.name}` : options.name;
  // Lax: it comes along when another site sends the browser here, as Dropbox does with its answer, but not with its posts.
  const attributes = `Path=${options.path}; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;

  return {
    set: async (value) =>
      `${name}=${await sealData(value, { password, ttl: lifeSeconds })}; Max-Age=${lifeSeconds}; ${attributes}`,
    cleared: `${name}=; Max-Age=0; ${attributes}`,
    async read(request) {
      const pairs = (request.headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
      // Another host of the same site can put one of the same name before ours, but not seal it.
      for (const given of pairs.filter((pair) => pair.startsWith(`${name}=`))) {
        const opened: unknown = await unsealData(given.slice(name.length + 1), { password, ttl: lifeSeconds }).catch(
          () => null, // what is no seal at all
        );
        const { data } = schema.safeParse(opened);
        if (data !== undefined) return data;
      }
      return null;
    },
  };
}
