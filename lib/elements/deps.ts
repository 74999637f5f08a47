/** What the calls need, as types: the narrow side of each service. `context.ts` of the relay builds them. */
import type { RecordDeed } from "../core/audit.ts";
import type { DeadFilter } from "../core/replay.ts";
import type { Instances } from "../instances/manage.ts";
import type { Log } from "../log.ts";
import type { PlatformSecrets } from "./access.ts";
import type { Checks } from "./checks.ts";

export type InstancesPort = Pick<
  Instances,
  "create" | "get" | "page" | "count" | "change" | "setStatus" | "wake" | "remove" | "secretsOf"
>;

/** Tokens of instances. Only their hashes are kept. */
export interface TokensPort {
  /** A fresh one; the former is worth nothing from now on. */
  issue(instance: string): Promise<string>;
  ownerOf(token: string): Promise<string | null>;
  revoke(instance: string): Promise<void>;
}

export interface App {
  key: string;
  secret: string;
}

/** What Dropbox said no to, and in whose power it is to mend it. */
export interface LinkFailure {
  ok: false;
  kind: "grant" | "app" | "rateLimited" | "unavailable" | "notLasting" | "scopes" | "noAccount";
  /** Dropbox's own words, without secrets. */
  message: string;
  retryAfterMs: number | null;
}
export type Linked = { ok: true; account: string; label: string; refreshToken: string } | LinkFailure;

export interface DropboxPort {
  byCode(app: App, code: string, redirectUri: string): Promise<Linked>;
  byRefreshToken(app: App, refreshToken: string): Promise<Linked>;
  consentUrl(ask: { appKey: string; redirectUri: string; state: string; scope: string | null }): string;
}

/** One event of an instance, and what became of it. */
export interface PastEvent {
  id: string;
  at: number;
  state: "received" | "dispatched" | "consumed" | "notified";
  data: Record<string, unknown>;
  attempts: readonly {
    number: number;
    at: number;
    ms: number;
    outcome: string;
    message?: string | undefined;
    /** What an endpoint answered, where that is known. */
    status?: number | null;
  }[];
  /** Its place among the events that can be fetched; null: it is not among them. */
  sequence: number | null;
}

export interface EventsPort {
  /** Up to `limit`: what is under way, then what is over, newest first in each; after a mark of the answer before; null for a mark that is none. */
  page(
    instance: string,
    outbox: string,
    after: string | null,
    limit: number,
  ): Promise<{ events: PastEvent[]; after: string | null } | null>;
  one(instance: string, outbox: string, id: string): Promise<PastEvent | null>;
  /** Those that were told or queued behind this place, in their order. */
  after(outbox: string, sequence: number, limit: number): Promise<PastEvent[]>;
  replay(instance: string, outbox: string, id: string): Promise<"replayed" | "unknown" | "changed">;
  /** Of what was given up; null for a mark that is none. */
  replayMany(
    instance: string,
    outbox: string,
    asked: { filter: DeadFilter; preview: boolean; after: string | null },
  ): Promise<{ looked: number; meant: number; replayed: number; after: string | null } | null>;
}

export interface ElementsDeps extends Checks {
  secrets: PlatformSecrets;
  /** The deployment's own Dropbox app. */
  app: { key: string | null; secret: string };
  instances: InstancesPort;
  tokens: TokensPort;
  events: EventsPort;
  dropbox: DropboxPort;
  /** Signs an instance's events where its client gave no key. */
  newSecret: () => string;
  /** Counts a call of one credential; null when there is room, else for how long (ms) there is none. */
  limit: (credential: string) => Promise<number | null>;
  now: () => number;
  randomId: () => string;
  /** Every call that is more than a question, by the router. */
  record: RecordDeed;
  log: Log;
}
