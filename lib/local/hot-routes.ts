/**
 * Answers Dropbox and the queue straight from node:http, by the same handlers, before Next's router sees the request: it
 * costs ten times what they do, and 30 MB once it is loaded. Everything else is Next's, other methods and other spellings
 * of a path included. Bodies are streamed and bounded by the handlers; a caller that goes half way ends the body with an error.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { GET as challenge, POST as notification } from "../../app/api/dropbox/webhook/route.ts";
import { POST as failure } from "../../app/api/relay/failure/route.ts";
import { POST as job } from "../../app/api/relay/route.ts";
import type { Incoming } from "../core/incoming.ts";

export type Route = (request: Incoming & Pick<Request, "url">) => Response | Promise<Response>;

/** All that use the context, so that one context serves them all. */
export const HOT_ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["GET /api/dropbox/webhook", challenge],
  ["POST /api/dropbox/webhook", notification],
  ["POST /api/relay", job],
  ["POST /api/relay/failure", failure],
]);

/** Which host was asked, or who says so, is none of the handlers' business. */
const NOBODY = "relay.invalid";

/** `routes` by method and path; `others` takes the rest. */
export function withHotRoutes(
  routes: ReadonlyMap<string, Route>,
  others: RequestListener,
  log: (line: object) => void,
): RequestListener {
  return (incoming, outgoing) => {
    const route = routes.get(`${incoming.method} ${pathOf(incoming.url ?? "")}`);
    if (route === undefined) return others(incoming, outgoing);
    answer(route, incoming, outgoing).catch((cause: unknown) => {
      log({ event: "route.failed", reason: cause instanceof Error ? cause.message : "unknown" });
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(500, { connection: "close" }).end();
    });
  };
}

function pathOf(target: string): string {
  const query = target.indexOf("?");
  return query < 0 ? target : target.slice(0, query);
}

async function answer(route: Route, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const url = `http://${NOBODY}${incoming.url}`;
  const response = await route({ url, headers: headersOf(incoming), body: piecesOf(incoming) });
  if (outgoing.destroyed) return; // the caller has gone
  // The handlers' answers are short: a body is sent whole.
  const body = response.body === null ? null : Buffer.from(await response.arrayBuffer());
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
  endTogether(outgoing, body);
}

let ended: [ServerResponse, Buffer | null][] = [];

/**
 * Answers that are ready in one turn of the event loop are written one after the other: spread among the work on other
 * requests, each write wakes the receiver anew, which costs as much as a third of an ack.
 */
function endTogether(outgoing: ServerResponse, body: Buffer | null): void {
  if (ended.push([outgoing, body]) > 1) return;
  setImmediate(() => {
    const all = ended;
    ended = [];
    for (const [each, its] of all) each.end(its);
  });
}

const CHANGES = ["readable", "end", "error", "close"];

/** What Node.js itself offers for this takes as long as the check of the signature. */
function piecesOf(incoming: IncomingMessage): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      let wake: () => void = () => undefined;
      const changed = () => wake();
      for (const event of CHANGES) incoming.on(event, changed);
      return {
        /** The rest is read past, so that the connection can serve again. */
        async return() {
          for (const event of CHANGES) incoming.off(event, changed);
          incoming.on("error", () => undefined).resume();
          return { done: true, value: undefined };
        },
        async next() {
          for (;;) {
            const value: Uint8Array | null = incoming.read();
            if (value !== null) return { done: false, value };
            if (incoming.readableEnded) return { done: true, value: undefined };
            if (incoming.destroyed) throw incoming.errored ?? new Error("the body was broken off");
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        },
      };
    },
  };
}

const headersOf = ({ headers }: IncomingMessage): Incoming["headers"] => ({
  get: (name) => headers[name.toLowerCase()]?.toString() ?? null,
});
