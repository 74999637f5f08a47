/** What is shown before Dropbox asks: which rights, and what for. */
import { type Html, html } from "../core/html.ts";
import type { Instance } from "../core/instance.ts";
import { SCOPES } from "../dropbox/authorize.ts";

/** `instance`: the one to connect again; null for a new one. */
export function dropboxForm(instance: Instance | null, hasAppKey: boolean): Html {
  if (!hasAppKey) return html`<p>Set <code>DROPBOX_APP_KEY</code> and deploy: without it Dropbox cannot be asked.</p>`;
  const fields =
    instance === null
      ? html`<p>Which folder is meant, and where its files go, you say afterwards. Nothing is sent before that.</p>`
      : html`<p>Connects <b>${instance.name}</b> again. Log in to ${instance.accountLabel === "" ? "the same account" : instance.accountLabel} at Dropbox: another account is refused.</p><input type="hidden" name="instance" value="${instance.id}">`;
  return html`<p>Dropbox will ask you to allow:</p><ul>${SCOPES.map(({ scope, why }) => html`<li><code>${scope}</code>, ${why}</li>`)}</ul><p>Nothing can be written, moved or deleted with these. The access is kept sealed, and ends when you remove the app at Dropbox.</p>
<form method="post" action="/connect/dropbox">${fields}<button>Go to Dropbox</button></form>`;
}
