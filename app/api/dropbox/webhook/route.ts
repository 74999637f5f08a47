/** Dropbox's side: the challenge by GET, notifications by POST. */
import type { Incoming } from "@/lib/core/incoming.ts";
import { type Acceptance, acceptNotification } from "@/lib/relay/accept-notification.ts";
import { getContext } from "@/lib/relay/context.ts";

/** Say yes to what was understood: Dropbox repeats everything else for ten minutes. */
const STATUS = {
  accepted: 200,
  wrongContent: 415,
  tooLarge: 413,
  badSignature: 403,
  unreadable: 400,
  notEnqueued: 503,
} as const satisfies Record<Acceptance["kind"], number>;

/** Far longer than any challenge seen. */
const CHALLENGE_MAX = 1024;
/** The challenge is chosen by the caller: as HTML it would be script on our origin. */
const PLAIN = {
  "content-type": "text/plain; charset=utf-8",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

export function GET(request: Pick<Request, "url">): Response {
  const challenge = new URL(request.url).searchParams.get("challenge");
  if (challenge === null || challenge === "" || challenge.length > CHALLENGE_MAX) {
    return new Response("a challenge is missing or too long\n", { status: 400, headers: PLAIN });
  }
  return new Response(challenge, { headers: PLAIN });
}

export async function POST(request: Incoming): Promise<Response> {
  const { appSecrets, enqueuer, now, log } = getContext();
  const result = await acceptNotification(request, { secrets: appSecrets, enqueuer, now, log });
  return new Response(null, { status: STATUS[result.kind] });
}
