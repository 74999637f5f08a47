/** What is under way, what has failed, what has happened, and the flow-control keys. */

import type { Dispatcher } from "./dispatcher.ts";
import type { Lanes } from "./lanes.ts";
import { deadLetterView, messageView } from "./message.ts";
import type { MessageActions } from "./message-actions.ts";
import { Refusal } from "./refusal.ts";
import type { Route } from "./routes.ts";

export interface MessageRoutesOptions {
  dispatcher: Dispatcher;
  lanes: Lanes;
  actions: MessageActions;
}

export function messageRoutes({ dispatcher, lanes, actions }: MessageRoutesOptions): Route[] {
  return [
    ["GET", /^\/v2\/messages\/([^/]+)$/, async (id) => Response.json(messageView(known(dispatcher.get(id), id)))],
    [
      "DELETE",
      /^\/v2\/messages\/([^/]+)$/,
      async (id) => Response.json({ cancelled: await actions.cancel([known(dispatcher.get(id), id)]) }),
    ],
    [
      "DELETE",
      /^\/v2\/messages$/,
      async (_, _call, query) =>
        Response.json({ cancelled: await actions.cancel(actions.selectMessages(query).items) }),
    ],
    [
      "GET",
      /^\/v2\/(events|logs)$/,
      async (name, _call, query) => {
        const { items, cursor } = actions.selectEvents(query);
        return Response.json({ [name]: items, cursor });
      },
    ],
    [
      "GET",
      /^\/v2\/dlq$/,
      async (_, _call, query) => {
        const { items, cursor } = actions.selectDeadLetters(query);
        return Response.json({ messages: items.map(deadLetterView), cursor });
      },
    ],
    [
      "DELETE",
      /^\/v2\/dlq(?:\/([^/]+))?$/,
      async (id, _call, query) => {
        const { items } = actions.selectDeadLetters(id === "" ? query : new URLSearchParams({ dlqIds: id }));
        if (id !== "") known(items[0] ?? null, id);
        return Response.json({ deleted: await actions.deleteDeadLetters(items) });
      },
    ],
    [
      "POST",
      /^\/v2\/dlq\/retry$/,
      async (_, _call, query) => {
        const { items } = actions.selectDeadLetters(query);
        return Response.json({ responses: await actions.retryDeadLetters(items) });
      },
    ],
    ["GET", /^\/v2\/flowControl\/([^/]+)$/, async (key) => Response.json(known(lanes.info(key), key))],
    [
      "POST",
      /^\/v2\/flowControl\/([^/]+)\/(?:pause|resume)$/,
      async (key, { target }) => {
        lanes.pause(key, target.endsWith("/pause"));
        dispatcher.pump();
        return Response.json({});
      },
    ],
  ];
}

function known<Found>(found: Found | null, id: string): Found {
  if (found === null) throw new Refusal(404, `${id} not found`);
  return found;
}
