/** Named troubles of the Graph API, and the answer each gives. Other errors are asked for by `error`, in `fail`. */

import type { Fault } from "./faults.ts";
import { answer, errorAnswer, uploadRefusal } from "./graph-answers.ts";
import { graphErrorOf } from "./graph-errors.ts";

const HTML = "<!DOCTYPE html><html><body><h1>Sorry, something went wrong.</h1></body></html>";
const WRITES = "POST";

/** The first six have their effect and only then go wrong. */
export const graphTroubles = {
  publishedBut500: { route: WRITES, when: "after", status: 500, body: "" },
  publishedButUnknown: { route: WRITES, when: "after", error: "unknown" },
  publishedButDown: { route: WRITES, when: "after", error: "serviceDown" },
  publishedButHtml: { route: WRITES, when: "after", status: 502, form: "html" },
  publishedButLost: { route: WRITES, when: "after", answer: "lost" },
  publishedButHangs: { route: WRITES, when: "after", answer: "hang" },
  publishedButNoId: { route: WRITES, when: "after", status: 200, body: "{}" },
  errorWith200: { status: 200, error: "serviceDown" },
  errorWithoutCode: { status: 400, error: "invalidParameter", form: "noCode" },
  errorAsText: { status: 400, error: "invalidParameter", form: "text" },
  errorAtTop: { status: 400, error: "feedLimit", form: "top" },
  html: { status: 502, form: "html" },
  uploadHost: { status: 422, form: "debugInfo" },
  edgeThrottle: { status: 429, form: "html" },
  lost: { answer: "lost" },
  hangs: { answer: "hang" },
} as const satisfies Record<string, Fault>;
export type GraphTrouble = keyof typeof graphTroubles;
export const isGraphTrouble = (name: string): name is GraphTrouble => Object.hasOwn(graphTroubles, name);

/** `blockedFor` makes the header that tells how many minutes a throttle lasts. */
export function answerForGraphFault(fault: Fault, blockedFor: (minutes: number) => [string, string]): Response {
  const response = bodyFor(fault);
  if (fault.retryAfter !== undefined) response.headers.set("retry-after", String(fault.retryAfter));
  if (fault.regainMinutes !== undefined) response.headers.set(...blockedFor(fault.regainMinutes));
  return response;
}

function bodyFor(fault: Fault): Response {
  const error = graphErrorOf(fault.error ?? "unknown");
  const status = fault.status ?? error.status;
  if (fault.body !== undefined) return new Response(fault.body, { status });
  switch (fault.form) {
    case "html":
      return new Response(HTML, { status, headers: { "content-type": "text/html; charset=utf-8" } });
    case "debugInfo":
      return uploadRefusal("FileUrlProcessingError", "The file could not be fetched", false);
    case "noCode":
      return errorAnswer({ ...error, code: null }, { status });
    case "text":
      return answer({ error: error.message }, status);
    case "top":
      return answer({ code: error.code, message: error.message }, status);
    default:
      return errorAnswer(error, { status });
  }
}
