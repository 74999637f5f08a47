/**
 * A video goes up in the pieces Facebook asks for, over as many claims as it takes; the place reached is noted. Only the
 * last step shows it, and its id is known before.
 */
import type { Claimed } from "../../core/delivery.ts";
import type { Attempt } from "../../core/destination.ts";
import type { Outcome } from "../../core/outcome.ts";
import { classify } from "./classify.ts";
import { formerAttempt } from "./former-attempt.ts";
import { heldBefore } from "./held-before.ts";
import { type Note, parseNote, writeNote } from "./note.ts";
import type { PageDeps } from "./page-deps.ts";
import { pieceOf } from "./piece.ts";
import { beforeShowing, budgetKey, pauseAfter } from "./publish.ts";
import { writeRemote } from "./remote-id.ts";
import { wordsFor } from "./words.ts";

/** More than that goes through no request in the time it has. */
const PIECE_MAX_BYTES = 512 * 1024 * 1024;
/** Pieces between two notes: a piece sent twice costs its bytes, a note costs a request. */
const NOTE_EVERY = 4;

const LOST = "Facebook no longer knows the upload of the video";
const ANEW = { anew: true } as const;

type Sent = { done: Sending } | { outcome: Outcome } | typeof ANEW;
type Sending = Note & { stage: "sending" };
type Finishing = Note & { stage: "finishing"; sessionId: string };

export async function deliverVideo(
  deps: PageDeps,
  token: string,
  claimed: Claimed,
  attempt: Attempt,
): Promise<Outcome> {
  const { delivery } = claimed;
  const note = parseNote(claimed.note);
  const former = await formerAttempt(deps, token, claimed, note, attempt);
  if (former !== null) return former;
  if (note?.stage === "finishing" && note.rev === delivery.rev && note.sessionId !== null) {
    return finish(deps, token, claimed, { ...note, sessionId: note.sessionId }, attempt);
  }
  const sending = note?.stage === "sending" && note.rev === delivery.rev ? note : null;
  let sent = sending === null ? ANEW : await send(deps, token, claimed, sending, attempt);
  if ("anew" in sent) {
    const started = await start(deps, token, claimed, attempt);
    sent = "outcome" in started ? started : await send(deps, token, claimed, started, attempt);
  }
  // A new upload that is lost at once: not by our doing, and the same again would not help now.
  if ("anew" in sent) return { kind: "retryAt", at: null, cause: "unavailable", hold: false, message: LOST };
  if ("outcome" in sent) return sent.outcome;
  const { rev, videoId, sessionId } = sent.done;
  return finish(deps, token, claimed, { stage: "finishing", rev, videoId, sessionId, at: deps.now() }, attempt);
}

async function start(
  deps: PageDeps,
  token: string,
  { delivery }: Claimed,
  attempt: Attempt,
): Promise<Sending | { outcome: Outcome }> {
  if (!attempt.mayGoOn()) return { outcome: { kind: "returned" } };
  const started = await deps.client.startVideo(token, deps.settings.pageId, delivery.size);
  if (!started.ok) return { outcome: classify(started, "stage", deps.now(), heldBefore(delivery)).outcome };
  const sending: Sending = { stage: "sending", rev: delivery.rev, at: deps.now(), ...started.data };
  const isNoted = await attempt.note(new Map([[delivery.id, writeNote(sending)]]));
  return isNoted ? sending : { outcome: { kind: "returned" } };
}

async function send(
  deps: PageDeps,
  token: string,
  { delivery }: Claimed,
  from: Sending,
  attempt: Attempt,
): Promise<Sent> {
  let at = from;
  const noted = () => attempt.note(new Map([[delivery.id, writeNote(at)]]));
  for (let pieces = 1; at.start < at.end; pieces += 1) {
    if (!attempt.mayGoOn()) {
      await noted();
      return { outcome: { kind: "notYet", at: deps.now(), reason: `${at.start} of ${delivery.size} bytes are sent` } };
    }
    if (at.end - at.start > PIECE_MAX_BYTES) {
      const message = `Facebook asks for a piece of ${at.end - at.start} bytes, more than the limit of ${PIECE_MAX_BYTES}`;
      return { outcome: { kind: "rejected", message } };
    }
    const piece = pieceOf(deps.source, delivery.rev, at.start, at.end);
    const answer = await deps.client.transferVideo(token, deps.settings.pageId, {
      sessionId: at.sessionId,
      start: at.start,
      size: piece.size,
      stream: piece.stream,
    });
    const unread = piece.failed();
    if (unread?.kind === "gone") return { outcome: { kind: "skipped", reason: "the file is no longer in Dropbox" } };
    if (unread !== null) {
      await noted();
      const { at: again, message } = unread;
      return { outcome: { kind: "retryAt", at: again, cause: "unavailable", hold: false, message } };
    }
    // An upload that lost its place is told it by the error.
    if (!answer.ok && answer.offsets === null) {
      const { verdict, outcome } = classify(answer, "stage", deps.now(), heldBefore(delivery));
      if (verdict === "gone" || (verdict === "resume" && at.broken)) return ANEW;
      at = { ...at, broken: verdict === "resume" };
      await noted();
      return { outcome };
    }
    at = { ...at, broken: false, ...(answer.ok ? answer.data : answer.offsets) };
    if (pieces % NOTE_EVERY === 0 && !(await noted())) return { outcome: { kind: "returned" } };
  }
  return { done: at };
}

async function finish(
  deps: PageDeps,
  token: string,
  { delivery }: Claimed,
  note: Finishing,
  attempt: Attempt,
): Promise<Outcome> {
  const { client, settings, now } = deps;
  const worded = await wordsFor(deps, delivery);
  if (worded.kind === "ended") return worded.outcome;
  const notYet = await beforeShowing(deps, budgetKey(delivery), new Map([[delivery.id, note]]), attempt);
  if (notYet !== null) return notYet;
  const { message } = worded.words;
  const answer = await client.finishVideo(token, settings.pageId, {
    sessionId: note.sessionId,
    title: delivery.name,
    ...(message === null ? {} : { description: message }),
  });
  if (!answer.ok) return classify(answer, "publish", now(), heldBefore(delivery)).outcome;
  const pauseUntil = pauseAfter(answer.usage, now());
  const remoteId = writeRemote({ postId: note.videoId, mediaId: note.videoId, files: 1 });
  return { kind: "delivered", remoteId, wrote: true, ...(pauseUntil === null ? {} : { pauseUntil }) };
}
