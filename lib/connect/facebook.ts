/**
 * Choosing a Facebook Page for an instance: logs the person in at Facebook, shows all their Pages, those of business
 * portfolios too, and keeps the token of the one they pick. The person's own token lives only in a sealed cookie meanwhile.
 */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { type Html, html, pageResponse, redirectResponse } from "../core/html.ts";
import { destinationSchema, INSTANCE_ID, type Instance } from "../core/instance.ts";
import { isSameSecret } from "../core/same-secret.ts";
import { LOGIN_SCOPES, loginUrl, type PageChoice, type PagePicker } from "../destinations/page/page-picker.ts";
import type { Instances } from "../instances/manage.ts";
import type { Log } from "../log.ts";
import { askForLogin, formOf } from "../operator/login-page.ts";
import type { Operator } from "../operator/operator.ts";
import { createSealedCookie } from "../operator/sealed-cookie.ts";

const PENDING_SECONDS = 10 * 60;
const PAGE_ID = /^\d{1,32}$/;
/** Which of an instance's Pages is meant; "new" for one more. */
const DESTINATION = /^[a-z][a-z0-9]{0,31}$/;

const pendingSchema = z.object({
  state: z.string(),
  instance: z.string(),
  /** The Page destination it is for: one of the instance's, or "new". */
  destination: z.string(),
  /** The person's token, once they have logged in. */
  token: z.string().nullable(),
});

export interface FacebookConnectDeps {
  /** Null without FACEBOOK_APP_ID and FACEBOOK_APP_SECRET. */
  picker: PagePicker | null;
  dialog: { dialogUrl: string; version: string; appId: string };
  publicBaseUrl: string;
  password: string;
  operator: Operator;
  instances: Pick<Instances, "get" | "change">;
  log: Log;
}

export type FacebookConnect = ReturnType<typeof createFacebookConnect>;

export function createFacebookConnect(deps: FacebookConnectDeps) {
  const { picker, operator, instances, log } = deps;
  const redirectUri = `${deps.publicBaseUrl}/connect/facebook/callback`;
  const pending = createSealedCookie({
    name: "relay-connect-facebook",
    schema: pendingSchema,
    password: deps.password,
    lifeSeconds: PENDING_SECONDS,
    path: "/connect/facebook",
    isSecure: deps.publicBaseUrl.startsWith("https:"),
  });
  const ended = (title: string, body: Html, status: number): Response =>
    pageResponse(title, html`${body}<p><a href="/instances">Instances</a></p>`, {
      status,
      headers: { "set-cookie": pending.cleared },
    });
  const failed = (words: string, status = 502): Response => ended("Not connected", html`<p>${words}</p>`, status);
  const NOT_ASKED =
    "This answer does not belong to what this browser asked for, or that was more than ten minutes ago. Nothing was connected.";

  async function known(id: string | null | undefined): Promise<Instance | null> {
    return id && INSTANCE_ID.test(id) ? ((await instances.get(id))?.instance ?? null) : null;
  }

  return {
    /** The page that says what will be asked for; `?instance=` says for which one. */
    async show(request: Request): Promise<Response> {
      const login = await askForLogin(operator, request);
      if (login !== null) return login;
      if (picker === null) return failed("Set FACEBOOK_APP_ID and FACEBOOK_APP_SECRET, and deploy.", 400);
      const instance = await known(new URL(request.url).searchParams.get("instance"));
      const given = new URL(request.url).searchParams.get("destination") ?? "";
      const destination = DESTINATION.test(given) ? given : firstPageOf(instance);
      if (instance === null) return ended("No such instance", html`<p>It may have been removed.</p>`, 404);
      const body = html`<p>For <b>${instance.name}</b>. Facebook will ask you to allow:</p><ul>${LOGIN_SCOPES.map(({ scope, why }) => html`<li><code>${scope}</code>, ${why}</li>`)}</ul><p>Tick <b>all</b> Pages that this app publishes on: each login replaces the choice of the one before.</p>
<form method="post" action="/connect/facebook"><input type="hidden" name="instance" value="${instance.id}"><input type="hidden" name="destination" value="${destination}"><button>Go to Facebook</button></form>`;
      return pageResponse("Choose a Facebook Page", body, { formsTo: [new URL(deps.dialog.dialogUrl).origin] });
    },

    /** The form was sent: off to Facebook. */
    async start(request: Request): Promise<Response> {
      const login = await askForLogin(operator, request);
      if (login !== null) return login;
      const fields = operator.isOwnForm(request) ? await formOf(request) : null;
      const instance = await known(fields?.get("instance"));
      const destination = fields?.get("destination") ?? firstPageOf(instance);
      if (instance === null || picker === null || !DESTINATION.test(destination))
        return failed("The form is not complete, or none of ours.", 400);
      const state = randomBytes(32).toString("base64url");
      const cookie = await pending.set({ state, instance: instance.id, destination, token: null });
      return redirectResponse(loginUrl({ ...deps.dialog, redirectUri, state }), { "set-cookie": cookie });
    },

    /** Facebook sent the browser back: shows the Pages to choose from. */
    async choose(request: Request): Promise<Response> {
      if (!(await operator.isLoggedIn(request))) return failed("Log in to the relay, then start again.", 403);
      const query = new URL(request.url).searchParams;
      const asked = await pending.read(request);
      if (asked === null || picker === null || !isSameSecret(query.get("state") ?? "", asked.state))
        return failed(NOT_ASKED, 400);
      if (query.has("error")) return failed("You said no at Facebook. Nothing was connected.", 200);
      const token = await picker.logIn(query.get("code") ?? "", redirectUri);
      if (!token.ok) {
        log.warn({ reason: token.message }, "connect.failed");
        return failed(`Facebook did not take the login: ${token.userMessage ?? token.message}. Start again.`);
      }
      const pages = await picker.pages(token.data);
      if (!pages.ok) return failed(`Facebook does not show the Pages: ${pages.userMessage ?? pages.message}`);
      if (pages.data.length === 0)
        return failed("Facebook shows no Page that you ticked and may publish on. Start again and tick one.", 200);
      // A state of its own: the answer that was used is worth nothing more.
      const next = { ...asked, state: randomBytes(32).toString("base64url"), token: token.data };
      return pageResponse("Choose a Facebook Page", choiceOf(pages.data, next.state), {
        headers: { "set-cookie": await pending.set(next) },
      });
    },

    /** A Page was picked. */
    async finish(request: Request): Promise<Response> {
      const login = await askForLogin(operator, request);
      if (login !== null) return login;
      const fields = operator.isOwnForm(request) ? await formOf(request) : null;
      const asked = await pending.read(request);
      const pageId = fields?.get("page") ?? "";
      if (
        asked === null ||
        asked.token === null ||
        picker === null ||
        !isSameSecret(fields?.get("state") ?? "", asked.state)
      )
        return failed(NOT_ASKED, 400);
      if (!PAGE_ID.test(pageId)) return failed("No Page was chosen.", 400);
      const page = await picker.pick(asked.token, pageId);
      if (!page.ok) return failed(`Facebook does not give the Page: ${page.userMessage ?? page.message}`);
      if (page.data.token === null || page.data.id !== pageId)
        return failed(
          "Facebook gives you no access to this Page's content: have somebody give you the content task on it (Business settings, Pages), then start again.",
          409,
        );
      const before = await known(asked.instance);
      const id = before === null ? asked.destination : placeOf(before, asked.destination);
      const changed = await instances.change(asked.instance, {
        secrets: { [id]: { token: page.data.token } },
        edit: (one) => onPage(one, id, pageId, page.data.name),
      });
      if (changed.kind !== "stored") return failed("The instance was changed or removed meanwhile. Start again.", 409);
      log.info({ instance: asked.instance, page: pageId }, "connect.connected");
      return redirectResponse(`/instances/${asked.instance}?did=page`, { "set-cookie": pending.cleared });
    },
  };
}

/** The one that is meant when nobody says which. */
const firstPageOf = (instance: Instance | null): string =>
  instance?.destinations.find((one) => one.kind === "page")?.id ?? "new";

/** The destination's id: the one that was named if it is a Page, else one that is free. */
function placeOf({ destinations }: Instance, named: string): string {
  const taken = destinations.find(({ id }) => id === named);
  if (named !== "new" && (taken === undefined || taken.kind === "page")) return named;
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? "page" : `page${n}`;
    if (!destinations.some((one) => one.id === id)) return id;
  }
}

/** In place of the former Page of this destination, if it had one; how it publishes, and where else files go, stays. */
function onPage(instance: Instance, id: string, pageId: string, pageName: string): Instance {
  const at = instance.destinations.findIndex((one) => one.id === id);
  const former = instance.destinations[at];
  const made = destinationSchema.parse({ ...former, kind: "page", id, pageId, pageName: pageName.slice(0, 200) });
  const isMended = instance.status === "unauthorized" && instance.trouble?.side === id;
  return {
    ...instance,
    destinations: at < 0 ? [...instance.destinations, made] : instance.destinations.with(at, made),
    ...(isMended ? { status: "active" as const, trouble: null } : {}),
  };
}

const choiceOf = (pages: readonly PageChoice[], state: string): Html =>
  html`<form method="post" action="/connect/facebook/page"><input type="hidden" name="state" value="${state}"><label>Page <select name="page" required>${pages.map(({ id, name, portfolio }) => html`<option value="${id}">${name || id}${portfolio === null ? "" : ` (${portfolio})`}</option>`)}</select></label><button>Publish on this Page</button></form>`;
