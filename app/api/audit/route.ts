/** What people did, for programs: with `Authorization: Bearer` and ADMIN_TOKEN. */
import { answerAudit } from "@/lib/relay/audit.ts";
import { getContext } from "@/lib/relay/context.ts";

export const GET = (request: Request): Promise<Response> => answerAudit(getContext(), request);
