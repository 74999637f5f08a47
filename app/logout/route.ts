/** Ends the operator's session in this browser. */
import { answerLogout } from "@/lib/operator/login-page.ts";
import { getContext } from "@/lib/relay/context.ts";

export const POST = (request: Request): Response => answerLogout(getContext().operator, request);
