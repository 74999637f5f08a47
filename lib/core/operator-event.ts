/**
 * What an operator is told at an address of their own: which troubles are due, given what was told, and the event of each.
 * Pure. An event's id is made of its cause, so that the same trouble is the same event however often it is sent.
 */
import { createHash } from "node:crypto";
import { type EndpointState, statusOf } from "./endpoint-state.ts";
import type { Hold } from "./hold.ts";

/** A folder that could not be listed to its end for so long; an instance that polls has its interval besides. */
export const SILENT_AFTER_MS = 6 * 3_600_000;
/** A death bears the time of its worker's clock and is stored a moment later: one so young is told at the next sweep. */
export const DEATHS_AFTER_MS = 60_000;

export type OperatorEventType =
  | "instance.unauthorized"
  | "instance.silent"
  | "delivery.dead"
  | "endpoint.paused"
  | "endpoint.disabled";

/** One instance, and where its troubles are stored. */
export interface Watched {
  id: string;
  name: string;
  /** Which side refuses its credentials, since when. */
  refused: { side: string; at: number } | null;
  /** Null: it is not to list now. `from`: before this (ms) nothing was expected of it; null where that is not known. */
  listing: { from: number | null; pollMs: number } | null;
  lanes: readonly {
    destination: string;
    outbox: string;
    /** Of a callback: whose state tells that it is paused or disabled. */
    endpoint: string | null;
    /** Whose hold tells that it is refused; null where the instance itself does. */
    credential: string | null;
  }[];
}

/** What is stored of one, its lanes in the same order. */
export interface Seen {
  listedAt: number | null;
  lanes: readonly { deadAt: number | null; endpoint: EndpointState; hold: Hold | null }[];
}

/** One event that is to be sent. Once it was taken, `value` is what is known to be told of `mark`. */
export interface Due {
  type: OperatorEventType;
  mark: string;
  value: string;
  at: number;
  instance: { id: string; name: string };
  detail: Record<string, string>;
  /** Of dead deliveries: which of them it is about, by the time of death. */
  dead: { outbox: string; after: number | null; until: number } | null;
}

type Lane = Watched["lanes"][number];
const markOf = {
  refused: ({ id }: Watched) => `unauthorized ${id}`,
  silent: ({ id }: Watched) => `silent ${id}`,
  held: ({ outbox }: Lane) => `held ${outbox}`,
  dead: ({ outbox }: Lane) => `dead ${outbox}`,
  endpoint: ({ endpoint }: Lane) => `endpoint ${endpoint}`,
};

/** Every mark that can bear on one: what has to be read to decide. */
export const marksOf = (one: Watched): string[] => [
  markOf.refused(one),
  markOf.silent(one),
  ...one.lanes.flatMap((lane) => [
    markOf.dead(lane),
    ...(lane.endpoint === null ? [] : [markOf.endpoint(lane)]),
    ...(lane.credential === null ? [] : [markOf.held(lane)]),
  ]),
];

/** What is to be told now, given what was told (by mark). */
export function eventsDue(
  all: readonly { watched: Watched; seen: Seen }[],
  told: ReadonlyMap<string, string>,
  now: number,
): Due[] {
  return all
    .flatMap(({ watched, seen }) => troublesOf(watched, seen, told, now))
    .filter(({ mark, value }) => told.get(mark) !== value);
}

function troublesOf(watched: Watched, seen: Seen, told: ReadonlyMap<string, string>, now: number): Due[] {
  const { id, name, refused, listing } = watched;
  const base = { instance: { id, name }, detail: {}, dead: null };
  const found: Due[] = [];
  if (refused !== null) {
    const { side, at } = refused;
    const mark = markOf.refused(watched);
    found.push({ ...base, type: "instance.unauthorized", mark, value: `${at}`, at, detail: { side } });
  }
  if (listing !== null) {
    const at = Math.max(seen.listedAt ?? 0, listing.from ?? 0);
    if (at > 0 && now - at > SILENT_AFTER_MS + listing.pollMs)
      found.push({ ...base, type: "instance.silent", mark: markOf.silent(watched), value: `${at}`, at });
  }
  for (const [n, lane] of watched.lanes.entries()) {
    const { deadAt = null, endpoint, hold = null } = seen.lanes[n] ?? {};
    const detail = { destination: lane.destination };
    const status = endpoint === undefined ? "active" : statusOf(endpoint);
    const stoppedAt = endpoint?.disabledAt ?? endpoint?.pausedAt ?? null;
    if ((status === "paused" || status === "disabled") && stoppedAt !== null) {
      const stopped = { mark: markOf.endpoint(lane), value: `${status} ${stoppedAt}`, at: stoppedAt };
      found.push({ ...base, ...stopped, type: `endpoint.${status}`, detail });
    }
    if (lane.credential !== null && hold?.reason === "unauthorized" && hold.until > now) {
      // A hold has an end and no beginning: what is told once is that this credential is refused.
      const held = { mark: markOf.held(lane), value: lane.credential, at: now };
      found.push({ ...base, ...held, type: "instance.unauthorized", detail: { side: lane.destination } });
    }
    const mark = markOf.dead(lane);
    const after = told.get(mark) ?? null;
    // Of those that a person has replayed nothing is left, and what remains was told before.
    if (deadAt !== null && deadAt > Number(after ?? 0)) {
      const dead = { outbox: lane.outbox, after: after === null ? null : Number(after), until: deadAt };
      found.push({ ...base, type: "delivery.dead", mark, value: `${deadAt}`, at: deadAt, detail, dead });
    }
  }
  return found;
}

const WORDS = {
  "instance.unauthorized": "Its credentials are refused. What waits is kept until somebody connects it again.",
  "instance.silent": "Its folder could not be listed for hours. What changes meanwhile is found once it can be.",
  "delivery.dead": "Deliveries have ended without success. They are kept until somebody replays them.",
  "endpoint.paused": "Its endpoint has failed for days. What waits is kept until somebody enables it.",
  "endpoint.disabled": "Its endpoint asked to be sent no more. What waits is kept until somebody enables it.",
} as const satisfies Record<OperatorEventType, string>;

/** The event as a CloudEvent. Of what others answered nothing is in it. `count`: of dead deliveries, since last told. */
export function operatorEvent(due: Due, count: number): { id: string; body: string } {
  const { type, mark, value, at, instance, detail, dead } = due;
  const cause = createHash("sha256").update([type, mark, value].join("\n")).digest("hex");
  const id = `evt_operator_${cause.slice(0, 32)}`;
  const body = {
    specversion: "1.0",
    id,
    source: `/instances/${instance.id}`,
    type,
    time: new Date(at).toISOString(),
    datacontenttype: "application/json",
    data: { instance, ...detail, ...(dead === null ? {} : { count }), message: WORDS[type] },
  };
  return { id, body: JSON.stringify(body) };
}
