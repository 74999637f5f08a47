/** Instances by what is remembered of them. However many there are, one search reads a bounded number, and the next goes on there. */
import type { Instance } from "./instance.ts";

const READ_MAX = 1_000;
const PART = 200;

export interface Scanned<T> {
  found: T[];
  /** Those that were looked at. */
  looked: number;
  /** Where the next search begins; null: everything behind `after` was looked at. */
  next: string | null;
}

/** Up to `limit` behind an instance ("0": from the first). `isMeant`: null means every one. */
export async function scanInstances<T extends { instance: Instance }>(
  page: (after: string, limit: number) => Promise<T[]>,
  { after, limit, isMeant }: { after: string; limit: number; isMeant: ((instance: Instance) => boolean) | null },
): Promise<Scanned<T>> {
  const found: T[] = [];
  const size = isMeant === null ? limit : PART;
  let last = after;
  let looked = 0;
  while (looked < READ_MAX) {
    const part = await page(last, size);
    for (const one of part) {
      if (found.length === limit) return { found, looked, next: last };
      looked += 1;
      last = one.instance.id;
      if (isMeant === null || isMeant(one.instance)) found.push(one);
    }
    if (part.length < size) return { found, looked, next: null };
    if (found.length === limit) break;
  }
  return { found, looked, next: last };
}
