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

/** Asks which older files are to be published. Nothing is done before its plan was seen. */
export default async function Backfill({ searchParams }: PageProps<"/files/backfill">) {
  const query = bulkQuery(await searchParams);
  const context = await operatorOnly("/files/backfill");
  const at = await findLink(context, query.link);
  if (at === null) notFound();
  const [names, bulks] = await Promise.all([linkNames(context, at.address), context.services.bulks.of(at.link.id)]);
  return (
    <>
      <Title of="Backfill" />
      <div>
        <p className="small">
          <a href={filesHref({ state: "leftOut", link: at.address })}>Files left out</a>
        </p>
        <h1>Backfill</h1>
        <p className="quiet">
          Files that were in the folder before the relay, or that former rules skipped, stay unpublished until you
          publish them here. First you see how many, what would be skipped, how long it takes and what it costs.
        </p>
      </div>
      <form className="filters" method="post" action="/files/bulk/plan">
        <input type="hidden" name="kind" value="backfill" />
        <LinkChoice names={names} chosen={at.address} />
        <div>
          <label htmlFor="which">Which</label>
          <select id="which" name="which" defaultValue={query.which}>
            <option value="all">All unpublished files</option>
            <option value="rules">Only those that former rules skipped</option>
          </select>
        </div>
        <div>
          <label htmlFor="folder">In folder</label>
          <input id="folder" name="folder" placeholder="/Photos/2026" maxLength={1000} />
        </div>
        <button className="button first" type="submit">
          Make a plan
        </button>
      </form>
      <BulkList rows={bulkRows(bulks)} now={context.now()} />
    </>
  );
}
