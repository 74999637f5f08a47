/**
 * The Page's own token out of the one that was configured: a Page token as it is, or that of a person or system user who
 * may post there. Publishing with the latter is refused, or counted against an allowance that is not the Page's.
 */
import { classify } from "./classify.ts";
import type { GraphFailure } from "./graph-answer.ts";
import type { GraphClient } from "./graph-client.ts";

/** As a renewal of a credential: Page tokens have no end of their own and bring no other token. */
export type PageToken =
  | { kind: "renewed"; accessToken: string; refreshToken: null; expiresInSeconds: null }
  | { kind: "refused"; message: string }
  /** `at` (ms): not to be asked again before. */
  | { kind: "unavailable"; message: string; at?: number };

const NO_TOKEN =
  "Facebook gives this token no access to the Page: check FACEBOOK_PAGE_ID, give the person or system user of FACEBOOK_API_KEY the content task on the Page (Business settings → Pages), and make the token again";

/** Two requests at most, and none that changes anything. */
export async function derivePageToken(
  deps: { client: Pick<GraphClient, "pageToken" | "me">; pageId: string; now: () => number },
  given: string,
): Promise<PageToken> {
  const { client, pageId, now } = deps;
  const page = await client.pageToken(given, pageId);
  if (page.ok && page.data.accessToken !== null) return renewed(page.data.accessToken);
  const refusal = page.ok ? ({ kind: "refused", message: NO_TOKEN } as const) : endingOf(page, now());
  if (refusal.kind === "unavailable" || (!page.ok && page.code === 190)) return refusal;
  // A Page's token may be kept from reading tokens, its own included.
  const owner = await client.me(given);
  if (owner.ok) return owner.data.id === pageId ? renewed(given) : refusal;
  const ending = endingOf(owner, now());
  return ending.kind === "unavailable" ? ending : refusal;
}

const renewed = (accessToken: string): PageToken => ({
  kind: "renewed",
  accessToken,
  refreshToken: null,
  expiresInSeconds: null,
});

/** Whether a person must act. A refused parameter can only be the Page's id here. */
function endingOf(failure: GraphFailure, now: number): Extract<PageToken, { message: string }> {
  const { verdict, outcome } = classify(failure, "read", now);
  const message = "message" in outcome ? outcome.message : failure.message;
  if (failure.code === 100 && outcome.kind !== "unauthorized")
    return { kind: "refused", message: `${NO_TOKEN}. ${failure.message}` };
  if (outcome.kind === "unauthorized" || verdict === "gone") return { kind: "refused", message };
  // Told to stay away, from all that this credential does.
  const wait = outcome.kind === "retryAt" && outcome.hold && outcome.at !== null ? { at: outcome.at } : {};
  return { kind: "unavailable", message, ...wait };
}
