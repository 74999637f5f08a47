/** The history of an instance, in the words of this interface. */
import { outboxOf } from "../core/instance.ts";
import { type Answer, ok, refuse } from "./answer.ts";
import type { ElementsDeps, PastEvent } from "./deps.ts";
import { type Caller, type Found, findInstance } from "./find-instance.ts";
import { secondsOf } from "./from-instance.ts";

/** `NEW` never shows: an event that nobody has received is none yet. */
const STATUS = {
  received: "RECEIVED",
  dispatched: "DISPATCHED",
  consumed: "CONSUMED",
  notified: "NOTIFIED",
} as const satisfies Record<PastEvent["state"], string>;

export async function listEvents(
  id: string,
  query: { pageSize: number; nextPage: string | null },
  caller: Caller,
  deps: ElementsDeps,
): Promise<Answer> {
  const found = await findInstance(id, caller, deps);
  const outbox = outboxOfEvents(found);
  const page =
    outbox === null
      ? { events: [], after: null }
      : ((await deps.events.page(id, outbox, query.nextPage, query.pageSize)) ?? refuse(400, "Invalid nextPage"));
  return ok(
    page.events.map((one) => shownEvent(id, one)),
    {
      "elements-element-instance-id": id,
      "elements-returned-count": `${page.events.length}`,
      ...(page.after === null ? {} : { "elements-next-page-token": page.after }),
    },
  );
}

/** Reading them changes nothing: whoever has dealt with them asks on behind the last one's sequence. */
export async function fetchEvents(
  id: string,
  query: { pageSize: number; after: number },
  caller: Caller,
  deps: ElementsDeps,
): Promise<Answer> {
  const outbox = outboxOfEvents(await findInstance(id, caller, deps));
  const events = outbox === null ? [] : await deps.events.after(outbox, query.after, query.pageSize);
  return ok(
    events.map((one) => shownEvent(id, one)),
    { "elements-element-instance-id": id, "elements-returned-count": `${events.length}` },
  );
}

export async function readEvent(id: string, event: string, caller: Caller, deps: ElementsDeps): Promise<Answer> {
  const found = await findInstance(id, caller, deps);
  const outbox = outboxOfEvents(found);
  const one = (outbox === null ? null : await deps.events.one(id, outbox, event)) ?? refuse(404, "No such event");
  return ok(shownEvent(id, one), { "elements-element-instance-id": id });
}

/** What was told, where events are told; else what was done with each file. Null: nothing is done with them. */
export function outboxOfEvents({ stored: { instance } }: Found): string | null {
  const { id, destinations } = instance;
  const told = destinations.find(({ kind }) => kind === "callback") ?? destinations[0];
  return told === undefined ? null : outboxOf(id, told);
}

function shownEvent(instance: string, { id, at, state, data, attempts, sequence }: PastEvent) {
  const notifiedData = attempts.map(({ number, at, ms, outcome, message, status }) => ({
    attempt: number,
    date: secondsOf(at),
    durationMs: ms,
    outcome,
    ...(status === undefined ? {} : { status }),
    ...(message === undefined ? {} : { message }),
  }));
  const updatedAt = attempts.at(-1)?.at ?? at;
  return {
    id,
    eventDate: secondsOf(at),
    status: STATUS[state],
    ...(sequence === null ? {} : { sequence: `${sequence}` }),
    providerData: JSON.stringify(data),
    notifiedData,
    eventElementInstances: [
      {
        eventId: id,
        elementInstanceId: Number(instance),
        notifiedData,
        createdDate: secondsOf(at),
        updatedDate: secondsOf(updatedAt),
      },
    ],
  };
}
