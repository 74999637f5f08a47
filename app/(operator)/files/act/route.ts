import { z } from "zod";
import { refusedForm, seeOther } from "@/app/session.ts";
import { storyHref } from "@/lib/dashboard/addresses.ts";
import { formOf } from "@/lib/operator/login-page.ts";
import { actionSchema, actOnDelivery } from "@/lib/relay/act-on-delivery.ts";
import { getContext } from "@/lib/relay/context.ts";
import { findLink } from "@/lib/relay/find-link.ts";

const fileSchema = z.object({ id: z.string().min(1).max(200), link: z.string().max(100) });

/** What a person decides of one file. */
export async function POST(request: Request): Promise<Response> {
  const refused = await refusedForm(request);
  if (refused !== null) return refused;
  const { id, link: linkId, sure, ...rest } = Object.fromEntries((await formOf(request)) ?? []);
  // A field that was left empty was not answered.
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value.trim() !== ""));
  const file = fileSchema.safeParse({ id, link: linkId });
  const action = actionSchema.safeParse(given);
  if (!file.success || !action.success) return new Response(null, { status: 400 });
  const context = getContext();
  const at = await findLink(context, file.data.link);
  if (at === null) return new Response(null, { status: 404 });
  // It cannot be undone: the button alone is pressed by mistake one day.
  if (action.data.action === "post" && sure !== "yes")
    return seeOther(`${storyHref(file.data.id, at.address)}&did=unsure`);
  const result = await actOnDelivery(context.services, at.link, file.data.id, action.data, { kind: "dashboard" });
  const did = result.kind === "done" ? action.data.action : result.kind;
  return seeOther(`${storyHref(file.data.id, at.address)}&did=${did}`);
}
