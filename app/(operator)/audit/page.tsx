import { Badge } from "@/app/parts/badge.tsx";
import { Title } from "@/app/parts/title.tsx";
import { When } from "@/app/parts/when.tsx";
import { operatorOnly } from "@/app/session.ts";
import { auditRows } from "@/lib/dashboard/audit-view.ts";
import { AUDIT_PAGE } from "@/lib/relay/audit.ts";

/** What people did: the last thousand acts of ninety days. */
export default async function Audit({ searchParams }: PageProps<"/audit">) {
  const context = await operatorOnly("/audit");
  const given = (await searchParams).after;
  const from = typeof given === "string" && /^\d{1,6}$/.test(given) ? Number(given) : 0;
  const { entries, after } = await context.services.audit.page(from, AUDIT_PAGE);
  const rows = auditRows(entries);
  const now = context.now();
  return (
    <>
      <Title of="Audit" />
      <div className="page-head">
        <h1>Audit</h1>
        <p className="quiet small">What people did: the last 1,000 acts, for 90 days.</p>
      </div>
      <section className="panel flush" aria-label="Acts">
        {rows.length === 0 ? (
          <div className="empty">
            <p>
              <strong>Nothing {from === 0 ? "yet" : "more"}.</strong>
            </p>
          </div>
        ) : (
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Act</th>
                <th scope="col">Who</th>
                <th scope="col" className="state">
                  How it ended
                </th>
                <th scope="col" className="time">
                  When
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <td>
                    <strong>{row.act}</strong>
                    <span className="note quiet small">
                      {row.href === null ? row.on : <a href={row.href}>{row.on}</a>}
                    </span>
                  </td>
                  <td className="small">{row.who}</td>
                  <td>
                    <Badge tone={row.tone}>{row.ended}</Badge>
                  </td>
                  <td className="quiet small">
                    <When at={row.at} now={now} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {after === null ? null : (
          <div className="inset">
            <a className="button" href={`/audit?after=${after}`}>
              Show more
            </a>
          </div>
        )}
      </section>
    </>
  );
}
