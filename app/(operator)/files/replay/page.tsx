import { notFound } from "next/navigation";
import { BulkList } from "@/app/parts/bulk-list.tsx";
import { LinkChoice } from "@/app/parts/link-choice.tsx";
import { Title } from "@/app/parts/title.tsx";
import { operatorOnly } from "@/app/session.ts";
import { filesHref } from "@/lib/dashboard/addresses.ts";
import { bulkQuery } from "@/lib/dashboard/bulk-form.ts";
import { bulkRows } from "@/lib/dashboard/bulk-rows.ts";
import { findLink } from "@/lib/relay/find-link.ts";
import { linkNames } from "@/lib/relay/link-names.ts";

/** Asks which failed files are to be tried again. Nothing is done before its plan was seen. */
export default async function Replay({ searchParams }: PageProps<"/files/replay">) {
  const query = bulkQuery(await searchParams);
  const context = await operatorOnly("/files/replay");
  const at = await findLink(context, query.link);
  if (at === null) notFound();
  const [names, bulks] = await Promise.all([linkNames(context, at.address), context.services.bulks.of(at.link.id)]);
  return (
    <>
      <Title of="Try several files again" />
      <div>
        <p className="small">
          <a href={filesHref({ state: query.state, link: at.address })}>Failed files</a>
        </p>
        <h1>Try several files again</h1>
        <p className="quiet">
          Each gets fresh attempts and is looked for before it is sent. First you see how many fit, what would be
          skipped, and how long it takes.
        </p>
      </div>
      <form className="filters" method="post" action="/files/bulk/plan">
        <input type="hidden" name="kind" value="replay" />
        <LinkChoice names={names} chosen={at.address} />
        <div>
          <label htmlFor="state">State</label>
          <select id="state" name="state" defaultValue={query.state}>
            <option value="dead">Failed</option>
            <option value="unclear">Unclear: look for them again</option>
          </select>
        </div>
        <div>
          <label htmlFor="since">When</label>
          <select id="since" name="since" defaultValue="">
            <option value="">Any time</option>
            <option value="hour">Last hour</option>
            <option value="day">Last 24 hours</option>
            <option value="week">Last 7 days</option>
          </select>
        </div>
        <div>
          <label htmlFor="folder">In folder</label>
          <input id="folder" name="folder" placeholder="/Photos/2026" maxLength={1000} />
        </div>
        <div>
          <label htmlFor="reason">Reason contains</label>
          <input id="reason" name="reason" placeholder="answered 400" maxLength={200} />
        </div>
        <div>
          <label htmlFor="path">Path fits the glob</label>
          <input id="path" name="path" placeholder="Photos/**/*.jpg" maxLength={400} />
        </div>
        <button className="button first" type="submit">
          Make a plan
        </button>
      </form>
      <BulkList rows={bulkRows(bulks)} now={context.now()} />
    </>
  );
}
