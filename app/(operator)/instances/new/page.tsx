import { Copy } from "@/app/parts/copy.tsx";
import { Title } from "@/app/parts/title.tsx";
import { operatorOnly } from "@/app/session.ts";
import { redirectAddresses } from "@/lib/dashboard/addresses.ts";

export default async function NewInstance() {
  const { form, setup } = await operatorOnly("/instances/new");
  return (
    <>
      <Title of="New instance" />
      <div>
        <p className="small">
          <a href="/instances">Instances</a>
        </p>
        <h1>New instance</h1>
      </div>
      {form === null ? (
        <section className="headline" data-tone="bad" aria-label="In short">
          <p>Nothing can be stored yet.</p>
          <p className="why">
            Set <code>ENCRYPTION_KEY</code> and deploy: the access to an account is kept sealed with it.
          </p>
        </section>
      ) : (
        <section className="panel" aria-labelledby="steps">
          <h2 id="steps">In two steps</h2>
          <ol className="steps">
            <li>
              <strong>Connect a Dropbox account.</strong> Dropbox asks its owner, once. The relay may read files, and
              nothing else.
            </li>
            <li>
              <strong>Say which files, and where they go.</strong> Nothing is sent before you start it.
            </li>
          </ol>
          <div className="row">
            <a className="button first" href="/connect/dropbox">
              Connect Dropbox
            </a>
            <a className="button" href="/instances">
              Back
            </a>
          </div>
        </section>
      )}
      <section className="panel" aria-labelledby="redirects">
        <h2 id="redirects">Before the first one</h2>
        <p className="quiet">
          Dropbox and Facebook send whoever connects an account back only to addresses that they know. Enter them there,
          once.
        </p>
        {redirectAddresses(setup.settings.publicBaseUrl).map(({ label, value }) => (
          <Copy key={label} label={label} value={value} />
        ))}
      </section>
    </>
  );
}
