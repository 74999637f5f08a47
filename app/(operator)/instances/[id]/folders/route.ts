import { NO_STORE, refusedQuestion } from "@/app/session.ts";
import { browse } from "@/lib/form/browse.ts";
import { getContext } from "@/lib/relay/context.ts";

/** One level of folders, for the picker. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const refused = await refusedQuestion(request);
  if (refused !== null) return refused;
  const { form } = getContext();
  const path = new URL(request.url).searchParams.get("path") ?? "";
  const level = form === null ? null : await browse(form, (await params).id, path);
  return level === null
    ? new Response(null, { status: 404, headers: NO_STORE })
    : Response.json(level, { headers: NO_STORE });
}
