import { z } from "zod";
import { refusedForm, seeOther } from "@/app/session.ts";
import { storyHref } from "@/lib/dashboard/addresses.ts";
import { formOf } from "@/lib/operator/login-page.ts";
import { getContext } from "@/lib/relay/context.ts";
import { findLink } from "@/lib/relay/find-link.ts";
import { revokeShare, shareStory } from "@/lib/relay/share-story.ts";

/** By its id: at a path there may be another file tomorrow. */
const file = { id: z.string().regex(/^id:[\x21-\x7e]{1,255}$/), link: z.string().max(100) };
const formSchema = z.union([
  z.strictObject({ ...file, days: z.enum(["1", "7", "30"]).transform(Number) }),
  z.strictObject({ ...file, revoke: z.string().min(1).max(100) }),
]);

/** Makes a read-only link to one file's story, or revokes one. */
export async function POST(request: Request): Promise<Response> {
  const refused = await refusedForm(request);
  if (refused !== null) return refused;
  const form = formSchema.safeParse(Object.fromEntries((await formOf(request)) ?? []));
  if (!form.success) return new Response(null, { status: 400 });
  const context = getContext();
  const at = await findLink(context, form.data.link);
  if (at === null) return new Response(null, { status: 404 });
  const of = { link: at.address, file: form.data.id };
  const did =
    "revoke" in form.data
      ? await revokeShare(context, of, form.data.revoke)
      : await shareStory(context, of, form.data.days);
  return seeOther(`${storyHref(form.data.id, at.address)}&did=${did}#share`);
}
