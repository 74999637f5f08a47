/** What the use cases need, as types: the narrow side of each service. `context.ts` builds them. */
import type { Credential } from "../core/credential.ts";
import type { Destination } from "../core/destination.ts";
import type { Rules } from "../core/selection.ts";
import type { DropboxClient } from "../dropbox/client.ts";
import type { Log } from "../log.ts";
import type { Queue } from "../queue/client.ts";
import type { OutboxStore } from "../store/outbox-store.ts";
import type { SourceStore } from "../store/source-store.ts";
import type { Desk } from "./operator-services.ts";
import type { Pace } from "./pace.ts";
import type { Timing } from "./timing.ts";

/** One configured link from a Dropbox folder to a destination, with the services bound to it. */
export interface Link {
  id: string;
  /** The Dropbox account whose notifications are meant; null when any account linked to our app is. */
  account: string | null;
  folder: string;
  backfill: "none" | "all";
  rules: Rules;
  source: SourceStore;
  sourceCredential: Credential;
  outbox: OutboxStore;
  destination: Destination;
  pace: Pace;
  timing: Timing;
  desk: Desk;
}

export interface Services {
  links: readonly Link[];
  dropbox: DropboxClient;
  queue: Pick<Queue, "enqueue">;
  log: Log;
  now: () => number;
  random: () => number;
  randomId: () => string;
  sleep: (ms: number) => Promise<void>;
}
