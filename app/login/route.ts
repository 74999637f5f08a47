/** Where a browser proves once that it is the operator's. */
import { answerLogin, showLogin, showMissing } from "@/lib/operator/login-page.ts";
import { getContext } from "@/lib/relay/context.ts";
import { environmentFaults } from "@/lib/relay/environment-faults.ts";

/** Also the first page of who has just deployed: nothing runs before the environment is complete. */
export function GET(request: Request): Response {
  const faults = environmentFaults();
  return faults === null ? showLogin(request) : showMissing(faults);
}

export const POST = (request: Request): Promise<Response> => answerLogin(getContext().operator, request);
