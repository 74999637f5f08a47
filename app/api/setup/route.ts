/** The checklist for programs, `npm run doctor` among them: with `Authorization: Bearer` and ADMIN_TOKEN. */
import { getContext } from "@/lib/relay/context.ts";
import { privately, refusal } from "@/lib/relay/operator-access.ts";
import { checkSetup } from "@/lib/setup/checklist.ts";

export async function GET(request: Request): Promise<Response> {
  const { adminToken, setup } = getContext();
  return refusal(adminToken, request) ?? privately({ checks: await checkSetup(setup) });
}
