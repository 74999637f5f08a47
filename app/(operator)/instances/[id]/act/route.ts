import { refusedForm, seeOther } from "@/app/session.ts";
import { act } from "@/lib/form/act.ts";
import { formOf } from "@/lib/operator/login-page.ts";
import { getContext } from "@/lib/relay/context.ts";

/** A pause and its end, a test event, the end of it all. */
export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const refused = await refusedForm(request);
  if (refused !== null) return refused;
  const { form } = getContext();
  const fields = await formOf(request);
  if (form === null || fields === null) return new Response(null, { status: form === null ? 404 : 413 });
  const { id } = await params;
  const did = await act(form, id, fields);
  if (did === null) return new Response(null, { status: 404 });
  return seeOther(did === "removed" ? "/instances?did=removed" : `/instances/${id}?did=${did}`);
}
