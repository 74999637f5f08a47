/** The login as a browser sees it. */
import { html, pageResponse, redirectResponse } from "../core/html.ts";
import { readBounded } from "../core/read-bounded.ts";
import type { Operator } from "./operator.ts";

const FORM_MAX_BYTES = 16 * 1024;
/** A path of ours, without a host: `//evil.example` and `/\evil.example` would be one. */
const OWN_PATH = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,500}$/;

const pathOf = (given: string | null): string => (given !== null && OWN_PATH.test(given) ? given : "/");

const form = (next: string, fault: string) => html`<p>${fault}</p>
<form method="post" action="/login"><label>ADMIN_TOKEN of this relay <input type="password" name="token" autocomplete="current-password" autofocus required></label><input type="hidden" name="next" value="${next}"><button>Log in</button></form>
<p>It was set when this relay was deployed; on one machine the start says where it is kept, and the demo prints it.</p>`;

export function showLogin(request: Request): Response {
  return pageResponse("Log in", form(pathOf(new URL(request.url).searchParams.get("next")), ""));
}

/** What the environment lacks, by the names of its variables: shown to anybody, for nobody can log in then. */
export const showMissing = (faults: readonly string[]): Response =>
  pageResponse(
    "Not set up yet",
    html`<p>This relay does nothing yet. Of its environment variables, these are missing or wrong:</p>
<ul>${faults.map((fault) => html`<li>${fault}</li>`)}</ul>
<p>On Vercel: Settings, Environment Variables; then deploy again. On one machine: in <code>.env.local</code>; then start again.</p>`,
    { status: 503 },
  );

export async function answerLogin(operator: Operator, request: Request): Promise<Response> {
  if (!operator.isOwnForm(request))
    return pageResponse("Not from here", html`<p>Open the login page and try again.</p>`, { status: 403 });
  const fields = await formOf(request);
  if (fields === null) return pageResponse("Too long", html`<p>That is no token.</p>`, { status: 413 });
  const next = pathOf(fields.get("next"));
  const result = await operator.logIn(fields.get("token") ?? "");
  switch (result.kind) {
    case "loggedIn":
      return redirectResponse(next, { "set-cookie": result.cookie });
    case "wrong":
      return pageResponse("Log in", form(next, "That is not the ADMIN_TOKEN."), { status: 401 });
    case "tooMany": {
      const seconds = `${Math.ceil(result.afterMs / 1000)}`;
      const fault = `Too many wrong tries. Try again in ${seconds} seconds.`;
      return pageResponse("Log in", form(next, fault), { status: 429, headers: { "retry-after": seconds } });
    }
    case "off":
      return pageResponse("No login", html`<p>This relay has no <code>ADMIN_TOKEN</code>. Set one and deploy.</p>`, {
        status: 403,
      });
  }
}

export const answerLogout = (operator: Operator, request: Request): Response =>
  operator.isOwnForm(request)
    ? redirectResponse("/login", { "set-cookie": operator.logOut })
    : pageResponse("Not from here", html`<p>Log out on a page of the relay.</p>`, { status: 403 });

/** Sends a browser that has not logged in to the login and back; null when it has. */
export async function askForLogin(operator: Operator, request: Request): Promise<Response | null> {
  if (await operator.isLoggedIn(request)) return null;
  const { pathname, search } = new URL(request.url);
  return redirectResponse(`/login?next=${encodeURIComponent(pathname + search)}`);
}

/** The fields of a form; null when it is longer than any of ours. */
export async function formOf(request: Request, maxBytes = FORM_MAX_BYTES): Promise<URLSearchParams | null> {
  const bytes = await readBounded(request.body, maxBytes).catch(() => null);
  return bytes === null ? null : new URLSearchParams(new TextDecoder().decode(bytes));
}
