import { refusedForm, seeOther } from "@/app/session.ts";
import { bulkHref } from "@/lib/dashboard/addresses.ts";
import { bulkForm } from "@/lib/dashboard/bulk-form.ts";
import { formOf } from "@/lib/operator/login-page.ts";
import { actOnBulk } from "@/lib/relay/act-on-bulk.ts";
import { getContext } from "@/lib/relay/context.ts";

/** Asks for a plan; the page it leads to shows how far that is. */
export async function POST(request: Request): Promise<Response> {
  const refused = await refusedForm(request);
  if (refused !== null) return refused;
  const { services } = getContext();
  const asked = bulkForm(Object.fromEntries((await formOf(request)) ?? []), services.now());
  if (asked === null) return new Response(null, { status: 400 });
  const result = await actOnBulk(services, { action: "plan", ...asked }, { kind: "dashboard" });
  return result.kind === "done" ? seeOther(bulkHref(result.id)) : new Response(null, { status: 404 });
}
