/** How the relay is. */
import { answerHealth } from "@/lib/relay/answer-question.ts";
import { getContext } from "@/lib/relay/context.ts";

export const GET = (request: Request): Promise<Response> => answerHealth(getContext(), request);
