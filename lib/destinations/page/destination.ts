/** Destination `page`: a Facebook Page. What each file becomes, what belongs together, and the token renewed once. */
import type { Credential, TokenResult } from "../../core/credential.ts";
import type { Claimed } from "../../core/delivery.ts";
import type { Attempt, Destination } from "../../core/destination.ts";
import type { Outcome } from "../../core/outcome.ts";
import { removeFormer, updateText } from "./edit-post.ts";
import { formerAttempt } from "./former-attempt.ts";
import { linkToRemote, remoteOfGiven } from "./given-post.ts";
import { deliverGone } from "./gone-post.ts";
import { type Kind, kindOf as kindFor } from "./kind.ts";
import { parseNote } from "./note.ts";
import type { PageDeps } from "./page-deps.ts";
import { deliverPhotos } from "./photo-post.ts";
import { groupPhotos } from "./post-window.ts";
import { deliverReel } from "./reel-post.ts";
import { isSamePost } from "./remote-id.ts";
import { afterRemoval, showAgain } from "./returned-file.ts";
import { showPost } from "./shows.ts";
import { deliverText } from "./text-post.ts";
import { deliverVideo } from "./video-post.ts";

/** Photos of one drop may be listed in several goes; so far apart (ms) they still belong together. */
const SAME_DROP_MS = 60_000;

export function createPageDestination(deps: PageDeps & { credential: Credential }): Destination {
  const { credential, settings, now } = deps;

  const kindOf = (one: Claimed): Kind => kindFor(one, settings);

  /** Photos in groups, everything else by itself, in the order in which they were claimed. */
  function groups(claimed: readonly Claimed[]): readonly (readonly Claimed[])[] {
    const byId = new Map(claimed.map((one) => [one.delivery.id, one]));
    const photos = claimed.flatMap((one, order) => {
      const { id, path, seenAt } = one.delivery;
      return kindOf(one).kind === "photo" ? [{ id, folder: path.slice(0, path.lastIndexOf("/")), seenAt, order }] : [];
    });
    const window = {
      enabled: true,
      windowMs: Math.max(settings.albumWindowMs, SAME_DROP_MS),
      maxPerPost: settings.albumMax,
    };
    const { ready } = groupPhotos(photos, window, Number.POSITIVE_INFINITY);
    const grouped = ready.map(({ ids }) => ids.flatMap((id) => byId.get(id) ?? []));
    const rest = claimed.filter((one) => kindOf(one).kind !== "photo").map((one) => [one]);
    const place = new Map(claimed.map((one, order) => [one.delivery.id, order]));
    const placeOf = (group: readonly Claimed[]) => place.get(group[0]?.delivery.id ?? "") ?? 0;
    return [...grouped, ...rest].sort((one, other) => placeOf(one) - placeOf(other));
  }

  async function attemptWith(
    token: string,
    group: readonly Claimed[],
    attempt: Attempt,
  ): Promise<Map<string, Outcome>> {
    const [one] = group;
    if (one === undefined) return new Map();
    const only = (outcome: Outcome) => new Map([[one.delivery.id, outcome]]);
    /** What is left out has no post of its own, but an earlier revision may have one: without its note nobody would look. */
    const leftOut = async (outcome: Outcome) =>
      only((await formerAttempt(deps, token, one, parseNote(one.note), attempt)) ?? outcome);
    const kind = kindOf(one);
    switch (kind.kind) {
      case "unfit":
        return leftOut({ kind: "rejected", message: kind.reason });
      case "photo":
        return deliverPhotos(deps, token, group, attempt);
      case "video":
        return settings.videoAs === "skip"
          ? leftOut({ kind: "skipped", reason: "videos are not published here" })
          : only(await deliverVideo(deps, token, one, attempt));
      case "reel":
        return only(await deliverReel(deps, token, one, attempt));
      case "text":
        return only(await deliverText(deps, token, one, attempt));
      case "edit": {
        const { before } = one;
        if (before === null || settings.onEdit === "keep") {
          return only({ kind: "skipped", reason: "posted before; an edit keeps the post as it is" });
        }
        return only(await updateText(deps, token, { ...one, before }, attempt));
      }
      case "gone":
        return only(await deliverGone(deps, token, one, attempt));
      case "same":
        return only({ kind: "skipped", reason: "its post is there, of this very revision" });
      case "hidden": {
        const { before } = one;
        if (before === null) return only({ kind: "returned" });
        return only(await showAgain(deps, token, { ...one, before }, attempt));
      }
      case "doubtful": {
        const removed = await afterRemoval(deps, token, one);
        return removed === null ? attemptWith(token, [{ ...one, note: null }], attempt) : only(removed);
      }
    }
  }

  /** A group that has to wait for others to join it. */
  function notYet(group: readonly Claimed[]): Outcome | null {
    const [one] = group;
    if (one === undefined || settings.albumWindowMs === 0 || kindOf(one).kind !== "photo") return null;
    if (group.length >= settings.albumMax || group.some(({ note }) => note !== null)) return null;
    const readyAt = one.delivery.seenAt + settings.albumWindowMs;
    return readyAt > now() ? { kind: "notYet", at: readyAt, reason: "waits for photos that arrive with it" } : null;
  }

  /** The former post goes once the new one is known to be there, also when that is found to be of an older revision. */
  async function replaced(token: string, { before }: Claimed, outcome: Outcome): Promise<Outcome> {
    if (before === null || (outcome.kind !== "delivered" && outcome.kind !== "foundFormer")) return outcome;
    if (isSamePost(before.remoteId, outcome.remoteId)) return outcome;
    const left = await removeFormer(deps, token, before.remoteId);
    return left ?? (outcome.kind === "delivered" ? { ...outcome, kind: "updated" } : outcome);
  }

  async function deliverGroup(token: string, group: readonly Claimed[], attempt: Attempt): Promise<Outcome[]> {
    const outcomes = await attemptWith(token, group, attempt);
    return Promise.all(group.map((one) => replaced(token, one, outcomes.get(one.delivery.id) ?? { kind: "returned" })));
  }

  /** From 95 % of the allowance on nothing is asked, whichever answer told so: the hold is for everybody. */
  function stopped(): Outcome | null {
    const at = deps.client.stoppedUntil();
    const message = "Facebook says that the allowance of calls is nearly used up";
    return at > now() ? { kind: "retryAt", at, cause: "rateLimited", hold: true, message } : null;
  }
  const orStopped = (outcome: Outcome): Outcome => (outcome.kind === "returned" ? (stopped() ?? outcome) : outcome);

  return {
    credential: credential.fingerprint,
    followsDeletions: true,
    groups,
    shows: (one) => showPost(deps, one),
    linkTo: linkToRemote,
    remoteOf: (given, note) => remoteOfGiven(given, note, settings.pageId),
    async deliver(group, given) {
      const wait = notYet(group) ?? stopped();
      if (wait !== null) return group.map(() => wait);
      const attempt: Attempt = { ...given, mayGoOn: () => given.mayGoOn() && stopped() === null };
      const token = await credential.current();
      if (token.kind !== "token") return group.map(() => withoutToken(token));
      const outcomes = await deliverGroup(token.value, group, attempt);
      if (!outcomes.some(({ kind }) => kind === "unauthorized")) return outcomes.map(orStopped);
      const renewed = await credential.renew(token.value);
      if (renewed.kind !== "token")
        return outcomes.map((one) => (one.kind === "unauthorized" ? withoutToken(renewed) : one));
      // Refused means that nothing was done: those alone are tried again.
      const again = group.filter((_, n) => outcomes[n]?.kind === "unauthorized");
      const second = await deliverGroup(renewed.value, again, attempt);
      return group.map((one, n) => second[again.indexOf(one)] ?? outcomes[n] ?? { kind: "returned" });
    },
  };
}

const withoutToken = (failure: Exclude<TokenResult, { kind: "token" }>): Outcome =>
  failure.kind === "refused"
    ? { kind: "unauthorized", message: failure.message }
    : { kind: "retryAt", at: failure.at ?? null, cause: "unavailable", hold: true, message: failure.message };
