/**
 * Destination `callback`: each change as a signed event at a URL. At least once, with ids that stay the same: a receiver
 * that remembers the ids it has seen has each event exactly once, and per file in order.
 */
import type { Claimed } from "../../core/delivery.ts";
import type { Destination, SourceReader } from "../../core/destination.ts";
import {
  type EndpointState,
  type EndpointStore,
  givenUpOn,
  stateAfter,
  UNTROUBLED,
} from "../../core/endpoint-state.ts";
import type { EventLog, LoggedEvent, Sent } from "../../core/event-log.ts";
import type { Outcome } from "../../core/outcome.ts";
import { type Change, changeOf, writeTold } from "./change.ts";
import type { CallbackClient } from "./client.ts";
import { groupsOf } from "./groups.ts";
import { type CallbackInstance, type Format, messageOf } from "./message.ts";
import { readNote, writeNote } from "./note.ts";
import { showChange } from "./shows.ts";
import { type Signing, signedHeaders } from "./sign.ts";
import { outcomeOfFailure, verdictOf } from "./verdict.ts";

/** How often (ms) a paused or disabled endpoint is looked at again: its owner may have enabled it. */
const LOOKED_AT_AGAIN_MS = 3_600_000;
/** A file that is there after all is listed by then (ms), or asked for again. */
const LISTED_WITHIN_MS = 60_000;

export interface EndpointNotice {
  status: "paused" | "disabled";
  /** What the endpoint said, or that it said nothing. */
  message: string;
}

export interface CallbackDeps {
  /** Names the endpoint for holds: a fingerprint, never the address. */
  fingerprint: string;
  instance: CallbackInstance;
  format: Format;
  signing: Signing;
  client: CallbackClient;
  endpoint: EndpointStore;
  source: Pick<SourceReader, "isSelected">;
  /** Keeps what was told, with each attempt. */
  log: EventLog;
  /** `queue`: nothing is sent, events are kept in the log for whoever fetches them. */
  policy: "push" | "queue";
  /** What was sent could not be kept in the history. */
  notLogged: (cause: unknown) => void;
  /** Tells the owner, once a pause or end. */
  tell: (notice: EndpointNotice) => void;
  now: () => number;
  random: () => number;
}

type Body = ReturnType<typeof messageOf>;

export function createCallbackDestination(deps: CallbackDeps): Destination {
  const { instance, client, endpoint, signing, now } = deps;

  async function send(group: ReadonlyMap<Claimed, Change>, seen: EndpointState, body: Body): Promise<Outcome[]> {
    const startedAt = now();
    const answer = await client(body.body, {
      "content-type": body.contentType,
      ...signedHeaders(signing, { id: body.id, body: body.body, at: now() }),
    });
    const verdict = verdictOf(answer);
    // From what is known now: another body's answer may have come in between.
    const { before, after } = await endpoint.update(seen, (state) => stateAfter(state, verdict, now()));
    const status = givenUpOn(after)?.status ?? null;
    const at = { now: now(), random: deps.random() };
    const outcomes = [...group].map(([{ attempt }, change]) => {
      if (verdict === "accepted") return accepted(change);
      return status === null ? outcomeOfFailure(answer, attempt, at) : untilEnabled(status);
    });
    const words = verdict === "accepted" ? {} : { message: answer.message };
    if (status !== null && givenUpOn(before)?.status !== status) deps.tell({ status, message: answer.message });
    // What was answered counts, whether it could be written down or not: else it would be sent again.
    await log(group, body, (n) => ({
      ...{ at: startedAt, ms: at.now - startedAt, status: answer.status },
      ...{ outcome: outcomes[n]?.kind ?? "returned", ...words },
    })).catch(deps.notLogged);
    return outcomes;
  }

  /**
   * Null: tell it. The two halves of a move may be listed further apart than any grace, so the source is asked first; but
   * not for what went out before, which may have been heard.
   */
  async function whyNotGone({ delivery, note }: Claimed, { id }: Change): Promise<Outcome | null> {
    if (delivery.gone === undefined || (note !== null && readNote(note).eventId === id)) return null;
    const found = await deps.source.isSelected(delivery.id);
    if (found.kind === "later")
      return { kind: "notYet", at: found.at ?? now() + LISTED_WITHIN_MS, reason: found.message };
    if (found.kind === "gone" || !found.value) return null;
    return { kind: "notYet", at: now() + LISTED_WITHIN_MS, reason: "the file is there: its listing is to come" };
  }

  /** Before the outcome is settled: dying in between sends and logs the same once more. */
  const log = (group: ReadonlyMap<Claimed, Change>, body: Body, sent: (n: number) => Omit<Sent, "number">) =>
    deps.log.add(
      body.id,
      now(),
      [...group].map(([{ attempt }, change], n) => ({
        event: loggedOf(change),
        sent: { number: attempt, ...sent(n) },
      })),
    );

  const untilEnabled = (status: EndpointNotice["status"]): Outcome => ({
    kind: "retryAt",
    at: now() + LOOKED_AT_AGAIN_MS,
    cause: "givenUp",
    hold: true,
    message: `the endpoint is ${status} until its owner enables it`,
  });

  return {
    credential: deps.fingerprint,
    followsDeletions: true,
    groups: groupsOf,
    shows: async (one) => showChange(one, instance, deps.format),
    linkTo: () => null,
    remoteOf: () => null, // none is ever left to a person: it is sent again under the same id
    async deliver(group, attempt) {
      const outcomes = new Map<Claimed, Outcome>();
      const changes = new Map<Claimed, Change>();
      for (const one of group) {
        const change = changeOf(one);
        if ("skipped" in change) outcomes.set(one, { kind: "skipped", reason: change.skipped });
        else changes.set(one, change);
      }
      const all = () => group.map((one): Outcome => outcomes.get(one) ?? { kind: "returned" });
      if (changes.size === 0) return all();

      const isQueue = deps.policy === "queue";
      const state = isQueue ? UNTROUBLED : await endpoint.load();
      const status = givenUpOn(state)?.status ?? null;
      if (status !== null) {
        for (const one of changes.keys()) outcomes.set(one, untilEnabled(status));
        return all();
      }
      const asked = [...changes].map(async ([one, change]) => ({ one, outcome: await whyNotGone(one, change) }));
      for (const { one, outcome } of await Promise.all(asked)) {
        if (outcome === null) continue;
        outcomes.set(one, outcome);
        changes.delete(one);
      }
      if (changes.size === 0) return all();
      const body = messageOf([...changes.values()], instance, deps.format);
      const notes = new Map(
        [...changes].map(([{ delivery }, { id: eventId, after }], place) => [
          delivery.id,
          writeNote({ messageId: body.id, eventId, place, after }),
        ]),
      );
      if (!attempt.mayGoOn() || !(await attempt.note(notes)) || !attempt.mayGoOn()) return all();
      if (isQueue) await log(changes, body, () => ({ at: now(), ms: 0, status: null, outcome: "queued" }));
      const answered = isQueue ? [...changes.values()].map(accepted) : await send(changes, state, body);
      for (const [n, one] of [...changes.keys()].entries()) outcomes.set(one, answered[n] ?? { kind: "returned" });
      return all();
    },
  };
}

const loggedOf = ({ after, ...event }: Change): LoggedEvent => event;

const accepted = (change: Change): Outcome => ({
  kind: change.kind === "created" ? "delivered" : "updated",
  remoteId: writeTold(change),
  wrote: true,
});
