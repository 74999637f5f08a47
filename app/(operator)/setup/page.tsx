import { Badge } from "@/app/parts/badge.tsx";
import { CheckLine } from "@/app/parts/check-line.tsx";
import { Live } from "@/app/parts/live.tsx";
import { Title } from "@/app/parts/title.tsx";
import { operatorOnly } from "@/app/session.ts";
import { type SetupView, setupView } from "@/lib/dashboard/setup-view.ts";
import { arrivalOf, setupMark } from "@/lib/relay/read-setup-mark.ts";
import { testOf, testResultOf } from "@/lib/setup/test-result.ts";

/** Seconds between two looks for news: while answers are awaited, and else. */
const AWAITING_SECONDS = 2;
const WATCHING_SECONDS = 5;

export default async function Setup({ searchParams }: PageProps<"/setup">) {
  const context = await operatorOnly("/setup");
  const { sent, status } = await searchParams;
  const one = (given: string | string[] | undefined) => (typeof given === "string" ? given : undefined);
  const test = testOf({ sent: one(sent), status: one(status) }, context.now());
  const sentAt = test?.sentAt ?? null;
  const arrivedAt = await arrivalOf(context, sentAt);
  const checks = await context.checkup.look(arrivedAt ?? sentAt ?? 0);
  const now = context.now();
  const view = setupView(checks);
  const result = test === null ? null : testResultOf(test, arrivedAt, now);
  const isAwaiting = [...checks, ...(result === null ? [] : [result])].some(({ verdict }) => verdict === "running");
  return (
    <>
      <Title of="Setup" />
      <div className="page-head">
        <h1>Setup</h1>
        <div className="row">
          <Live
            url={`/live?setup=${sentAt ?? ""}`}
            everySeconds={isAwaiting ? AWAITING_SECONDS : WATCHING_SECONDS}
            shown={setupMark(checks, sentAt === null ? null : { sentAt, arrivedAt }, now)}
          />
          <a className="button" href="/setup">
            Check again
          </a>
        </div>
      </div>
      <Verdict view={view} />
      <section className="panel flush" aria-labelledby="checks">
        <h2 className="hidden" id="checks">
          What was checked
        </h2>
        <ul className="checks">
          {view.lines.map((line) => (
            <CheckLine key={line.id} line={line} />
          ))}
        </ul>
      </section>
      <section className="panel" id="test" aria-labelledby="test-title">
        <h2 id="test-title">Test the whole way round</h2>
        <form className="act" method="post" action="/setup/notify">
          <button className="button" type="submit">
            Send test notification
          </button>
          <p className="quiet">
            Signs a notification as Dropbox does and sends it to the public address. QStash brings the job, and the
            folder is listed once. Nothing is posted that would not be posted anyway.
          </p>
        </form>
        {result === null ? null : (
          <div className="headline" data-tone={view.toneOf(result.verdict)} role="status">
            <p>{result.found}</p>
            {result.todo === null ? null : <p className="why">{result.todo}</p>}
          </div>
        )}
      </section>
    </>
  );
}

const Verdict = ({ view }: { view: SetupView }) => (
  <section className="headline" data-tone={view.tone} aria-label="Result">
    <p>{view.sentence}</p>
    <div className="row">
      {view.counts.map(({ verdict, tone, text }) => (
        <Badge key={verdict} tone={tone}>
          {text}
        </Badge>
      ))}
    </div>
  </section>
);
