/** The history of an instance's deliveries: what is under way first, then what is over, newest first in each. */
import type { Delivery } from "../core/delivery.ts";
import type { Logged, Sent } from "../core/event-log.ts";
import { readMark, writeMark } from "../core/listed.ts";
import type { Place, Stored } from "../core/story.ts";
import type { EventsPort, PastEvent } from "../elements/deps.ts";
import type { ActStore } from "../store/act-store.ts";
import type { EventLogStore } from "../store/event-log.ts";
import type { InspectionStore, Row } from "../store/inspection-store.ts";
import { replayDead } from "./replay-dead.ts";
import { type EventIn, replayEvent } from "./replay-event.ts";
import type { Services } from "./services.ts";
import { wakeDrain } from "./wake-drain.ts";

const ORDER: readonly Place[] = ["claimed", "live", "replay", "backfill", "dead", "unclear", "settled"];
const NAMES: readonly string[] = ORDER;

/** In a header and in an address: without letters that need escapes there. */
const written = (text: string): string => Buffer.from(text).toString("base64url");
const read = (text: string): string => Buffer.from(text, "base64url").toString();

export interface EventParts {
  inspect: (instance: string, outbox: string) => InspectionStore;
  acts: (outbox: string) => ActStore;
  log: (outbox: string) => EventLogStore;
  eventIn: EventIn;
  services: Pick<Services, "queue" | "log" | "now">;
}

export function elementEvents({ inspect, acts, log, eventIn, services }: EventParts): EventsPort {
  return {
    async page(instance, outbox, after, limit) {
      const mark = after === null ? null : readMark(read(after));
      const start = mark === null ? 0 : NAMES.indexOf(mark.within);
      if (start < 0 || (after !== null && mark === null)) return null;
      const { page } = inspect(instance, outbox);
      const found: { place: Place; row: Row }[] = [];
      for (const [n, place] of ORDER.slice(start).entries()) {
        const left = limit + 1 - found.length;
        if (left <= 0) break;
        const rows = await page(place, n === 0 ? mark : null, left, true);
        found.push(...rows.map((row) => ({ place, row })));
      }
      const shown = found.slice(0, limit);
      const last = found.length > limit ? shown.at(-1) : undefined;
      return {
        events: shown.flatMap(({ row: { stored } }) => (stored === null ? [] : [eventOf(stored)])),
        after: last === undefined ? null : written(writeMark({ within: last.place, ...last.row })),
      };
    },

    async one(instance, outbox, id) {
      const logged = await log(outbox).find(id, services.now());
      if (logged.length > 0) return together(id, logged);
      const cut = id.lastIndexOf(".");
      const { stored } = await inspect(instance, outbox).facts(`id:${id.slice(0, cut)}`, "");
      return stored === null || stored.delivery.rev !== id.slice(cut + 1) ? null : eventOf(stored);
    },

    after: async (outbox, sequence, limit) =>
      (await log(outbox).after(sequence, services.now(), limit)).map(loggedEvent),

    async replay(instance, outbox, id) {
      const { now } = services;
      const parts = { inspection: inspect(instance, outbox), acts: acts(outbox), log: log(outbox), eventIn, now };
      const done = await replayEvent(parts, id);
      if (done === "replayed") await wakeDrain(services, { id: instance });
      return done;
    },

    async replayMany(instance, outbox, asked) {
      const desk = { inspection: inspect(instance, outbox), acts: acts(outbox) };
      const step = await replayDead(services, { id: instance, desk }, { ...asked, audit: null });
      if (step === null) return null;
      const { looked, meant, replayed, after } = step;
      return { looked, meant, replayed, after };
    },
  };
}

function eventOf({ delivery, place }: Stored): PastEvent {
  const { id, rev, path, name, size, serverModified, seenAt, gone, attempts } = delivery;
  return {
    id: `${id.replace(/^id:/, "")}.${rev}`,
    at: seenAt,
    state: stateOf(delivery, place),
    data: {
      ".tag": gone === undefined ? "file" : "deleted",
      id,
      name,
      rev,
      size,
      path_display: path,
      server_modified: new Date(serverModified).toISOString(),
    },
    attempts,
    sequence: null,
  };
}

/** All events of one message as one, which has the attempts of its body. */
function together(id: string, logged: readonly Logged[]): PastEvent | null {
  const [first, ...more] = logged.map(loggedEvent);
  if (first === undefined) return null;
  if (more.length === 0) return first;
  return { ...first, id, data: { entries: [first, ...more].map((one) => one.data) } };
}

function loggedEvent({ event, attempts, sequence }: Logged): PastEvent {
  const { id, kind, fileId, rev, path, name, size, formerPath, movedOut, at } = event;
  return {
    id,
    at,
    state: stateOfLogged(attempts),
    data: {
      ".tag": kind === "deleted" ? "deleted" : "file",
      id: fileId,
      name,
      rev,
      size,
      path_display: path,
      change: kind,
      ...(formerPath === null ? {} : { oldPath: formerPath }),
      ...(kind === "deleted" ? { reason: movedOut ? "movedOut" : "deleted" } : {}),
    },
    attempts,
    sequence,
  };
}

function stateOfLogged(attempts: readonly Sent[]): PastEvent["state"] {
  const last = attempts.at(-1)?.outcome;
  if (attempts.some(({ outcome }) => outcome === "delivered" || outcome === "updated")) return "notified";
  if (last === "queued") return "received";
  return last === "rejected" ? "consumed" : "dispatched";
}

function stateOf({ attempts }: Delivery, place: Place): PastEvent["state"] {
  if (place === "claimed") return "dispatched";
  if (place === "live" || place === "replay" || place === "backfill") return "received";
  const last = attempts.at(-1)?.outcome;
  return place === "settled" && (last === "delivered" || last === "updated") ? "notified" : "consumed";
}
