import { CostPanel } from "@/app/parts/cost-panel.tsx";
import { Headline } from "@/app/parts/headline.tsx";
import { LinkPanel } from "@/app/parts/link-panel.tsx";
import { Live } from "@/app/parts/live.tsx";
import { Notice } from "@/app/parts/notice.tsx";
import { Title } from "@/app/parts/title.tsx";
import { operatorOnly } from "@/app/session.ts";
import { noticeOf } from "@/lib/dashboard/act-notice.ts";
import { overviewView } from "@/lib/dashboard/overview-view.ts";
import { readMark } from "@/lib/relay/read-mark.ts";
import { readOverview } from "@/lib/relay/read-overview.ts";

/** Seconds between two looks for news: while files are on their way, and while nothing happens. */
const MOVING_SECONDS = 3;
const RESTING_SECONDS = 15;

export default async function Overview({ searchParams }: PageProps<"/">) {
  const context = await operatorOnly("/");
  const { after: given, did } = await searchParams;
  const after = typeof given === "string" && /^\d{1,15}$/.test(given) ? given : null;
  // Before what it is the mark of: what moves in between is shown once more.
  const shown = await readMark(context, { after });
  const overview = await readOverview(context, after);
  const now = context.now();
  const view = overviewView(overview, now);
  return (
    <>
      <Title of="Overview" />
      <div className="page-head">
        <h1>Overview</h1>
        <Live
          url={after === null ? "/live" : `/live?after=${after}`}
          everySeconds={view.isMoving ? MOVING_SECONDS : RESTING_SECONDS}
          shown={shown}
        />
      </div>
      <Notice view={noticeOf(typeof did === "string" ? did : null)} />
      <Headline view={view.headline} />
      {view.cards.map((card) => (
        <LinkPanel key={card.id} card={card} now={now} />
      ))}
      <CostPanel cost={view.cost} />
      {view.after === null ? null : (
        <p className="row">
          <a className="button" href={`/?after=${view.after}`}>
            More instances
          </a>
          <a className="button plain" href="/instances?state=attention">
            All that need attention
          </a>
        </p>
      )}
    </>
  );
}
