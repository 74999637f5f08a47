/** Where a browser proves once that it is the operator's. */

import { answerLogin, showLogin } from "@/lib/operator/login-page.ts";
import { getContext } from "@/lib/relay/context.ts";

export const GET = (request: Request): Response => showLogin(request);

export const POST = (request: Request): Promise<Response> => answerLogin(getContext().operator, request);
