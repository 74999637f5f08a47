/** What the checks ask the world, each as narrow as its question. `lib/relay/setup-deps.ts` builds it from the environment. */
import type { TokenResult } from "../core/credential.ts";
import type { DropboxClient } from "../dropbox/client.ts";

export interface Schedule {
  destination: string;
  cron: string;
  isPaused: boolean;
}

/** How the other side took a request that changes nothing. */
export type Probe =
  | { kind: "fine"; message: string; expiresAt: number | null }
  | { kind: "refused" | "unavailable"; message: string };

export type AppProbe = { kind: "fine" } | { kind: "wrongGrant" | "wrongApp" | "unavailable"; message: string };

export interface SetupDeps {
  settings: {
    publicBaseUrl: string;
    folder: string;
    /** Names of variables that are not needed and yet wanted, with what they are for. */
    missing: readonly { name: string; what: string }[];
  };
  now: () => number;
  fetch: typeof fetch;
  randomId: () => string;
  /** Writes a value and reads it back; how long that took (ms). Throws when either fails. */
  redisRoundTrip(): Promise<number>;
  queue: {
    /** Whether these are the keys that QStash signs with. Throws when it refuses us. */
    keysFit(): Promise<boolean>;
    schedules(): Promise<Schedule[]>;
  };
  dropbox: Pick<DropboxClient, "currentAccount" | "listFolder" | "temporaryLink"> & {
    token(): Promise<TokenResult>;
    /** Renews by the refresh token, whatever is stored; null without one. */
    renew: (() => Promise<AppProbe>) | null;
  };
  facebook: { name: string; probe(): Promise<Probe> };
  /** What this month has cost so far, in US dollars (null: no account, no cost), and the cap on it. */
  spent(): Promise<{
    usd: number | null;
    cap: number | null;
    isCapReached: boolean;
    month: { name: string; until: number };
  }>;
  /** When a notification last led to a listing (ms), and when anything did; null: never. */
  heard(): Promise<{ notifiedAt: number | null; listedAt: number | null }>;
}
