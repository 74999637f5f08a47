/** Every key name, so that what Redis holds can be read in one place. All are passed to scripts through KEYS. */
import { createHash } from "node:crypto";

export const INSTANCE_KEYS = {
  /** zset: instance id by itself. */
  all: "relay:instances",
  /** string: the last id that was given. */
  last: "relay:instances:last",
};

/** hash: version, stamp, and the row: settings in the clear, secrets sealed (JSON). */
export const instanceKey = (instance: string) => `relay:instance:${instance}`;

/** hash: instance id → the same row, for each instance of a Dropbox account. */
export const accountKey = (account: string) =>
  `relay:account:${createHash("sha256").update(account).digest("hex").slice(0, 32)}`;

/** string: SHA-256 of the token by which a program reaches this instance alone. */
export const elementTokenKey = (instance: string) => `relay:instance:${instance}:element`;

/** hash: id of a read-only link to one file's story → when it ends (ms); expires with the last of them. */
export const sharesKey = (link: string, file: string) =>
  `relay:shares:${createHash("sha256").update(`${link}\n${file}`).digest("hex").slice(0, 32)}`;

/** strings, one a minute: calls of one credential; expire. */
export const CALLS_PREFIX = "relay:calls";

/** string: wrong tries to log in within one minute; expires. */
export const LOGIN_TRIES = "relay:operator:tries";

export const sourceKeys = (instance: string) => ({
  /** string: token of who is listing; expires. */
  lease: `relay:i:${instance}:lease`,
  /** string: how often somebody asked to list again while the lease was held. */
  again: `relay:i:${instance}:again`,
  /** hash: cursor, phase, since, account, listedAt, notifiedAt (of the last listing that a notification asked for), trouble. */
  source: `relay:i:${instance}:source`,
  /** hash: file id → what we know of it (JSON). Kept for ever: it is what tells an edit from a new file. */
  files: `relay:i:${instance}:files`,
  /** hash: lower-case path → file id, or the mark of a folder: deletions carry no id. */
  paths: `relay:i:${instance}:paths`,
});

export const outboxKeys = (destination: string) => ({
  /** hash: delivery id → first line and JSON (see scripts/prelude.ts); "#0" to "#47" → the tally of an hour (core/tally.ts). */
  deliveries: `relay:d:${destination}:deliveries`,
  /** zsets: id by due time, one a priority. */
  due: {
    live: `relay:d:${destination}:due:live`,
    replay: `relay:d:${destination}:due:replay`,
    backfill: `relay:d:${destination}:due:backfill`,
  },
  /** zset: id by the end of its claim. */
  claimed: `relay:d:${destination}:claimed`,
  /** zset: id by time of death; never trimmed, a person decides. */
  dead: `relay:d:${destination}:dead`,
  /** zset: id by time; whether its write happened cannot be told, and a person decides. Never trimmed. */
  unclear: `relay:d:${destination}:unclear`,
  /** hash: delivery id → what an attempt wrote down before an effect, so that the next one can look for it (JSON). */
  notes: `relay:d:${destination}:notes`,
  /** zset: id by time of settling; capped, its tail is deleted with its deliveries. */
  settled: `relay:d:${destination}:settled`,
  /** hash: a newer revision waiting behind a claimed one. */
  next: `relay:d:${destination}:next`,
  /** hash: file id → JSON of delivered revision and remote id. */
  ledger: `relay:d:${destination}:ledger`,
  /** hash: remote id → file id, where the destination has to know whose a post is. */
  owners: `relay:d:${destination}:owners`,
  /** Of a callback. hash: e:<event>, a:<event>, m:<message> → the event (JSON), its attempts, the events of a message. */
  events: `relay:d:${destination}:events`,
  /** zset: event id by its place in the order; what is older than seven days goes. */
  eventOrder: `relay:d:${destination}:events:order`,
});

/** hash: until, reason. `credential` is a fingerprint: a new token starts without its predecessor's hold. */
export const holdKey = (credential: string) => `relay:hold:${credential}`;

/** string: a refreshed token, sealed; and the lock of who refreshes. */
export const tokenKeys = (credential: string) => ({
  token: `relay:token:${credential}`,
  lock: `relay:token:${credential}:lock`,
});

/** Of one bulk act. */
export const bulkKeys = (bulk: string) => ({
  /** hash: what it is, how far it is, and how what it put in has ended. */
  bulk: `relay:bulk:${bulk}`,
  /** string: token of who works on it; expires. */
  lease: `relay:bulk:${bulk}:lease`,
  /** string: whether somebody else wanted to meanwhile. */
  again: `relay:bulk:${bulk}:again`,
});

/** zset: bulk acts that are not over, by when they were planned; and the last ones of an instance. */
export const OPEN_BULKS = "relay:bulks:open";
export const bulksOf = (instance: string) => `relay:i:${instance}:bulks`;

/** zset: jobs QStash gave up on, JSON by time; capped. */
export const FAILED_JOBS = "relay:jobs:failed";

/** zset: the posts of a Page in the last 24 hours, by time. */
export const postsKey = (page: string) => `relay:posts:${page}`;

/** string: what was found (JSON) of a credential's end when it was last asked for; and the mark that it was, which expires. */
export const endingKeys = (credential: string) => ({
  ending: `relay:credential:${credential}`,
  asked: `relay:credential:${credential}:asked`,
});
/** string: how a callback's endpoint is doing (JSON). Deleted with its hold, a paused or disabled one is called again. */
export const endpointKey = (endpoint: string) => `relay:endpoint:${endpoint}`;
/** All that is known against it. */
export const endpointKeys = (endpoint: string): string[] => [endpointKey(endpoint), holdKey(endpoint)];

/** string: what the setup's check of Redis writes and reads back; expires. */
export const SETUP_PROBE = "relay:setup:probe";

/** hash: "<month>:commands", ":messages" and ":files" → how many; "<month>:told:<cap>" → that it was said. */
export const USE_KEY = "relay:use";

/** hash: what may trouble whom → the time, or the like, of what the operator was last told of it. */
export const TOLD_KEY = "relay:told";

/** zset: what people did, JSON by time; capped. */
export const AUDIT_KEY = "relay:audit";
/** string: what was typed into a form and is not stored yet, sealed; expires. */
export const formDraftKey = (draft: string) => `relay:form:${draft}`;
