/** The HTTP interface of QStash, as far as the relay and its operators use it. */

import type { Dispatcher } from "./dispatcher.ts";
import type { Lanes } from "./lanes.ts";
import { deadLetterView, messageView } from "./message.ts";
import type { MessageActions } from "./message-actions.ts";
import type { PublishOrder } from "./publish-headers.ts";
import type { Published } from "./publisher.ts";
import { Refusal, StorageGone } from "./refusal.ts";
import { type Schedules, scheduleView } from "./schedules.ts";

/** A request after the bearer check; `target` is the raw one, since a destination must not be normalised. */
export interface Call {
  method: string;
  target: string;
  headers: Headers;
  body: Buffer;
  callerIp: string;
}

export interface RoutesOptions {
  order(url: string, headers: Headers, body: Buffer, callerIp: string): PublishOrder;
  publish(order: PublishOrder): Promise<Published>;
  dispatcher: Dispatcher;
  lanes: Lanes;
  schedules: Schedules;
  actions: MessageActions;
  keys: { current: string; next: string };
}

type Route = [
  method: string,
  path: RegExp,
  answer: (id: string, call: Call, query: URLSearchParams) => Promise<Response>,
];

/** Throws a Refusal for what it does not know (404) or does not accept. */
export function createRoutes(options: RoutesOptions): (call: Call) => Promise<Response> {
  const routes = [...publishRoutes(options), ...messageRoutes(options), ...scheduleRoutes(options)];
  return async (call) => {
    const [path = "", search = ""] = splitOnce(call.target, "?");
    for (const [method, pattern, answer] of routes) {
      // Only destinations may contain a question mark; the others are matched without their query.
      const subject = /^\/v2\/(publish|schedules)\/https?:/.test(call.target) ? call.target : path;
      const match = pattern.exec(subject);
      if (match !== null && method.split("|").includes(call.method)) {
        return answer(match[1] ?? "", call, new URLSearchParams(search));
      }
    }
    throw new Refusal(404, `${call.method} ${path} is not part of the local queue`);
  };
}

function publishRoutes({ order, publish, keys }: RoutesOptions): Route[] {
  async function publishEntry(entry: unknown, callerIp: string): Promise<Published | { error: string }> {
    try {
      const { destination, headers, body } = checkEntry(entry);
      return await publish(order(destination, headers, body, callerIp));
    } catch (error) {
      if (error instanceof Refusal && !(error instanceof StorageGone)) return { error: error.message };
      throw error;
    }
  }

  return [
    [
      "POST",
      /^\/v2\/publish\/(.*)$/s,
      async (url, { headers, body, callerIp }) => {
        const published = await publish(order(url, headers, body, callerIp));
        return Response.json(published, { status: published.deduplicated ? 202 : 200 });
      },
    ],
    [
      "POST",
      /^\/v2\/batch$/,
      async (_, { body, callerIp }) => {
        const entries = readJson(body);
        if (!Array.isArray(entries)) throw new Refusal(400, "batch must be an array");
        return Response.json(await Promise.all(entries.map((entry) => publishEntry(entry, callerIp))));
      },
    ],
    ["GET", /^\/v2\/keys$/, async () => Response.json(keys)],
  ];
}

function messageRoutes({ dispatcher, lanes, actions }: RoutesOptions): Route[] {
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

function scheduleRoutes({ order, schedules }: RoutesOptions): Route[] {
  return [
    ["GET", /^\/v2\/schedules$/, async () => Response.json(schedules.all().map(scheduleView))],
    ["GET", /^\/v2\/schedules\/([^/]+)$/, async (id) => Response.json(scheduleView(schedules.get(id)))],
    [
      "DELETE",
      /^\/v2\/schedules\/([^/]+)$/,
      async (id) => {
        await schedules.delete(id);
        return Response.json({});
      },
    ],
    [
      "PATCH|POST",
      /^\/v2\/schedules\/([^/:]+)\/(?:pause|resume)$/,
      async (id, { target }) => {
        await schedules.pause(id, target.endsWith("/pause"));
        return Response.json({});
      },
    ],
    [
      "POST",
      /^\/v2\/schedules\/(.+)$/s,
      async (url, { headers, body, callerIp }) => {
        const cron = headers.get("upstash-cron") ?? "";
        const given = headers.get("upstash-schedule-id");
        const scheduleId = await schedules.create(cron, given, order(url, headers, body, callerIp));
        return Response.json({ scheduleId });
      },
    ],
  ];
}

function checkEntry(entry: unknown): { destination: string; headers: Headers; body: Buffer } {
  const { destination, headers, body } = (entry ?? {}) as Record<string, unknown>;
  if (typeof destination !== "string") throw new Refusal(400, "batch entry has no destination");
  try {
    const text = typeof body === "string" ? body : "";
    return { destination, headers: new Headers((headers ?? {}) as Record<string, string>), body: Buffer.from(text) };
  } catch {
    throw new Refusal(400, "batch entry has unreadable headers");
  }
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Refusal(400, "body is not JSON");
  }
}

function known<Found>(found: Found | null, id: string): Found {
  if (found === null) throw new Refusal(404, `${id} not found`);
  return found;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
