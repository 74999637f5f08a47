import { z } from "zod";
import { refusedForm, seeOther } from "@/app/session.ts";
import { bulkHref } from "@/lib/dashboard/addresses.ts";
import { formOf } from "@/lib/operator/login-page.ts";
import { actOnBulk } from "@/lib/relay/act-on-bulk.ts";
import { getContext } from "@/lib/relay/context.ts";

const formSchema = z.object({ action: z.enum(["start", "cancel"]), id: z.string().min(1).max(64) });

/** Lets a plan run, or calls it off. Its page says how it stands then, also when somebody was quicker. */
export async function POST(request: Request): Promise<Response> {
  const refused = await refusedForm(request);
  if (refused !== null) return refused;
  const action = formSchema.safeParse(Object.fromEntries((await formOf(request)) ?? []));
  if (!action.success) return new Response(null, { status: 400 });
  const result = await actOnBulk(getContext().services, action.data, { kind: "dashboard" });
  return "id" in result ? seeOther(bulkHref(result.id)) : new Response(null, { status: 404 });
}
