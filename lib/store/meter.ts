/**
 * What this process sent to the services that bill by the piece. Added up in memory and written down along with a batch,
 * once a minute at most: what a process had not written when it ended is lost, which is why it is an estimate.
 */
import { createHash } from "node:crypto";
import type { Redis } from "@upstash/redis";
import type { Use } from "../core/cost.ts";
import { ACT } from "./scripts/act.ts";
import { BEGIN_SYNC } from "./scripts/begin-sync.ts";
import { COMMIT_LISTING } from "./scripts/commit-listing.ts";
import { LOG_EVENTS } from "./scripts/log-events.ts";
import { NOTE } from "./scripts/note.ts";
import { RELEASE_SYNC } from "./scripts/release-sync.ts";
import { SETTLE_AND_CLAIM } from "./scripts/settle-and-claim.ts";
import { TAKE_OUT } from "./scripts/take-out.ts";

const WRITE_EVERY_MS = 60_000;
/** Of a script that is not in the table: those of instances, posts and calls. */
const ANY_SCRIPT = 8;

const sha = (script: string): string => createHash("sha1").update(script).digest("hex");
/** Billed commands of one run, its own call included: rather too many than too few. */
const OF_SCRIPT = new Map([
  [sha(BEGIN_SYNC), 4],
  [sha(COMMIT_LISTING), 15],
  [sha(LOG_EVENTS), 12],
  [sha(TAKE_OUT), 12],
  [sha(RELEASE_SYNC), 4],
  [sha(NOTE), 3],
  [sha(ACT), 8],
]);
const SETTLE = sha(SETTLE_AND_CLAIM);
/** With a batch to settle, and with none. */
const SETTLE_BATCH = 20;
const SETTLE_NONE = 13;
/** Where in ARGV the number of settlements stands. */
const SETTLEMENTS_AT = 9;

export type Meter = ReturnType<typeof createMeter>;

export function createMeter() {
  let since: Use = { commands: 0, messages: 0, files: 0 };
  let writtenAt = Number.NEGATIVE_INFINITY;
  return {
    add(more: Partial<Use>): void {
      const { commands = 0, messages = 0, files = 0 } = more;
      since = {
        commands: since.commands + commands,
        messages: since.messages + messages,
        files: since.files + files,
      };
    },
    /** What is to be written down now; null for nothing. Whoever takes it writes it. */
    take(now: number): Use | null {
      if (now - writtenAt < WRITE_EVERY_MS || Object.values(since).every((one) => one === 0)) return null;
      const taken = since;
      since = { commands: 0, messages: 0, files: 0 };
      writtenAt = now;
      return taken;
    },
    /** What is not written down yet. */
    unwritten: (): Use => ({ ...since }),
  };
}

/** Counts every command that goes through this client from now on. */
export function countCommands(redis: Redis, meter: Meter): void {
  redis.use((request, next) => {
    meter.add({ commands: billedOf(request.body) });
    return next(request);
  });
}

function billedOf(body: unknown): number {
  if (!Array.isArray(body)) return 1;
  if (Array.isArray(body[0])) return body.reduce((sum: number, one) => sum + billedOf(one), 0);
  const name = `${body[0]}`.toLowerCase();
  if (name !== "evalsha" && name !== "eval") return 1;
  const script = name === "eval" ? sha(`${body[1]}`) : `${body[1]}`;
  if (script !== SETTLE) return OF_SCRIPT.get(script) ?? ANY_SCRIPT;
  return `${body[3 + Number(body[2]) + SETTLEMENTS_AT]}` === "0" ? SETTLE_NONE : SETTLE_BATCH;
}
