/** What a request is, in words for a trace. */
import { createHash } from "node:crypto";
import { BEGIN_SYNC } from "@/lib/store/scripts/begin-sync.ts";
import { COMMIT_LISTING } from "@/lib/store/scripts/commit-listing.ts";
import { NOTE } from "@/lib/store/scripts/note.ts";
import { PUT_ENDPOINT } from "@/lib/store/scripts/put-endpoint.ts";
import { PUT_INSTANCE } from "@/lib/store/scripts/put-instance.ts";
import { RELEASE_SYNC } from "@/lib/store/scripts/release-sync.ts";
import { REMOVE_INSTANCE } from "@/lib/store/scripts/remove-instance.ts";
import { RESERVE_POST } from "@/lib/store/scripts/reserve-post.ts";
import { SETTLE_AND_CLAIM } from "@/lib/store/scripts/settle-and-claim.ts";
import type { Arrived, ServiceName } from "./network.ts";

const SCRIPTS = new Map(
  Object.entries({
    begin: BEGIN_SYNC,
    commit: COMMIT_LISTING,
    release: RELEASE_SYNC,
    "settle and claim": SETTLE_AND_CLAIM,
    note: NOTE,
    "put endpoint": PUT_ENDPOINT,
    "put instance": PUT_INSTANCE,
    "remove instance": REMOVE_INSTANCE,
    "reserve post": RESERVE_POST,
  }).flatMap(([name, text]) => [
    [createHash("sha1").update(text).digest("hex"), name],
    [text, name],
  ]),
);

export function labelOf(service: ServiceName, request: Arrived): string {
  if (service === "redis") {
    const [name, script] = JSON.parse(`${request.body}`) as string[];
    return SCRIPTS.get(script ?? "") ?? `${name} ${script ?? ""}`;
  }
  const { pathname, search } = new URL(request.url);
  const what = typeof request.body === "string" && request.body.length < 200 ? ` ${request.body}` : "";
  return `${request.method} ${pathname.replace(/^\/(dropbox|facebook)/, "")}${search}${what}`.slice(0, 160);
}
