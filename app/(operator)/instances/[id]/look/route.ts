import { NO_STORE, refusedForm } from "@/app/session.ts";
import { look } from "@/lib/form/look.ts";
import { formOf } from "@/lib/operator/login-page.ts";
import { getContext } from "@/lib/relay/context.ts";

const FORM_MAX_BYTES = 48 * 1024;

/** What is being typed would select this many files, and make such a post. Stores nothing. */
export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const refused = await refusedForm(request);
  if (refused !== null) return refused;
  const { form } = getContext();
  const fields = await formOf(request, FORM_MAX_BYTES);
  if (fields === null) return new Response(null, { status: 413, headers: NO_STORE });
  const view = form === null ? null : await look(form, (await params).id, fields);
  return view === null
    ? new Response(null, { status: 404, headers: NO_STORE })
    : Response.json(view, { headers: NO_STORE });
}
