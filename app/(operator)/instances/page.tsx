import { Badge } from "@/app/parts/badge.tsx";
import { Notice } from "@/app/parts/notice.tsx";
import { Title } from "@/app/parts/title.tsx";
import { operatorOnly } from "@/app/session.ts";
import { didNotice, instanceRow } from "@/lib/dashboard/instances-view.ts";

const SHOWN = 50;

export default async function Instances({ searchParams }: PageProps<"/instances">) {
  const { after: given, did } = await searchParams;
  const after = typeof given === "string" && /^\d{1,15}$/.test(given) ? given : "0";
  const { instances } = await operatorOnly(after === "0" ? "/instances" : `/instances?after=${after}`);
  const all = await instances.page(after, SHOWN);
  const rows = all.map(({ instance }) => instanceRow(instance));
  const last = all.length === SHOWN ? all.at(-1)?.instance.id : undefined;
  return (
    <>
      <Title of="Instances" />
      <div className="page-head">
        <h1>Instances</h1>
        <a className="button first" href="/instances/new">
          New instance
        </a>
      </div>
      <Notice view={didNotice(typeof did === "string" ? did : null)} />
      <section className="panel flush" aria-label="Instances">
        {rows.length === 0 ? (
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
      {last === undefined ? null : (
        <p>
          <a className="button" href={`/instances?after=${last}`}>
            More instances
          </a>
        </p>
      )}
    </>
  );
}
