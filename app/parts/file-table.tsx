import type { FilesView } from "@/lib/dashboard/files-view.ts";
import { Badge } from "./badge.tsx";
import { Thumbnail } from "./thumbnail.tsx";
import { When } from "./when.tsx";

/** The rows of one state; as cards where there is no width for columns. */
export const FileTable = ({ view, now }: { view: FilesView; now: number }) => (
  <section className="panel flush" aria-label="Files">
    {view.searched === null ? null : (
      <p className="inset quiet small" role="status">
        {view.searched}
      </p>
    )}
    {view.exact === null ? null : (
      <p className="inset">
        There is a file at exactly this path:{" "}
        <a className="path" href={view.exact.href}>
          {view.exact.name}
        </a>
      </p>
    )}
    {view.rows.length === 0 ? (
      <div className="empty">
        <p>
          <strong>{view.empty.sentence}</strong>
        </p>
        <p className="quiet">{view.empty.why}</p>
      </div>
    ) : (
      <table className="table">
        <thead>
          <tr>
            <th scope="col">File</th>
            <th scope="col" className="state">
              State
            </th>
            <th scope="col" className="time">
              {view.timeLabel === "" ? <span className="hidden">Time</span> : view.timeLabel}
            </th>
          </tr>
        </thead>
        <tbody>
          {view.rows.map((row) => (
            <tr key={row.id}>
              <td>
                <div className="with-thumbnail">
                  <Thumbnail view={row.thumbnail} name={row.name} />
                  <div>
                    <a className="file" href={row.href}>
                      {row.name}
                    </a>
                    <span className="quiet small">{row.folder}</span>
                    {row.note === null ? null : <span className="note small">{row.note}</span>}
                  </div>
                </div>
              </td>
              <td>
                <Badge tone={row.tone}>{row.word}</Badge>
              </td>
              <td className="quiet small">{row.at === null ? null : <When at={row.at} now={now} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
    {view.moreHref === null ? null : (
      <div className="inset">
        <a className="button" href={view.moreHref}>
          {view.moreText}
        </a>
      </div>
    )}
  </section>
);
