/**
 * Tells the operator of what needs a person, at OPERATOR_CALLBACK_URL. Derived at each sweep from what is stored, and noted
 * once the endpoint has taken it: a death in between sends the same event again, under the same id.
 */
import { type Instance, lists, outboxOf } from "../core/instance.ts";
import { type Due, eventsDue, operatorEvent, type Watched } from "../core/operator-event.ts";
import type { Answer } from "../destinations/callback/client.ts";
import type { ToldStore } from "../store/told-store.ts";
import { endpointName } from "./credential-names.ts";
import type { Services } from "./services.ts";
import { CALLBACK_TIMING } from "./timing.ts";

/** Of one part of a sweep; the next one sends the others. */
const EVENTS_MAX = 20;

export interface OperatorEvents {
  /** The environment's link. */
  own: Watched;
  store: ToldStore;
  /** One signed request with one event. */
  post(event: { id: string; body: string }): Promise<Answer>;
}

/** Where the troubles of a stored instance lie. */
export const watchedOf = (instance: Instance): Watched => ({
  id: instance.id,
  name: instance.name,
  refused: instance.status === "unauthorized" ? instance.trouble : null,
  listing: lists(instance) ? { from: instance.updatedAt, pollMs: (instance.pollSeconds ?? 0) * 1000 } : null,
  lanes: instance.destinations.map((one) => ({
    destination: one.id,
    outbox: outboxOf(instance.id, one),
    endpoint: one.kind === "callback" ? endpointName(instance, one.url) : null,
    credential: null,
  })),
});

/** Nothing without the setting. Never throws: what is not told now is told by the next sweep. */
export async function tellOperator(services: Services, watched: readonly Watched[], deadline: number): Promise<void> {
  const { operatorEvents, log } = services;
  if (operatorEvents === null || watched.length === 0) return;
  try {
    await tell(services, operatorEvents, watched, deadline);
  } catch (cause) {
    log.warn({ reason: cause instanceof Error ? cause.message : "unknown" }, "operator.untold");
  }
}

async function tell(
  { log, now }: Services,
  { store, post }: OperatorEvents,
  watched: readonly Watched[],
  deadline: number,
): Promise<void> {
  if (now() > deadline) return;
  const { seen, told } = await store.read(watched, now());
  const due = eventsDue(seen, told, now()).slice(0, EVENTS_MAX);
  const ofDead = due.flatMap(({ dead }) => (dead === null ? [] : [dead]));
  const counts = await store.counts(ofDead);
  const taken: Due[] = [];
  for (const [n, one] of due.entries()) {
    // What is kept free behind the deadline has room for one: else a backlog, of which every sweep is full, would mute it.
    if (n > 0 && now() + CALLBACK_TIMING.requestMs > deadline) break;
    const event = operatorEvent(one, one.dead === null ? 0 : (counts[ofDead.indexOf(one.dead)] ?? 0));
    const { status, message } = await post(event);
    const isTaken = status !== null && status >= 200 && status < 300;
    const line = { event: event.id, type: one.type, instance: one.instance.id };
    if (isTaken) {
      taken.push(one);
      log.info(line, "operator.told");
      continue;
    }
    log.warn({ ...line, message }, "operator.not_told");
    // Down or busy: so it is for the others. Refused with another status, it was for what this one holds.
    if (status === null || status === 429 || status >= 500) break;
  }
  if (taken.length > 0) await store.note(taken);
}
