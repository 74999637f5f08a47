/** All instances on plain pages, with what a person can do about each. */
import { type Html, html, pageResponse, redirectResponse } from "../core/html.ts";
import { INSTANCE_ID, type Instance, SOURCE } from "../core/instance.ts";
import type { Instances } from "../instances/manage.ts";
import { askForLogin, formOf } from "../operator/login-page.ts";
import type { Operator } from "../operator/operator.ts";

const SHOWN = 50;

export interface InstancesPageDeps {
  operator: Operator;
  instances: Pick<Instances, "page" | "setStatus">;
  hasFacebook: boolean;
}

export async function showInstances(deps: InstancesPageDeps, request: Request): Promise<Response> {
  const login = await askForLogin(deps.operator, request);
  if (login !== null) return login;
  const given = new URL(request.url).searchParams.get("after") ?? "0";
  const after = INSTANCE_ID.test(given) ? given : "0";
  const all = await deps.instances.page(after, SHOWN);
  const last = all.length === SHOWN ? all.at(-1)?.instance.id : undefined;
  const rows = all.map(({ instance }) => rowOf(instance, deps.hasFacebook));
  return pageResponse(
    "Instances",
    html`<p><a href="/connect/dropbox">Connect a Dropbox account</a></p>${rows.length === 0 ? html`<p>None yet. The environment's own instance is not among them.</p>` : rows}${last === undefined ? html`` : html`<p><a href="/instances?after=${last}">More</a></p>`}<form method="post" action="/logout"><button>Log out</button></form>`,
  );
}

/** Pauses one, or lets it go on. */
export async function changeInstance(deps: InstancesPageDeps, request: Request): Promise<Response> {
  const login = await askForLogin(deps.operator, request);
  if (login !== null) return login;
  const fields = deps.operator.isOwnForm(request) ? await formOf(request) : null;
  const id = fields?.get("instance") ?? "";
  const status = fields?.get("status");
  if (!INSTANCE_ID.test(id) || (status !== "active" && status !== "paused"))
    return pageResponse("Not changed", html`<p>That form is none of ours.</p>`, { status: 400 });
  const changed = await deps.instances.setStatus(id, status);
  if (changed.kind === "stored") return redirectResponse("/instances");
  return pageResponse("Not changed", html`<p>It was changed or removed at the same time.</p>`, { status: 409 });
}

function rowOf(instance: Instance, hasFacebook: boolean): Html {
  const { id, name, status, trouble, accountLabel, account, folder, destinations, pollSeconds } = instance;
  const to = destinations
    .map((one) => (one.kind === "page" ? one.pageName || `Page ${one.pageId}` : one.kind))
    .join(", ");
  const other =
    status === "active" ? ({ to: "paused", label: "Pause" } as const) : ({ to: "active", label: "Go on" } as const);
  const again = trouble?.side === SOURCE ? html`<b>Connect Dropbox again</b>` : html`Connect Dropbox again`;
  return html`<h2>${name}</h2><p>${status}${trouble === null ? "" : `: ${trouble.message}`}</p><p>${accountLabel || account}, ${folder || "everything"} → ${to || "nothing yet"}${pollSeconds === null ? "" : `, every ${pollSeconds} s`}</p>
<form method="post" action="/instances"><input type="hidden" name="instance" value="${id}"><input type="hidden" name="status" value="${other.to}"><a href="/connect/dropbox?instance=${id}">${again}</a>${hasFacebook ? html` · <a href="/connect/facebook?instance=${id}">Choose a Facebook Page</a>` : html``} · <button>${other.label}</button></form>`;
}
