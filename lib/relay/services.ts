/** What the use cases need, as types: the narrow side of each service. `context.ts` builds them. */
import type { Credential } from "../core/credential.ts";
import type { Destination } from "../core/destination.ts";
import type { Instance } from "../core/instance.ts";
import type { Rules } from "../core/selection.ts";
import type { DropboxClient } from "../dropbox/client.ts";
import type { Log } from "../log.ts";
import type { Queue } from "../queue/client.ts";
import type { BackfillStore } from "../store/backfill-store.ts";
import type { BulkStore } from "../store/bulk-store.ts";
import type { FormerOutbox } from "../store/former-outbox.ts";
import type { OutboxStore } from "../store/outbox-store.ts";
import type { SourceStore } from "../store/source-store.ts";
import type { Audit } from "./audit.ts";
import type { Desk } from "./operator-services.ts";
import type { Pace } from "./pace.ts";
import type { Spending } from "./spending.ts";
import type { OperatorEvents } from "./tell-operator.ts";
import type { Timing } from "./timing.ts";

/** One destination of a link, and what drains its outbox. */
export interface Lane {
  /** Of the link: what a job names. */
  id: string;
  outbox: OutboxStore;
  destination: Destination;
  pace: Pace;
  timing: Timing;
  desk: Desk;
  /** Of a stored instance; the environment's has none. */
  standing?: Standing;
  /** How a person knows the destination, likewise. */
  to?: string;
  /** Which of a stored instance's destinations it is: one that cannot be delivered to has no lane. */
  destinationId?: string;
}

/** One configured link from a Dropbox folder to its destinations, with the services bound to it. */
export interface Link extends Lane {
  /** Of a stored instance. */
  name?: string;
  /** The Dropbox account whose notifications are meant; null when any account linked to our app is. */
  account: string | null;
  folder: string;
  backfill: "none" | "all";
  rules: Rules;
  /** Commits to the outboxes of all its lanes. */
  source: SourceStore;
  /** The same files and outboxes, for bulk acts. */
  bulk: BackfillStore;
  sourceCredential: Credential;
  /** The destinations after the first. */
  more?: readonly Lane[];
  /** Of places that its destinations had before: what waits there goes on in the present ones. */
  former?: readonly FormerOutbox[];
}

/** Its destinations, the first one included. */
export const lanesOf = (link: Link): readonly Lane[] => [link, ...(link.more ?? [])];

/** Whether any of its destinations wants to be told of files that are gone. */
export const followsDeletions = (link: Link): boolean =>
  lanesOf(link).some(({ destination }) => destination.followsDeletions === true);

/** What is stored of a link's bulk acts: all that calling one off needs, whether its instance lists and delivers or not. */
export type Shelf = Pick<Link, "id" | "bulk">;

/** What a stored instance is told of its link, and what a run asks of it. */
export interface Standing {
  /** Files of the first listing that were modified before this (ms) are old. */
  since: number;
  /** Lists at this interval, and not at notifications; null: at notifications. */
  pollMs: number | null;
  /** One side refuses its credentials, and nobody but a person can mend it. */
  refused(side: "source" | "destination", message: string): Promise<void>;
  /** The destination took a delivery. */
  accepted(): Promise<void>;
  /** False when it was paused, changed or removed: the run ends, and what waits is the next one's. */
  goesOn(): Promise<boolean>;
}

/** The links of stored instances that list and deliver now: paused and refused ones are not among them. */
export interface StoredLinks {
  /** Of one Dropbox account: one request. */
  ofAccount(account: string): Promise<Link[]>;
  /** Of rows that another request brought along: none. */
  ofRows(rows: readonly string[]): Promise<Link[]>;
  /** One request. */
  one(id: string): Promise<Link | null>;
  /** Of one in any state, to look at and to decide of: what is decided is done when it goes on. One request. */
  any(id: string): Promise<{ link: Link; runs: boolean } | null>;
  /** Of one in any state; null: it was removed. One request. */
  shelf(id: string): Promise<Shelf | null>;
  /** The next `limit` instances after this one ("0": from the first), and their links; `next` is the last of them, null at the end. */
  page(after: string, limit: number): Promise<{ instances: Instance[]; links: Link[]; next: string | null }>;
}

export interface Services {
  /** Of the environment. */
  links: readonly Link[];
  /** Null without ENCRYPTION_KEY: nothing can be stored then. */
  stored: StoredLinks | null;
  bulks: BulkStore;
  dropbox: DropboxClient;
  queue: Pick<Queue, "enqueue">;
  /** Writes down what people do. */
  audit: Audit;
  /** What this month costs, and whether listing and delivering pause for it. */
  spending: Spending;
  /** Null without OPERATOR_CALLBACK_URL. */
  operatorEvents: OperatorEvents | null;
  log: Log;
  now: () => number;
  random: () => number;
  randomId: () => string;
  sleep: (ms: number) => Promise<void>;
}
