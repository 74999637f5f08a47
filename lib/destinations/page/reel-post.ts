/**
 * A video as a reel. Whether it may be one (upright, 3 to 90 seconds, large enough) neither name nor size tell: Facebook
 * says so, and what it does not take as a reel becomes an ordinary video.
 */
import type { Claimed } from "../../core/delivery.ts";
import type { Attempt } from "../../core/destination.ts";
import type { Outcome } from "../../core/outcome.ts";
import { classify } from "./classify.ts";
import { formerAttempt, LOOK_AGAIN_MS } from "./former-attempt.ts";
import type { GraphFailure } from "./graph-answer.ts";
import { heldBefore } from "./held-before.ts";
import { type Note, parseNote, writeNote } from "./note.ts";
import type { PageDeps } from "./page-deps.ts";
import { pieceOf } from "./piece.ts";
import { beforeShowing, budgetKey } from "./publish.ts";
import type { Verdict } from "./verdict.ts";
import { deliverVideo } from "./video-post.ts";
import { wordsFor } from "./words.ts";

type Reeling = Note & { stage: "reeling" };
type Step = "done" | "unfit" | { outcome: Outcome };

/** No reel, and nothing of it is shown. */
const UNFIT: readonly Verdict[] = ["asVideo", "asLink", "convert"];

export async function deliverReel(deps: PageDeps, token: string, claimed: Claimed, attempt: Attempt): Promise<Outcome> {
  const { delivery } = claimed;
  const note = parseNote(claimed.note);
  const isOurs = note !== null && "rev" in note && note.rev === delivery.rev;
  const isOrdinary = note?.stage === "sending" || (note?.stage === "finishing" && note.sessionId !== null);
  if (isOurs && isOrdinary) return deliverVideo(deps, token, claimed, attempt);
  const asVideo = () => deliverVideo(deps, token, { ...claimed, note: null }, attempt);

  const former = await formerAttempt(deps, token, claimed, note, attempt);
  if (isOurs && note?.stage === "finishing" && former?.kind === "rejected") return asVideo();
  if (former !== null) return former;
  let reel = isOurs && note?.stage === "reeling" ? note : null;
  if (isOurs && note?.stage === "finishing") return shown(await finish(deps, token, claimed, note.videoId, attempt));
  if (reel === null) {
    if (!attempt.mayGoOn()) return { kind: "returned" };
    const started = await deps.client.startReel(token, deps.settings.pageId);
    if (!started.ok) return classify(started, "stage", deps.now(), heldBefore(delivery)).outcome;
    reel = { stage: "reeling", rev: delivery.rev, at: deps.now(), ...started.data };
    if (!(await attempt.note(new Map([[delivery.id, writeNote(reel)]])))) return { kind: "returned" };
  }
  const sent = await send(deps, token, claimed, reel, attempt);
  if (sent !== "done") return shown(sent);
  return shown(await finish(deps, token, claimed, reel.videoId, attempt));

  function shown(step: Step): Outcome | Promise<Outcome> {
    if (step === "unfit") return asVideo();
    // Facebook looks at it now, and may still find that it is none.
    return step === "done"
      ? { kind: "notYet", at: deps.now() + LOOK_AGAIN_MS, reason: "Facebook is preparing the reel" }
      : step.outcome;
  }
}

/** The bytes that are not there yet, or all of them by an address. */
async function send(
  deps: PageDeps,
  token: string,
  { delivery, note }: Claimed,
  reel: Reeling,
  attempt: Attempt,
): Promise<Step> {
  const { client, settings, source } = deps;
  if (!attempt.mayGoOn()) return { outcome: { kind: "returned" } };
  let offset = 0;
  if (note !== null) {
    const video = await client.video(token, reel.videoId);
    if (!video.ok) {
      const { verdict, outcome } = classify(video, "read", deps.now(), heldBefore(delivery));
      return verdict === "gone" ? "unfit" : { outcome };
    }
    if (video.data.error !== null) return "unfit";
    offset = Math.min(video.data.uploadedBytes ?? 0, delivery.size);
    if (offset === delivery.size) return "done";
  }
  if (settings.uploadBy === "url" && offset === 0) {
    const address = await source.address(delivery.rev);
    const fetched = address.kind === "read" ? await client.uploadReelByUrl(token, reel.uploadUrl, address.value) : null;
    if (fetched?.ok) return "done";
    const ending = fetched === null ? "bytes" : endOf(deps, fetched, "stage", delivery);
    if (ending !== "bytes") return ending;
  }
  if (!attempt.mayGoOn()) return { outcome: { kind: "returned" } };
  const piece = pieceOf(source, delivery.rev, offset, delivery.size);
  const rest = { size: piece.size, stream: piece.stream, offset, total: delivery.size };
  const answer = await client.uploadReel(token, reel.uploadUrl, rest);
  const unread = piece.failed();
  if (unread?.kind === "gone") return { outcome: { kind: "skipped", reason: "the file is no longer in Dropbox" } };
  if (unread !== null) {
    const { at, message } = unread;
    return { outcome: { kind: "retryAt", at, cause: "unavailable", hold: false, message } };
  }
  if (answer.ok) return "done";
  const ending = endOf(deps, answer, "stage", delivery);
  return ending === "bytes" ? "unfit" : ending;
}

async function finish(
  deps: PageDeps,
  token: string,
  { delivery }: Claimed,
  videoId: string,
  attempt: Attempt,
): Promise<Step> {
  const worded = await wordsFor(deps, delivery);
  if (worded.kind === "ended") return { outcome: worded.outcome };
  const note: Note = { stage: "finishing", rev: delivery.rev, videoId, sessionId: null, at: deps.now() };
  const notYet = await beforeShowing(deps, budgetKey(delivery), new Map([[delivery.id, note]]), attempt);
  if (notYet !== null) return { outcome: notYet };
  const { message } = worded.words;
  const video = { videoId, title: delivery.name, ...(message === null ? {} : { description: message }) };
  const answer = await deps.client.finishReel(token, deps.settings.pageId, video);
  if (answer.ok) return "done";
  const ending = endOf(deps, answer, "publish", delivery);
  return ending === "bytes" ? "unfit" : ending;
}

function endOf(
  deps: PageDeps,
  failure: GraphFailure,
  request: "stage" | "publish",
  delivery: Claimed["delivery"],
): "unfit" | "bytes" | { outcome: Outcome } {
  const { verdict, outcome } = classify(failure, request, deps.now(), heldBefore(delivery));
  if (verdict === "useBytes") return "bytes";
  return UNFIT.includes(verdict) ? "unfit" : { outcome };
}
