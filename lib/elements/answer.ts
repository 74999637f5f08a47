/** What a call is answered with, in the form of this interface: JSON always, an error with its request id and in words. */

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export const ok = (body: unknown, headers: Record<string, string> = {}): Answer => ({ status: 200, body, headers });

/** `providerMessage`: what Dropbox said, fit to be shown. */
export interface Refusal {
  status: 400 | 401 | 403 | 404 | 405 | 406 | 409 | 413 | 415 | 429 | 500 | 502;
  message: string;
  providerMessage?: string;
  headers?: Record<string, string>;
}

/** Ends a call from within; anything else that is thrown is a fault of ours and says nothing to the caller. */
export class Refused extends Error {
  readonly code = "call_refused";
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
    this.name = "Refused";
  }
}

export function refuse(
  status: Refusal["status"],
  message: string,
  more: Omit<Refusal, "status" | "message"> = {},
): never {
  throw new Refused({ status, message, ...more });
}

export function responseOf(answer: Answer, requestId: string): Response {
  return new Response(JSON.stringify(answer.body), {
    status: answer.status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "elements-request-id": requestId,
      ...answer.headers,
    },
  });
}

export const errorAnswer = (
  { status, message, providerMessage, headers = {} }: Refusal,
  requestId: string,
): Answer => ({
  status,
  body: { requestId, message, ...(providerMessage === undefined ? {} : { providerMessage }) },
  headers: { "elements-error": "true", ...headers },
});
