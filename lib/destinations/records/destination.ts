/** Destination `records`: search before every write, then create or update, or nothing when the record is equal. */
import { createHash } from "node:crypto";
import type { Credential } from "../../core/credential.ts";
import type { Claimed, Delivery } from "../../core/delivery.ts";
import { type Destination, oneByOne, type SourceReader } from "../../core/destination.ts";
import type { Outcome } from "../../core/outcome.ts";
import { nothingSent, type Sent, sent } from "../../core/sent.ts";
import { classify } from "./classify.ts";
import type { RecordsClient } from "./client.ts";
import { type FacebookRecord, holdsAlready, JSON_MAX_BYTES, mapToRecord, readsContent } from "./record.ts";

type Prepared = { kind: "ready"; record: FacebookRecord } | { kind: "ended"; outcome: Outcome };
type Written = { kind: "ended"; outcome: Outcome } | { kind: "badRequest"; message: string };

export function createRecordsDestination(deps: {
  client: RecordsClient;
  credential: Credential;
  source: SourceReader;
  now: () => number;
}): Destination {
  const { client, credential, source, now } = deps;

  async function prepare(delivery: Pick<Delivery, "id" | "name" | "rev" | "size">): Promise<Prepared> {
    let content: Uint8Array | null = null;
    if (readsContent(delivery)) {
      const read = await source.content(delivery.rev, JSON_MAX_BYTES);
      if (read.kind === "gone")
        return { kind: "ended", outcome: { kind: "skipped", reason: "the file is no longer in Dropbox" } };
      if (read.kind === "later") {
        return {
          kind: "ended",
          outcome: { kind: "retryAt", at: read.at, cause: "unavailable", hold: false, message: read.message },
        };
      }
      content = read.value;
    }
    const mapping = mapToRecord(delivery, content);
    if (mapping.kind === "invalid") return { kind: "ended", outcome: { kind: "rejected", message: mapping.message } };
    return { kind: "ready", record: mapping.record };
  }

  async function shows({ delivery }: Claimed): Promise<Sent> {
    const prepared = await prepare(delivery);
    if (prepared.kind === "ready") return sent("A record", { payload: prepared.record });
    const { outcome } = prepared;
    return nothingSent("message" in outcome ? outcome.message : "reason" in outcome ? outcome.reason : outcome.kind);
  }

  async function write(
    token: string,
    record: FacebookRecord,
    delivery: Delivery,
    mayGoOn: () => boolean,
  ): Promise<Written> {
    if (!mayGoOn()) return { kind: "ended", outcome: { kind: "returned" } };
    const found = await client.search(token, record.id);
    if (!found.ok) return { kind: "ended", outcome: classify(found, "search", now()) };
    const verb = found.data === null ? "delivered" : "updated";
    if (found.data !== null && holdsAlready(found.data, record)) {
      return { kind: "ended", outcome: { kind: verb, remoteId: record.id, wrote: false } };
    }
    if (!mayGoOn()) return { kind: "ended", outcome: { kind: "returned" } };
    const key = idempotencyKey(delivery, record);
    const answer =
      found.data === null ? await client.create(token, record, key) : await client.update(token, record, key);
    if (answer.ok) return { kind: "ended", outcome: { kind: verb, remoteId: record.id, wrote: true } };
    if (answer.status === 400 || answer.status === 422) return { kind: "badRequest", message: answer.message };
    return { kind: "ended", outcome: classify(answer, "write", now()) };
  }

  /** One correction: the file as it is now, mapped again; a different payload is sent once more. */
  async function correct(
    claimed: Claimed,
    refused: FacebookRecord,
    token: string,
    message: string,
    mayGoOn: () => boolean,
  ): Promise<Outcome> {
    const { delivery } = claimed;
    if (!mayGoOn()) return { kind: "returned" };
    const current = await source.metadata(delivery.id);
    if (current.kind === "gone") return { kind: "skipped", reason: "the file is no longer in Dropbox" };
    if (current.kind === "later")
      return { kind: "retryAt", at: current.at, cause: "unavailable", hold: false, message: current.message };
    const again = await prepare({ id: delivery.id, ...current.value });
    if (again.kind === "ended") return again.outcome;
    if (JSON.stringify(again.record) === JSON.stringify(refused)) return { kind: "rejected", message };
    const written = await write(token, again.record, delivery, mayGoOn);
    return written.kind === "badRequest" ? { kind: "rejected", message: written.message } : written.outcome;
  }

  async function attempt(
    claimed: Claimed,
    record: FacebookRecord,
    token: string,
    mayGoOn: () => boolean,
  ): Promise<Outcome> {
    const written = await write(token, record, claimed.delivery, mayGoOn);
    return written.kind === "badRequest" ? correct(claimed, record, token, written.message, mayGoOn) : written.outcome;
  }

  async function deliverOne(claimed: Claimed, mayGoOn: () => boolean): Promise<Outcome> {
    const prepared = await prepare(claimed.delivery);
    if (prepared.kind === "ended") return prepared.outcome;
    const token = await credential.current();
    if (token.kind !== "token") return outcomeOf(token);
    const outcome = await attempt(claimed, prepared.record, token.value, mayGoOn);
    if (outcome.kind !== "unauthorized") return outcome;
    const renewed = await credential.renew(token.value);
    if (renewed.kind !== "token") return outcomeOf(renewed);
    return attempt(claimed, prepared.record, renewed.value, mayGoOn);
  }

  return {
    credential: credential.fingerprint,
    groups: oneByOne,
    shows,
    linkTo: () => null,
    remoteOf: () => null, // every record can be searched for
    deliver: (group, { mayGoOn }) => Promise.all(group.map((one) => deliverOne(one, mayGoOn))),
  };
}

const outcomeOf = (failure: { kind: "refused" | "unavailable"; message: string }): Outcome =>
  failure.kind === "refused"
    ? { kind: "unauthorized", message: failure.message }
    : { kind: "retryAt", at: null, cause: "unavailable", hold: true, message: failure.message };

/** The same file revision mapped to the same record always has the same key, over all attempts. */
const idempotencyKey = (delivery: Delivery, record: FacebookRecord): string =>
  createHash("sha256")
    .update(`${delivery.id}\n${delivery.rev}\n${JSON.stringify(record)}`)
    .digest("hex");
