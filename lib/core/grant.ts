/** What a token endpoint may grant. It is another's server: what it sends is stored and goes into headers and dates. */
import { z } from "zod";

/** Fits into a header: anything else would fail every request with it until it ends. */
export const accessTokenSchema = z.string().regex(/^[\x21-\x7e]{1,8192}$/);

const LIFE_MAX_SECONDS = 10 * 365 * 86_400;

/** Seconds. Old samples show it as a text; a number that no date can hold means "long". */
export const lifeSchema = z.coerce
  .number()
  .positive()
  .transform((seconds) => Math.min(seconds, LIFE_MAX_SECONDS));
