/** Who may see a page, or send a form of one. Each page and each form asks by itself: a layout is not made anew each time. */
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { getContext } from "@/lib/relay/context.ts";
import { environmentFaults } from "@/lib/relay/environment-faults.ts";

/** The context, for who has logged in; everybody else is sent to the login, and back to `path` after it. */
export async function operatorOnly(path: string) {
  const given = await headers();
  // The login says what is missing.
  if (environmentFaults() !== null) redirect("/login");
  const context = getContext();
  if (!(await context.operator.isLoggedIn({ headers: given }))) redirect(`/login?next=${encodeURIComponent(path)}`);
  return context;
}

/** Why a form is not taken: nobody is logged in here, or it is another site's; null when it is ours. */
export async function refusedForm(request: Request): Promise<Response | null> {
  const { operator } = getContext();
  if (!(await operator.isLoggedIn(request))) return new Response(null, { status: 401 });
  return operator.isOwnForm(request) ? null : new Response(null, { status: 403 });
}

/** What is asked by a script of a page, and kept by nobody. */
export const NO_STORE = { "cache-control": "no-store" };

/** Why a script's question is not answered; null when somebody is logged in here. */
export async function refusedQuestion(request: Request): Promise<Response | null> {
  const { operator } = getContext();
  return (await operator.isLoggedIn(request)) ? null : new Response(null, { status: 401, headers: NO_STORE });
}

/** After a form: the page is asked for anew, so that a reload does not send the form again. Relative, whatever host we are. */
export const seeOther = (path: string): Response =>
  new Response(null, { status: 303, headers: { location: path, "cache-control": "no-store" } });
