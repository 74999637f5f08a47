import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { operatorOnly } from "@/app/session.ts";
import { filesHref } from "@/lib/dashboard/addresses.ts";
import { replayFilter, replayQuery, replayView } from "@/lib/dashboard/replay-view.ts";
import { findLink } from "@/lib/relay/find-link.ts";
import { replayDead } from "@/lib/relay/replay-dead.ts";

export const metadata: Metadata = { title: "Try again" };

/** Says what a replay would do before it does it. */
export default async function Replay({ searchParams }: PageProps<"/files/replay">) {
  const query = replayQuery(await searchParams);
  const context = await operatorOnly("/files/replay");
  const at = await findLink(context, query.link);
  if (at === null) notFound();
  const after = query.after === "" ? null : query.after;
  const asked = { filter: replayFilter(query), preview: true, after, audit: null };
  const step = await replayDead(context.services, at.link, asked);
  if (step === null) notFound();
  const view = replayView(query, step, at.address);
  return (
    <>
      <div>
        <p className="small">
          <a href={filesHref({ state: "dead", link: at.address })}>Failed files</a>
        </p>
        <h1>Try failed files again</h1>
      </div>
      <form className="filters" method="get" action="/files/replay">
        <input type="hidden" name="link" value={at.address} />
        <div className="wide">
          <label htmlFor="reason">Reason contains</label>
          <input id="reason" name="reason" type="search" defaultValue={query.reason} placeholder="answered 400" />
        </div>
        <div className="wide">
          <label htmlFor="path">Path fits the glob</label>
          <input id="path" name="path" defaultValue={query.path} placeholder="Photos/**/*.jpg" />
        </div>
        <button className="button" type="submit">
          See which
        </button>
      </form>
      <section className="headline" aria-label="In short">
        <p>{view.sentence}</p>
        {view.button === null ? null : (
          <form className="act" method="post" action="/files/replay/run">
            <input type="hidden" name="link" value={at.address} />
            <input type="hidden" name="reason" value={query.reason} />
            <input type="hidden" name="path" value={query.path} />
            <input type="hidden" name="after" value={query.after} />
            <input type="hidden" name="replayed" value={query.replayed} />
            <button className="button first" type="submit">
              {view.button}
            </button>
            <p>{view.does}</p>
          </form>
        )}
      </section>
      {view.examples.length === 0 ? null : (
        <section className="panel" aria-labelledby="examples">
          <h2 id="examples">Some of them</h2>
          <ul className="plain stack">
            {view.examples.map(({ id, name, href, reason }) => (
              <li key={id}>
                <a className="path" href={href}>
                  {name}
                </a>
                {reason === null ? null : <p className="quiet small path">{reason}</p>}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
