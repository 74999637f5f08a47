/** The replay of one event by its id: its delivery goes again, if it still is what the event is about. */
import { actedOn } from "../core/replay.ts";
import type { ActStore } from "../store/act-store.ts";
import type { EventLogStore } from "../store/event-log.ts";
import type { InspectionStore } from "../store/inspection-store.ts";

export interface ReplayParts {
  inspection: Pick<InspectionStore, "one">;
  acts: Pick<ActStore, "replay" | "repeat">;
  log: Pick<EventLogStore, "find">;
  eventIn: EventIn;
  now: () => number;
}

/** Which event is in what a callback's outbox holds; null: none, it is no callback's. */
export interface EventIn {
  told: (remoteId: string) => string | null;
  note: (note: string) => string | null;
}

/** `unknown`: no such event. `changed`: a newer event of the file took its place, or it is on its way as it is. */
export type Replayed = "replayed" | "unknown" | "changed";

/** `id`: of an event, of a message (all in it), or a file's id and revision. */
export async function replayEvent(parts: ReplayParts, id: string): Promise<Replayed> {
  const logged = await parts.log.find(id, parts.now());
  const cut = id.lastIndexOf(".");
  const asked = logged.map(({ event }) => ({ fileId: event.fileId, event: event.id as string | null }));
  if (asked.length === 0 && cut > 0) asked.push({ fileId: `id:${id.slice(0, cut)}`, event: null });
  const done: Replayed[] = [];
  for (const { fileId, event } of asked) done.push(await goAgain(parts, fileId, event, id.slice(cut + 1)));
  if (done.includes("replayed")) return "replayed";
  return done.includes("changed") || logged.length > 0 ? "changed" : "unknown";
}

/** `event` null: the one of this revision. */
async function goAgain(
  { inspection, acts, eventIn, now }: ReplayParts,
  fileId: string,
  event: string | null,
  rev: string,
): Promise<Replayed> {
  for (const place of ["dead", "settled"] as const) {
    const row = await inspection.one(place, fileId);
    if (row === null || row.stored === null) continue;
    const { delivery } = row.stored;
    const told = row.held === null ? null : eventIn.told(row.held.remoteId);
    // What was told last is in the ledger; what a dead one was to tell, in its note.
    const current = place === "settled" ? told : row.note === null ? null : eventIn.note(row.note);
    const isMeant = event === null ? delivery.rev === rev : current === event;
    // A settled record or post is there: only of an event does telling it once more mean anything.
    if (!isMeant || (place === "settled" && told === null)) return "changed";
    const one = { value: row.value, delivery: actedOn(delivery, "replayed", now()) };
    const [isDone = false] = await (place === "dead" ? acts.replay([one], now()) : acts.repeat([one], now()));
    return isDone ? "replayed" : "changed";
  }
  return "unknown";
}
