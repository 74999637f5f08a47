import { notFound } from "next/navigation";
import { ActForms } from "@/app/parts/act-forms.tsx";
import { FileRules } from "@/app/parts/file-rules.tsx";
import { Headline } from "@/app/parts/headline.tsx";
import { Live } from "@/app/parts/live.tsx";
import { SentPanel } from "@/app/parts/sent-panel.tsx";
import { SharePanel } from "@/app/parts/share-panel.tsx";
import { Timeline } from "@/app/parts/timeline.tsx";
import { Title } from "@/app/parts/title.tsx";
import { operatorOnly } from "@/app/session.ts";
import { noticeOf } from "@/lib/dashboard/act-notice.ts";
import { storyHref } from "@/lib/dashboard/addresses.ts";
import { sentView } from "@/lib/dashboard/sent-view.ts";
import { storyView, tableOf } from "@/lib/dashboard/story-view.ts";
import { explainStory } from "@/lib/relay/explain-story.ts";
import { findLink } from "@/lib/relay/find-link.ts";
import { markOf } from "@/lib/relay/mark-of.ts";
import { sharesOf } from "@/lib/relay/share-story.ts";
import { tellStory } from "@/lib/relay/tell-story.ts";

const MOVING_SECONDS = 2;
const RESTING_SECONDS = 20;

export default async function File({ params, searchParams }: PageProps<"/files/[id]">) {
  const id = decodeURIComponent((await params).id);
  const { link: given, did } = await searchParams;
  const linkId = typeof given === "string" ? given : "";
  const context = await operatorOnly(storyHref(id, linkId));
  const at = await findLink(context, linkId);
  const told = at === null ? null : await tellStory([at.link], id, context.now());
  if (at === null || told === null) notFound();
  const file = "file" in told.story ? told.story.file.id : null;
  const [shares, explained] = await Promise.all([
    file === null ? null : sharesOf(context, { link: at.address, file }),
    explainStory(context, at.link, told),
  ]);
  const now = context.now();
  const view = storyView(told.story, now, explained, at.address);
  const notice = noticeOf(typeof did === "string" ? did : null);
  return (
    <>
      <Title of={view.name} />
      <div className="page-head">
        <div>
          <p className="small">
            <a href={tableOf(told.story, at.address)}>Files</a>{" "}
            <span className="quiet path">
              of {explained.instance}, in {view.folder}
            </span>
          </p>
          <h1 className="path">{view.name}</h1>
        </div>
        <Live
          url={`/live?${new URLSearchParams({ file: id, link: at.address })}`}
          everySeconds={view.isMoving ? MOVING_SECONDS : RESTING_SECONDS}
          shown={markOf(told)}
        />
      </div>
      {notice === null ? null : (
        <p className="notice" data-tone={notice.tone} role="status">
          {notice.text}
        </p>
      )}
      <Headline view={view.headline}>
        <div className="row">
          {view.source === null ? null : (
            <a
              className={view.source.isFirst ? "button first" : "button"}
              href={view.source.href}
              rel="noreferrer"
              target="_blank"
            >
              {view.source.text}
            </a>
          )}
          {view.post === null ? null : (
            <a className="button" href={view.post.href} rel="noreferrer" target="_blank">
              {view.post.text}
            </a>
          )}
        </div>
        <ActForms acts={view.acts} id={id} link={at.address} />
      </Headline>
      {view.timeline.length === 0 ? null : (
        <section className="panel" aria-labelledby="happened">
          <h2 id="happened">What happened</h2>
          <Timeline entries={view.timeline} now={now} />
        </section>
      )}
      <FileRules lines={explained.rules} note={explained.rulesNote} />
      <SentPanel view={sentView(told.story, explained, at.address)} />
      <section className="panel" aria-labelledby="facts">
        <h2 id="facts">Details</h2>
        <dl className="facts">
          {view.facts.map(({ label, value }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      {file === null ? null : <SharePanel shares={shares} id={file} link={at.address} now={now} />}
    </>
  );
}
