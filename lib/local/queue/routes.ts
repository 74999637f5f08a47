/** Finds the route for a request. Destinations come in the path unencoded, so paths are matched as they were sent. */

import { Refusal } from "./refusal.ts";

/** A request after the bearer check; `target` is the raw one, since a destination must not be normalised. */
export interface Call {
  method: string;
  target: string;
  headers: Headers;
  body: Buffer;
  callerIp: string;
}

/** `id` is what the path's one group captured, "" when it has none. */
export type Route = [
  methods: string,
  path: RegExp,
  answer: (id: string, call: Call, query: URLSearchParams) => Promise<Response>,
];

/** Only a destination may contain a question mark; other paths are matched without their query. */
const WITH_DESTINATION = /^\/v2\/(publish|schedules)\/https?:/;

/** The returned function throws a Refusal (404) for what no route takes. */
export function createRoutes(routes: readonly Route[]): (call: Call) => Promise<Response> {
  return async (call) => {
    const [path, search] = splitOnce(call.target, "?");
    const subject = WITH_DESTINATION.test(call.target) ? call.target : path;
    for (const [methods, pattern, answer] of routes) {
      const match = pattern.exec(subject);
      if (match !== null && methods.split("|").includes(call.method)) {
        return answer(match[1] ?? "", call, new URLSearchParams(search));
      }
    }
    throw new Refusal(404, `${call.method} ${path} is not part of the local queue`);
  };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
