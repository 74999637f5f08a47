import { notFound } from "next/navigation";
import { FileFilters } from "@/app/parts/file-filters.tsx";
import { FileTable } from "@/app/parts/file-table.tsx";
import { Title } from "@/app/parts/title.tsx";
import { operatorOnly } from "@/app/session.ts";
import { filesHref } from "@/lib/dashboard/addresses.ts";
import { filesQuery, filterOf } from "@/lib/dashboard/files-query.ts";
import { filesView } from "@/lib/dashboard/files-view.ts";
import { findLink } from "@/lib/relay/find-link.ts";
import { linkNames } from "@/lib/relay/link-names.ts";
import { readHealth } from "@/lib/relay/read-health.ts";
import { searchFiles } from "@/lib/relay/search-files.ts";

export default async function Files({ searchParams }: PageProps<"/files">) {
  const query = filesQuery(await searchParams);
  const context = await operatorOnly(filesHref({ ...query, looked: null }));
  const at = await findLink(context, query.link);
  if (at === null) notFound();
  const now = context.now();
  const asked = { state: query.state, filter: filterOf(query, now), after: query.after === "" ? null : query.after };
  const [found, exact, health, names] = await Promise.all([
    searchFiles(context, at.link, asked),
    query.q.startsWith("/") ? context.board.fileAt(at.link.id, query.q) : null,
    readHealth(at.link, now),
    linkNames(context, at.address),
  ]);
  if (found === null) notFound();
  const view = filesView(query, found, { ...health, link: at.address }, exact);
  return (
    <>
      <Title of="Files" />
      <div className="page-head">
        <h1>Files</h1>
        {view.many === null ? null : (
          <a className="button" href={view.many.href}>
            {view.many.text}
          </a>
        )}
      </div>
      <nav className="tabs" aria-label="State">
        <ul>
          {view.tabs.map(({ href, name, count, isHere, tone }) => (
            <li key={name}>
              <a href={href} aria-current={isHere ? "page" : undefined}>
                {name}
                {count === null ? null : (
                  <span
                    className="count"
                    data-tone={count > 0 && (tone === "bad" || tone === "warn") ? tone : undefined}
                  >
                    {count.toLocaleString("en-US")}
                  </span>
                )}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <FileFilters query={query} names={names} chosen={at.address} isFiltered={view.isFiltered} />
      <FileTable view={view} now={now} />
    </>
  );
}
