/** Photos that become one post: each uploaded out of sight, then shown together. */
import type { Claimed } from "../../core/delivery.ts";
import type { Attempt } from "../../core/destination.ts";
import type { Outcome } from "../../core/outcome.ts";
import { formerAttempt } from "./former-attempt.ts";
import { heldBefore } from "./held-before.ts";
import { type Note, parseNote, writeNote } from "./note.ts";
import type { PageDeps } from "./page-deps.ts";
import { uploadPhoto } from "./photo-upload.ts";
import { budgetKey, publish } from "./publish.ts";
import { writeRemote } from "./remote-id.ts";
import { albumMessage, type Words, wordsFor } from "./words.ts";

/** Facebook takes an upload that is not shown away after about a day. */
const UPLOAD_LASTS_MS = 20 * 60 * 60_000;
/** Uploads at a time within a group. */
const WIDTH = 3;

interface Member {
  claimed: Claimed;
  photoId: string;
  uploadedAt: number;
  words: Words;
  /** Facebook refused it as posted already, and it is not to be found. */
  doubted: boolean;
}

/** One attempt; says for each of the group, by delivery id, how it ended. */
export async function deliverPhotos(
  deps: PageDeps,
  token: string,
  group: readonly Claimed[],
  attempt: Attempt,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const prepared = new Map<string, Member>();
  const waiting = [...group];
  const worker = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const member = await prepare(deps, token, one, attempt);
      if ("outcome" in member) outcomes.set(one.delivery.id, member.outcome);
      else prepared.set(one.delivery.id, member);
    }
  };
  await Promise.all(Array.from({ length: Math.min(WIDTH, group.length) }, worker));
  const members = group.flatMap((one) => prepared.get(one.delivery.id) ?? []);
  if (members.length === 0) return outcomes;

  // Not all of them came through in time: those that did are kept for the next turn, so that the post is one.
  const isCut = [...outcomes.values()].some(({ kind }) => kind === "returned");
  if (isCut) {
    await attempt.note(new Map(members.map((member) => [member.claimed.delivery.id, uploadedNote(member)])));
    for (const { claimed } of members) outcomes.set(claimed.delivery.id, { kind: "returned" });
    return outcomes;
  }
  for (const [id, outcome] of await show(deps, token, members, attempt)) outcomes.set(id, outcome);
  return outcomes;
}

const uploadedNote = ({ claimed, photoId, uploadedAt }: Member): string =>
  writeNote({ stage: "uploaded", rev: claimed.delivery.rev, photoId, at: uploadedAt });

/** Looks for what an earlier attempt did, then uploads what is not at Facebook yet. */
async function prepare(
  deps: PageDeps,
  token: string,
  claimed: Claimed,
  attempt: Attempt,
): Promise<Member | { outcome: Outcome }> {
  const { delivery } = claimed;
  const note = parseNote(claimed.note);
  const former = await formerAttempt(deps, token, claimed, note, attempt);
  if (former !== null) return { outcome: former };
  // Refused as posted and yet nowhere: the bytes are sent anew, under another id.
  const doubted = note?.stage === "posting" && note.doubted;
  const usable = doubted ? null : usablePhoto(note, claimed, deps.now());
  const worded = await wordsFor(deps, delivery);
  if (worded.kind === "ended") return { outcome: worded.outcome };
  const member = { claimed, words: worded.words, doubted };
  if (usable !== null) return { ...member, ...usable };
  const uploaded = await uploadPhoto(deps, token, delivery, worded.words.alt, attempt);
  if (uploaded.kind === "ended") return { outcome: uploaded.outcome };
  return { ...member, photoId: uploaded.photoId, uploadedAt: deps.now() };
}

/** The photo of this revision that lies at Facebook, while it does. */
function usablePhoto(note: Note | null, { delivery }: Claimed, now: number) {
  if (note?.stage !== "uploaded" && note?.stage !== "posting") return null;
  const uploadedAt = note.stage === "posting" ? (note.uploadedAt ?? note.at) : note.at;
  const { photoId } = note;
  const isUsable = photoId !== null && note.rev === delivery.rev && now < uploadedAt + UPLOAD_LASTS_MS;
  return isUsable ? { photoId, uploadedAt } : null;
}

/** The post. When Facebook refuses it for good, each photo gets one of its own: one bad photo must not take all along. */
async function show(
  deps: PageDeps,
  token: string,
  members: readonly Member[],
  attempt: Attempt,
): Promise<Map<string, Outcome>> {
  const all = (outcome: Outcome) => new Map(members.map(({ claimed }) => [claimed.delivery.id, outcome]));
  const [first] = members;
  if (first === undefined) return new Map();
  const at = deps.now();
  const { delivery } = first.claimed;
  const text = albumMessage(
    members.map(({ words }) => words),
    delivery.path.slice(0, delivery.path.lastIndexOf("/")),
  );
  const notes = new Map(
    members.map(({ claimed, photoId, uploadedAt }) => {
      const { rev, id } = claimed.delivery;
      const posting = { stage: "posting", rev, photoId, text: text ?? "", files: members.length } as const;
      return [id, { ...posting, doubted: false, at, uploadedAt }];
    }),
  );
  const published = await publish(
    deps,
    token,
    {
      key: budgetKey(delivery),
      held: heldBefore(delivery),
      post: { ...(text === null ? {} : { message: text }), attachedMedia: members.map(({ photoId }) => photoId) },
      notes,
    },
    attempt,
  );
  if (published.kind === "posted") {
    const { postId, pauseUntil } = published;
    return new Map(
      members.map(({ claimed, photoId }) => {
        const remoteId = writeRemote({ postId, mediaId: photoId, files: members.length });
        const pause = pauseUntil === null ? {} : { pauseUntil };
        return [claimed.delivery.id, { kind: "delivered", remoteId, wrote: true, ...pause }];
      }),
    );
  }
  if (published.kind === "alreadyThere") {
    if (members.some(({ doubted }) => doubted)) {
      return all({ kind: "untellable", message: "Facebook says that it is posted already, and it is not to be found" });
    }
    await attempt.note(new Map([...notes].map(([id, note]) => [id, writeNote({ ...note, doubted: true })])));
    return all(published.outcome);
  }
  const { outcome } = published;
  if (outcome.kind === "rejected" && members.length > 1) {
    const outcomes = new Map<string, Outcome>();
    for (const member of members) {
      for (const [id, one] of await show(deps, token, [member], attempt)) outcomes.set(id, one);
    }
    return outcomes;
  }
  if (published.refused === "media") {
    // Which of them, is not said. Looked for all the same: this answer is also seen of posts that are live.
    await attempt.note(new Map([...notes].map(([id, note]) => [id, writeNote({ ...note, uploadedAt: 0 })])));
    return all(outcome);
  }
  // Whatever was not asked for stays uploaded: the next turn need not send the bytes again.
  if (outcome.kind === "returned" || outcome.kind === "retryAt") {
    await attempt.note(new Map(members.map((member) => [member.claimed.delivery.id, uploadedNote(member)])));
  }
  return all(outcome);
}
