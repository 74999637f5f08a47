import { refusedForm, seeOther } from "@/app/session.ts";
import { callAgain } from "@/lib/relay/call-again.ts";
import { getContext } from "@/lib/relay/context.ts";

/** The environment's callback is called again. */
export async function POST(request: Request): Promise<Response> {
  const refused = await refusedForm(request);
  if (refused !== null) return refused;
  const { services } = getContext();
  const [own] = services.links;
  if (own === undefined) return new Response(null, { status: 404 });
  const did = await callAgain(services, own, { kind: "dashboard" });
  return seeOther(`/?did=${did === "done" ? "calledAgain" : did}`);
}
