import { createHash, timingSafeEqual } from "node:crypto";

/** Compares two secrets in time that depends on neither's content. */
export const isSameSecret = (given: string, expected: string): boolean =>
  timingSafeEqual(createHash("sha256").update(given).digest(), createHash("sha256").update(expected).digest());
