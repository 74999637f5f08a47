import { notFound } from "next/navigation";
import { Badge } from "@/app/parts/badge.tsx";
import { Copy } from "@/app/parts/copy.tsx";
import { FormFaults } from "@/app/parts/form-faults.tsx";
import { Headline } from "@/app/parts/headline.tsx";
import { InstanceActs } from "@/app/parts/instance-acts.tsx";
import { InstanceForm } from "@/app/parts/instance-form.tsx";
import { Notice } from "@/app/parts/notice.tsx";
import { Title } from "@/app/parts/title.tsx";
import { operatorOnly } from "@/app/session.ts";
import { backfillHref, filesHref } from "@/lib/dashboard/addresses.ts";
import { didNotice, standingOf } from "@/lib/dashboard/instances-view.ts";
import { refusedKey } from "@/lib/dashboard/refused-key.ts";
import { readForm } from "@/lib/form/read-form.ts";

export default async function InstancePage({ params, searchParams }: PageProps<"/instances/[id]">) {
  const { id } = await params;
  const { form } = await operatorOnly(`/instances/${encodeURIComponent(id)}`);
  const given = await searchParams;
  const one = (name: string) => (typeof given[name] === "string" ? given[name] : null);
  const read = form === null ? null : await readForm(form, id, { draft: one("draft"), made: one("made") });
  if (form === null || read === null) notFound();
  const { instance, view, level, look, made } = read;
  const standing = standingOf(instance);
  const refused = refusedKey(instance);
  return (
    <>
      <Title of={instance.isSetUp ? instance.name : "New instance"} />
      <div className="page-head">
        <div>
          <p className="small">
            <a href="/instances">Instances</a>{" "}
            <span className="quiet path">of {instance.accountLabel || instance.account}</span>
          </p>
          <h1 className="path">{instance.isSetUp ? instance.name : "New instance"}</h1>
        </div>
        <div className="row">
          <Badge tone={standing.tone}>{standing.word}</Badge>
          {instance.isSetUp && instance.destinations.length > 0 ? (
            <a className="button" href={filesHref({ link: id })}>
              Files
            </a>
          ) : null}
        </div>
      </div>
      <Notice view={didNotice(one("did"))} />
      {one("did") === "rules" ? (
        <div className="act">
          <a className="button" href={backfillHref(id, "rules")}>
            Publish what is already there
          </a>
          <p>
            Only files that the former rules skipped. First you see how many, and nothing is sent before you say so.
          </p>
        </div>
      ) : null}
      {refused !== null ? (
        <Headline view={refused} />
      ) : standing.note === null || instance.isSetUp === false ? null : (
        <p className="path">{standing.note}</p>
      )}
      {made.map(({ label, value }) => (
        <section key={label} className="headline" data-tone="warn" aria-label="A secret that is shown once">
          <p>
            This secret signs the events. Keep it now: this page shows it for half an hour, and nothing shows it after
            that.
          </p>
          <Copy label={label} value={value} />
        </section>
      ))}
      <FormFaults notice={view.notice} faults={view.faults} />
      <InstanceForm view={view} level={level} look={look} hasFacebook={form.hasFacebook} />
      <InstanceActs instance={instance} />
    </>
  );
}
