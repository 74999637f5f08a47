import { refusedForm, seeOther } from "@/app/session.ts";
import { submit } from "@/lib/form/submit.ts";
import { formOf } from "@/lib/operator/login-page.ts";
import { getContext } from "@/lib/relay/context.ts";

/** A template of the greatest length, each letter as three. */
const FORM_MAX_BYTES = 48 * 1024;

/** What was typed: saved, or shown again with what is wrong. */
export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const refused = await refusedForm(request);
  if (refused !== null) return refused;
  const { form } = getContext();
  const fields = await formOf(request, FORM_MAX_BYTES);
  if (form === null || fields === null) return new Response(null, { status: form === null ? 404 : 413 });
  const { id } = await params;
  const done = await submit(form, id, fields);
  if (done.kind === "unknown") return new Response(null, { status: 404 });
  if (done.kind === "draft") return seeOther(`/instances/${id}?draft=${done.id}#${done.at}`);
  if (done.choosesPage !== null)
    return seeOther(`/connect/facebook?${new URLSearchParams({ instance: id, destination: done.choosesPage })}`);
  const did = done.started ? "started" : done.rules ? "rules" : "saved";
  return seeOther(`/instances/${id}?did=${did}${done.made === null ? "" : `&made=${done.made}`}`);
}
