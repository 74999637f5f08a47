import { notFound } from "next/navigation";
import { Headline } from "@/app/parts/headline.tsx";
import { Mark } from "@/app/parts/icons.tsx";
import { Timeline } from "@/app/parts/timeline.tsx";
import { Title } from "@/app/parts/title.tsx";
import { When } from "@/app/parts/when.tsx";
import { sharedView } from "@/lib/dashboard/shared-view.ts";
import { getContext } from "@/lib/relay/context.ts";
import { sharedStory } from "@/lib/relay/share-story.ts";

/** One file's story for whoever was sent a link to it: to be read, and nothing else. proxy.ts keeps it out of indexes. */
export default async function SharedStory({ params }: PageProps<"/shared/[token]">) {
  const context = getContext();
  const shared = await sharedStory(context, (await params).token);
  if (shared === null) notFound();
  const now = context.now();
  const view = sharedView(shared.story, now);
  return (
    <>
      <Title of={view.name} />
      <header className="bar">
        <div className="bar-inner">
          <span className="brand">
            <Mark />
            Relay
          </span>
        </div>
      </header>
      <main id="content">
        <h1 className="path">{view.name}</h1>
        <Headline view={view.headline}>
          {view.post === null ? null : (
            <div className="row">
              <a className="button" href={view.post} rel="noreferrer" target="_blank">
                See the post
              </a>
            </div>
          )}
        </Headline>
        {view.timeline.length === 0 ? null : (
          <section className="panel" aria-labelledby="happened">
            <h2 id="happened">What happened</h2>
            <Timeline entries={view.timeline} now={now} />
          </section>
        )}
        <p className="quiet small">
          Somebody who runs this relay has sent you this page. It shows this file as it is when you open it, and ends{" "}
          <When at={shared.until} now={now} />.
        </p>
      </main>
    </>
  );
}
