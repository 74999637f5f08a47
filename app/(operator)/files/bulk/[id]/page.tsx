import { notFound } from "next/navigation";
import { BulkForm } from "@/app/parts/bulk-form.tsx";
import { Headline } from "@/app/parts/headline.tsx";
import { Live } from "@/app/parts/live.tsx";
import { Title } from "@/app/parts/title.tsx";
import { operatorOnly } from "@/app/session.ts";
import { backfillHref, bulkHref, replayHref } from "@/lib/dashboard/addresses.ts";
import { bulkView } from "@/lib/dashboard/bulk-view.ts";
import { linkNames } from "@/lib/relay/link-names.ts";
import { markOf } from "@/lib/relay/mark-of.ts";
import { readBulk } from "@/lib/relay/read-bulk.ts";

/** A plan before anything is done, then how far it is. */
export default async function BulkPage({ params }: PageProps<"/files/bulk/[id]">) {
  const id = decodeURIComponent((await params).id);
  const context = await operatorOnly(bulkHref(id));
  const facts = await readBulk(context.services, id);
  if (facts === null) notFound();
  const view = bulkView(facts);
  const { ask, link } = facts.bulk;
  const { links } = await linkNames(context, link);
  const another = ask.kind === "backfill" ? backfillHref(link) : replayHref(link, ask.state);
  return (
    <>
      <Title of={view.title} />
      <div className="page-head">
        <div>
          <p className="small">
            <a href={another}>Another one</a>
          </p>
          <h1>{view.title}</h1>
          <p className="quiet small path">
            {links.find((one) => one.id === link)?.name ?? link}: {view.about}
          </p>
        </div>
        {view.isMoving ? (
          <>
            <Live url={`/live?${new URLSearchParams({ bulk: id })}`} everySeconds={2} shown={markOf(facts)} />
            <noscript>
              <a className="button" href={bulkHref(id)}>
                Look again
              </a>
            </noscript>
          </>
        ) : null}
      </div>
      <Headline view={view.headline}>
        {view.bar === null ? null : (
          <div className="progress">
            <progress value={view.bar.value} max={view.bar.max} aria-label="How far it is" />
            <span>{view.bar.words}</span>
          </div>
        )}
        <BulkForm id={id} action="start" act={view.start} />
        <BulkForm id={id} action="cancel" act={view.cancel} />
      </Headline>
      <section className="panel" aria-labelledby="numbers">
        <h2 id="numbers">In numbers</h2>
        <div className="numbers">
          {view.numbers.map(({ label, value, tone }) => (
            <div key={label} data-tone={tone === "idle" ? undefined : tone}>
              <strong>{value.toLocaleString("en-US")}</strong>
              <span>{label}</span>
            </div>
          ))}
        </div>
        {view.lines.length === 0 ? null : (
          <dl className="facts wide">
            {view.lines.map(({ label, text }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        )}
      </section>
      {view.skipped.length === 0 ? null : (
        <section className="panel" aria-labelledby="skipped">
          <h2 id="skipped">Skipped, and why</h2>
          <ul className="plain stack">
            {view.skipped.map(({ why, files }) => (
              <li key={why} className="path">
                <strong>{files.toLocaleString("en-US")}</strong> <span className="quiet">{why}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {view.examples.length === 0 ? null : (
        <section className="panel" aria-labelledby="examples">
          <h2 id="examples">Some of them</h2>
          <ul className="plain stack">
            {view.examples.map(({ id: file, name, href, reason }) => (
              <li key={file}>
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
