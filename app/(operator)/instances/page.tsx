import { Badge } from "@/app/parts/badge.tsx";
import { InstanceFilters } from "@/app/parts/instance-filters.tsx";
import { Notice } from "@/app/parts/notice.tsx";
import { Title } from "@/app/parts/title.tsx";
import { operatorOnly } from "@/app/session.ts";
import type { Instance } from "@/lib/core/instance.ts";
import { instancesHref, instancesQuery, isAskedFor, totalWords } from "@/lib/dashboard/instances-query.ts";
import { didNotice, instanceRow } from "@/lib/dashboard/instances-view.ts";
import { searchInstances } from "@/lib/relay/search-instances.ts";

export default async function Instances({ searchParams }: PageProps<"/instances">) {
  const given = await searchParams;
  const query = instancesQuery(given);
  const context = await operatorOnly(instancesHref(query));
  const isFiltered = query.q !== "" || query.state !== "";
  const isMeant = isFiltered ? (one: Instance) => isAskedFor(one, query) : null;
  const { found, looked, next, total } = await searchInstances(context, query.after, isMeant);
  const rows = found.map(({ instance }) => instanceRow(instance));
  const did = typeof given.did === "string" ? given.did : null;
  return (
    <>
      <Title of="Instances" />
      <div className="page-head">
        <div>
          <h1>Instances</h1>
          {total === 0 ? null : <p className="quiet small">{totalWords(total)}</p>}
        </div>
        <a className="button first" href="/instances/new">
          New instance
        </a>
      </div>
      <Notice view={didNotice(did)} />
      {total === 0 ? null : <InstanceFilters query={query} isFiltered={isFiltered} />}
      <section className="panel flush" aria-label="Instances">
        {rows.length === 0 && total > 0 ? (
          <div className="empty">
            <p>
              <strong>
                {next !== null ? "None so far." : query.after === "0" ? "None is like that." : "There are no more."}
              </strong>
            </p>
            <p className="quiet">
              {looked.toLocaleString("en-US")} of {total.toLocaleString("en-US")} instances were looked at.
            </p>
          </div>
        ) : rows.length === 0 ? (
          <div className="empty">
            <p>
              <strong>There is none yet.</strong>
            </p>
            <p className="quiet">
              An instance is a Dropbox account, a folder of it, and where its files go. The one that the
              deployment&rsquo;s settings describe is not among them.
            </p>
          </div>
        ) : (
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Instance</th>
                <th scope="col">From and to</th>
                <th scope="col" className="state">
                  State
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <td>
                    <a className="file" href={`/instances/${row.id}`}>
                      {row.name}
                    </a>
                    <span className="quiet small">{row.account}</span>
                  </td>
                  <td className="path">
                    {row.folder}
                    <span className="quiet small note">
                      <span aria-hidden="true">→</span>
                      <span className="hidden">to</span> {row.to}
                    </span>
                  </td>
                  <td>
                    <Badge tone={row.tone}>{row.word}</Badge>
                    {row.note === null ? null : <span className="note small">{row.note}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      {next === null ? null : (
        <p>
          <a className="button" href={instancesHref({ ...query, after: next })}>
            {isFiltered ? "Look on" : "More instances"}
          </a>
        </p>
      )}
    </>
  );
}
