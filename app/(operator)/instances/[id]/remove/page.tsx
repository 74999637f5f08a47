import { notFound } from "next/navigation";
import { Title } from "@/app/parts/title.tsx";
import { operatorOnly } from "@/app/session.ts";
import { findInstance } from "@/lib/form/find.ts";

/** Says what a removal takes away, before it does. */
export default async function Remove({ params }: PageProps<"/instances/[id]/remove">) {
  const { id } = await params;
  const { form } = await operatorOnly(`/instances/${encodeURIComponent(id)}/remove`);
  const stored = form === null ? null : await findInstance(form, id);
  if (stored === null) notFound();
  const { instance } = stored;
  return (
    <>
      <Title of={`Delete ${instance.name}?`} />
      <div>
        <p className="small">
          <a href={`/instances/${id}`}>Back to the instance</a>
        </p>
        <h1 className="path">Delete {instance.name}?</h1>
      </div>
      <section className="panel" aria-labelledby="goes">
        <h2 id="goes">Is removed</h2>
        <ul>
          <li>Its settings and its keys, the sealed access to {instance.accountLabel || "the account"} among them.</li>
          <li>All that still waits to be sent, and what failed.</li>
          <li>What is known of its files: a new instance of the same folder takes what is there for old.</li>
          <li>Its token, by which a program reaches it.</li>
        </ul>
        <h2>Stays</h2>
        <ul>
          <li>Every file in Dropbox.</li>
          <li>Every post, record and event that has gone out.</li>
          <li>
            The permission at Dropbox itself: its owner ends it there, under <em>Connected apps</em>.
          </li>
        </ul>
        <form className="row" method="post" action={`/instances/${id}/act`}>
          <input type="hidden" name="action" value="remove" />
          <button className="button danger" type="submit">
            Delete this instance
          </button>
          <a className="button" href={`/instances/${id}`}>
            Keep it
          </a>
        </form>
      </section>
    </>
  );
}
