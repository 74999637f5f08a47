import type { SentView } from "@/lib/dashboard/sent-view.ts";

/** What goes out of a file: its picture, the words of its post, or the record or event as it is sent. */
export const SentPanel = ({ view }: { view: SentView | null }) =>
  view === null ? null : (
    <section className="panel" aria-labelledby="sent">
      <h2 id="sent">What is sent</h2>
      {view.picture === null ? null : (
        // biome-ignore lint/performance/noImgElement: next/image would fetch and keep pictures that only the operator may see
        <img
          className="picture"
          src={view.picture}
          alt={`Preview of ${view.name}`}
          width={640}
          height={480}
          decoding="async"
        />
      )}
      {view.what === null ? null : <p>{view.what}</p>}
      {view.text === null ? null : <pre className="sent">{view.text}</pre>}
      {view.fields.length === 0 ? null : (
        <dl className="facts">
          {view.fields.map(({ label, value }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {view.payload === null ? null : <pre className="sent code">{view.payload}</pre>}
      {view.note === null ? null : <p className="quiet small path">{view.note}</p>}
    </section>
  );
