/** Deduplication ids, remembered for the 10 minutes that QStash documents. */

import { type Claim, type Write, write } from "./records.ts";

const WINDOW_MS = 600_000;

interface PendingClaim extends Claim {
  /** A duplicate is confirmed only once the message it repeats is stored. */
  stored: Promise<void>;
}

export interface Deduplication {
  find(id: string, now: number): PendingClaim | null;
  /** What to write together with the message: the claim, and the removal of those that have run out. */
  writes(id: string, messageId: string, now: number): Write[];
  remember(id: string, messageId: string, now: number, stored: Promise<void>): void;
  forget(id: string): void;
}

export function createDeduplication(loaded: readonly [string, Claim][]): Deduplication {
  const claims = new Map<string, PendingClaim>();
  for (const [id, claim] of [...loaded].sort(([, a], [, b]) => a.expiresAt - b.expiresAt)) {
    claims.set(id, { ...claim, stored: Promise.resolve() });
  }

  /** The map is in order of expiry, since every claim lives equally long. */
  function removeExpired(now: number): string[] {
    const expired: string[] = [];
    for (const [id, { expiresAt }] of claims) {
      if (expiresAt > now) break;
      expired.push(id);
      claims.delete(id);
    }
    return expired;
  }

  return {
    find(id, now) {
      const claim = claims.get(id);
      return claim !== undefined && claim.expiresAt > now ? claim : null;
    },
    writes(id, messageId, now) {
      const expired = removeExpired(now).filter((old) => old !== id);
      return [...expired.map(write.dropClaim), write.putClaim(id, { messageId, expiresAt: now + WINDOW_MS })];
    },
    remember(id, messageId, now, stored) {
      claims.delete(id);
      claims.set(id, { messageId, expiresAt: now + WINDOW_MS, stored });
    },
    forget: (id) => void claims.delete(id),
  };
}
