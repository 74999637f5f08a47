import { refusedForm, seeOther } from "@/app/session.ts";
import { filesHref } from "@/lib/dashboard/addresses.ts";
import { replayFilter, replayQuery } from "@/lib/dashboard/replay-view.ts";
import { formOf } from "@/lib/operator/login-page.ts";
import { getContext } from "@/lib/relay/context.ts";
import { findLink } from "@/lib/relay/find-link.ts";
import { replayDead } from "@/lib/relay/replay-dead.ts";

/** One step of a replay of many; the page it leads back to shows how far it is, and asks for the next step. */
export async function POST(request: Request): Promise<Response> {
  const refused = await refusedForm(request);
  if (refused !== null) return refused;
  const query = replayQuery(Object.fromEntries((await formOf(request)) ?? []));
  const context = getContext();
  const at = await findLink(context, query.link);
  if (at === null) return new Response(null, { status: 404 });
  const asked = {
    filter: replayFilter(query),
    preview: false,
    after: query.after === "" ? null : query.after,
    audit: { record: context.services.audit.record, who: { kind: "dashboard" } as const },
  };
  const step = await replayDead(context.services, at.link, asked);
  if (step === null) return new Response(null, { status: 400 });
  const replayed = query.replayed + step.replayed;
  if (step.after === null) return seeOther(filesHref({ state: "waiting", link: at.address }));
  const { path, reason } = query;
  const next = new URLSearchParams({ link: at.address, path, reason, after: step.after, replayed: `${replayed}` });
  return seeOther(`/files/replay?${next}`);
}
