/** What a month's use costs, as an estimate by the vendor's list prices. Pure; the zone is UTC. */

/** US dollars, pay as you go, on 2026-11-25; `tests/bench/prices.json` has their sources. */
export const PRICES = { redisCommand: 0.000002, qstashMessage: 0.00001 } as const;

export interface Use {
  /** Billed Redis commands, those inside scripts included. */
  commands: number;
  /** QStash messages, repeated ones included. */
  messages: number;
  /** Files that ended well. */
  files: number;
}

/** Which of the two services is somebody else's, and so costs something. */
export interface Billed {
  redis: boolean;
  queue: boolean;
}

export interface Month {
  /** "2026-11" */
  name: string;
  from: number;
  /** When the next one begins. */
  until: number;
}

export function monthOf(now: number): Month {
  const at = new Date(now);
  const from = Date.UTC(at.getUTCFullYear(), at.getUTCMonth());
  const until = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1);
  return { name: new Date(from).toISOString().slice(0, 7), from, until };
}

export const costOf = (use: Use, billed: Billed): number =>
  (billed.redis ? use.commands * PRICES.redisCommand : 0) + (billed.queue ? use.messages * PRICES.qstashMessage : 0);

/** "$0.00", "$0.0042", "$12.30": small sums keep two digits that say something. */
export function dollars(usd: number): string {
  if (usd === 0 || usd >= 1) return `$${usd.toFixed(2)}`;
  return `$${usd.toFixed(Math.min(8, Math.max(2, 1 - Math.floor(Math.log10(usd)))))}`;
}

/** A service on this very machine has no account and no bill. */
export function isElsewhere(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname !== "localhost" && hostname !== "[::1]" && !/^127\./.test(hostname);
}
