/** The routes of an instance's events: the history, fetching them in order, and having them sent again. */
import { EXAMPLES } from "./examples.ts";
import { idOf } from "./find-instance.ts";
import { fetchEvents, listEvents, readEvent } from "./past-events.ts";
import { replayMany, replayOne } from "./replay-events.ts";
import { bodyless, type Route, route } from "./route.ts";
import * as schemas from "./schemas.ts";

const { noQuery } = schemas;

/** `base`: of the instance, with its id in the path or without. */
export function eventRoutes(base: string): Route[] {
  const audience = "instance" as const;
  return [
    bodyless({
      method: "GET",
      path: `${base}/events`,
      summary: "Events: what is under way, then newest first; with after, in order behind that sequence",
      audience,
      query: schemas.eventsQuery,
      answer: schemas.eventsAnswer,
      example: { answer: [EXAMPLES.event] },
      run: ({ params, query: { pageSize, nextPage = null, after }, caller }, deps) => {
        const id = idOf(caller, params.id);
        if (after !== undefined) return fetchEvents(id, { pageSize, after: Number(after) }, caller, deps);
        return listEvents(id, { pageSize, nextPage }, caller, deps);
      },
    }),
    bodyless({
      method: "GET",
      path: `${base}/events/{eventId}`,
      summary: "One event with its attempts, by its id or its message's; kept for seven days",
      audience,
      query: noQuery,
      answer: schemas.eventAnswer,
      example: { answer: EXAMPLES.event },
      run: ({ params, caller }, deps) => readEvent(idOf(caller, params.id), params.eventId ?? "", caller, deps),
    }),
    bodyless({
      method: "POST",
      path: `${base}/events/{eventId}/replay`,
      summary: "Send one event again, under its id",
      audience,
      query: noQuery,
      answer: schemas.replayOneAnswer,
      example: { answer: { eventId: EXAMPLES.event.id, replayed: true } },
      run: ({ params, caller }, deps) => replayOne(idOf(caller, params.id), params.eventId ?? "", caller, deps),
    }),
    route({
      method: "POST",
      path: `${base}/events/replay`,
      summary: "Send again what was given up, all that a filter means: one step, or with preview what it would do",
      audience,
      query: noQuery,
      body: schemas.replaySchema,
      answer: schemas.replayAnswer,
      example: {
        body: { filter: { reason: "answered 500" }, preview: false },
        answer: { looked: 12, meant: 12, replayed: 12, after: null },
      },
      run: ({ params, body, caller }, deps) => replayMany(idOf(caller, params.id), body, caller, deps),
    }),
  ];
}
