/** The one step that others can see: a place in the budget, a note, then the post. */
import type { Delivery } from "../../core/delivery.ts";
import type { Attempt } from "../../core/destination.ts";
import type { Outcome } from "../../core/outcome.ts";
import { classify } from "./classify.ts";
import type { NewPost } from "./graph-fields.ts";
import { type Note, writeNote } from "./note.ts";
import type { PageDeps } from "./page-deps.ts";
import { usageRule } from "./usage.ts";

export type Published =
  | { kind: "posted"; postId: string; pauseUntil: number | null }
  /** Facebook says that it is there already; to be looked for. */
  | { kind: "alreadyThere"; outcome: Outcome }
  /** `refused`: why the same post again would not help: what it was to show is not there, or its link is not taken. */
  | { kind: "ended"; outcome: Outcome; refused: "media" | "link" | null };

export interface Publication {
  /** Names the post in the budget: an attempt that is repeated takes no second place. */
  key: string;
  post: NewPost;
  /** How often in a row it was told to wait. */
  held: number;
  /** By delivery id: what to look for should the answer be lost. */
  notes: ReadonlyMap<string, Note>;
}

export async function publish(
  deps: PageDeps,
  token: string,
  publication: Publication,
  attempt: Attempt,
): Promise<Published> {
  const { client, settings, now } = deps;
  const ended = (outcome: Outcome, refused: "media" | "link" | null = null): Published => {
    return { kind: "ended", outcome, refused };
  };
  const notYet = await beforeShowing(deps, publication.key, publication.notes, attempt);
  if (notYet !== null) return ended(notYet);
  const answer = await client.createPost(token, settings.pageId, publication.post);
  if (answer.ok) return { kind: "posted", postId: answer.data.id, pauseUntil: pauseAfter(answer.usage, now()) };
  const { verdict, outcome } = classify(answer, "publish", now(), publication.held);
  if (verdict === "alreadyThere") return { kind: "alreadyThere", outcome };
  const isGone = answer.code === 100 && answer.subcode === 33;
  return ended(outcome, isGone ? "media" : verdict === "withoutLink" ? "link" : null);
}

/** What has to be done before anything is shown: a place in the budget, and the notes. Null: done, go on. */
export async function beforeShowing(
  { budget, now }: PageDeps,
  key: string,
  notes: ReadonlyMap<string, Note>,
  attempt: Attempt,
): Promise<Outcome | null> {
  if (!attempt.mayGoOn()) return { kind: "returned" };
  const place = await budget.reserve(key, now());
  if (place.kind === "later") {
    const message = `the Page's budget of posts is used up until ${new Date(place.at).toISOString()}`;
    return { kind: "retryAt", at: place.at, cause: "rateLimited", hold: true, message };
  }
  const written = new Map([...notes].map(([id, note]) => [id, writeNote(note)]));
  if (!(await attempt.note(written)) || !attempt.mayGoOn()) return { kind: "returned" };
  return null;
}

/** Names a post in the budget: one for each time its file was seen, for a restored one may be posted again. */
export const budgetKey = ({ id, rev, seenAt }: Pick<Delivery, "id" | "rev" | "seenAt">): string =>
  `${id} ${rev} ${seenAt}`;

/** Until when (ms) nothing more is sent, as the usage headers ask; null: go on. */
export function pauseAfter(usage: Parameters<typeof usageRule>[0], now: number): number | null {
  const rule = usageRule(usage);
  if (rule.pace === "full") return null;
  return now + (rule.pace === "stop" ? rule.holdMs : SLOW_MS);
}

/** From three quarters of the allowance on, a pause after each post. */
const SLOW_MS = 60_000;
