import { refusedForm, seeOther } from "@/app/session.ts";
import { getContext } from "@/lib/relay/context.ts";
import { tryNotification } from "@/lib/relay/try-notification.ts";

export async function POST(request: Request): Promise<Response> {
  const refused = await refusedForm(request);
  if (refused !== null) return refused;
  const sent = await tryNotification(getContext(), { kind: "dashboard" });
  const status = sent.kind === "answered" ? sent.status : "none";
  return seeOther(`/setup?sent=${sent.sentAt}&status=${status}#test`);
}
