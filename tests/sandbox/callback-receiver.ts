/** An emulated receiver of callbacks: verifies every signature, remembers which events it has seen, and fails as told. */
import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { readBounded } from "@/lib/core/read-bounded.ts";
import type { Asked } from "./asked.ts";
import { eventsIn, type ReceivedEvent } from "./callback-events.ts";
import { type After, realAfter } from "./clock.ts";
import type { Fault } from "./faults.ts";
import { createGate } from "./gate.ts";

const BODY_MAX_BYTES = 256 * 1024;
/** As the libraries have it. */
const TOLERANCE_SECONDS = 300;

export interface ReceiverOptions {
  now: () => number;
  after?: After;
  seed?: number;
  /** The secret it verifies by. */
  secret: string;
  /** It verifies the older signature too. */
  signatureKey?: string;
}

export interface ReceivedBody {
  at: number;
  id: string;
  body: string;
  events: ReceivedEvent[];
}

/** Named troubles, for `fail`. */
export const receiverTroubles = {
  takenBut500: { status: 500, when: "after" },
  takenButLost: { answer: "lost", when: "after" },
  serverError: { status: 500 },
  gone: { status: 410 },
  redirects: { status: 302 },
  huge: { status: 500, body: "x".repeat(1024 * 1024) },
  hangs: { answer: "hang" },
  lost: { answer: "lost" },
} as const satisfies Record<string, Fault>;

export type CallbackReceiver = ReturnType<typeof createCallbackReceiver>;

export function createCallbackReceiver(options: ReceiverOptions) {
  const { now, signatureKey } = options;
  const gate = createGate({ ...options, after: options.after ?? realAfter }, answerForFault);
  let secret = options.secret;
  let isUp = true;
  let unsigned = 0;
  const bodies: ReceivedBody[] = [];
  const seen = new Map<string, ReceivedEvent & { at: number }>();

  function isSigned({ headers }: Asked, body: string): boolean {
    const id = headers.get("webhook-id") ?? "";
    const seconds = Number(headers.get("webhook-timestamp"));
    if (!(Math.abs(now() / 1000 - seconds) <= TOLERANCE_SECONDS)) return false;
    const hook = new Webhook(secret, secret.startsWith("whsec_") ? {} : { format: "raw" });
    const expected = hook.sign(id, new Date(seconds * 1000), body);
    if (!(headers.get("webhook-signature") ?? "").split(" ").includes(expected)) return false;
    if (signatureKey === undefined) return true;
    const older = `sha256=${createHmac("sha256", signatureKey).update(body).digest("base64")}`;
    return headers.get("elements-webhook-signature") === older && headers.get("elements-webhook-id") === id;
  }

  function take(request: Asked, body: string): Response {
    if (request.method !== "POST" || !isSigned(request, body)) {
      unsigned += 1;
      return new Response("not signed", { status: 401 });
    }
    const events = eventsIn(body);
    bodies.push({ at: now(), id: request.headers.get("webhook-id") ?? "", body, events });
    for (const event of events) if (!seen.has(event.id)) seen.set(event.id, { ...event, at: now() });
    return new Response(null, { status: 202 });
  }

  return {
    async handle(request: Asked): Promise<Response> {
      if (!isUp) throw new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } });
      const bytes = await readBounded(request.body, BODY_MAX_BYTES);
      if (bytes === null) return new Response(null, { status: 413 });
      return gate.pass(request, "POST /hooks", async () => take(request, Buffer.from(bytes).toString()));
    },
    /** Every body that was taken, repeats among them. */
    bodies: (): readonly ReceivedBody[] => bodies,
    /** Every event once, in the order in which it first came. */
    events: (): readonly (ReceivedEvent & { at: number })[] => [...seen.values()],
    eventsOf: (fileId: string) => [...seen.values()].filter((event) => event.fileId === fileId),
    /** How many requests failed the check of their signature. */
    unsigned: () => unsigned,
    knows(another: string): void {
      secret = another;
    },
    goDown(): void {
      isUp = false;
    },
    comeUp(): void {
      isUp = true;
    },
    faults: gate.faults,
    fail: gate.faults.add,
    requests: gate.requests,
    requestsIntoHold: gate.requestsIntoHold,
    log: gate.log,
  };
}

function answerForFault(fault: Fault): Response {
  const status = fault.status ?? 500;
  const headers: Record<string, string> = {
    ...(fault.retryAfter === undefined ? {} : { "retry-after": `${fault.retryAfter}` }),
    ...(status >= 300 && status < 400 ? { location: "http://169.254.169.254/" } : {}),
  };
  return new Response(fault.body ?? "refused on purpose", { status, headers });
}
