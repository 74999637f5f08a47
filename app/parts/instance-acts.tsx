import { destinationWords } from "@/lib/dashboard/instances-view.ts";
import type { FormPage } from "@/lib/form/read-form.ts";

interface Act {
  key: string;
  button: string;
  does: string;
  fields: Record<string, string>;
}

/** What can be done to the whole of it, each with what it will do beside it. */
export function InstanceActs({ instance }: { instance: FormPage["instance"] }) {
  const { id, status, isSetUp, destinations } = instance;
  const acts: Act[] = [];
  if (isSetUp && status === "active")
    acts.push({
      ...{ key: "pause", button: "Pause", fields: { action: "pause" } },
      does: "Nothing is listed or sent. What changes meanwhile goes out afterwards.",
    });
  else if (isSetUp)
    acts.push({
      ...{ key: "resume", button: "Resume", fields: { action: "resume" } },
      does: "Goes on with all that waited, and asks again where a key was refused.",
    });
  if (destinations.some(({ kind }) => kind === "callback"))
    acts.push({
      ...{ key: "wake", button: "Call its endpoints again", fields: { action: "wake" } },
      does: "For one that was given up on, after five days of failures or an answer of 410: all that waits goes out.",
    });
  for (const one of destinations)
    if (one.kind === "callback")
      acts.push({
        ...{ key: `test-${one.id}`, button: "Send a test event" },
        fields: { action: "test", destination: one.id },
        does: `${destinationWords(one)}, signed, as it was saved last. It stands for no file.`,
      });
  return (
    <section className="panel" id="acts" aria-labelledby="acts-title">
      <h2 id="acts-title">This instance</h2>
      {acts.map(({ key, button, does, fields }) => (
        <form key={key} className="act" method="post" action={`/instances/${id}/act`}>
          {Object.entries(fields).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <button className="button" type="submit">
            {button}
          </button>
          <p>{does}</p>
        </form>
      ))}
      <div className="act">
        <a className="button" href={`/connect/dropbox?instance=${id}`}>
          Connect Dropbox again
        </a>
        <p>When its access was taken away. It must be the same account.</p>
      </div>
      <div className="act">
        <a className="button" href={`/instances/${id}/remove`}>
          Delete…
        </a>
        <p>Says first what goes and what stays.</p>
      </div>
    </section>
  );
}
