import { Badge } from "@/app/parts/badge.tsx";
import { CheckLine } from "@/app/parts/check-line.tsx";
import { Title } from "@/app/parts/title.tsx";
import { operatorOnly } from "@/app/session.ts";
import { type SetupView, setupView } from "@/lib/dashboard/setup-view.ts";
import { checkSetup } from "@/lib/setup/checklist.ts";
import { testResultOf } from "@/lib/setup/test-result.ts";

export default async function Setup({ searchParams }: PageProps<"/setup">) {
  const { setup, now } = await operatorOnly("/setup");
  const { sent, status } = await searchParams;
  const one = (given: string | string[] | undefined) => (typeof given === "string" ? given : undefined);
  // What Redis cannot tell now has a line of its own among the checks.
  const heard = setup.heard().catch(() => ({ notifiedAt: null }));
  const [checks, { notifiedAt }] = await Promise.all([checkSetup(setup), heard]);
  const view = setupView(checks);
  const test = testResultOf({ sent: one(sent), status: one(status) }, notifiedAt, now());
  return (
    <>
      <Title of="Setup" />
      <div className="page-head">
        <h1>Setup</h1>
        <a className="button" href="/setup">
          Check again
        </a>
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
        {test === null ? null : (
          <div className="headline" data-tone={view.toneOf(test.verdict)} role="status">
            <p>{test.found}</p>
            {test.todo === null ? null : <p className="why">{test.todo}</p>}
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
      {view.counts.map(({ tone, text }) => (
        <Badge key={tone} tone={tone}>
          {text}
        </Badge>
      ))}
    </div>
  </section>
);
