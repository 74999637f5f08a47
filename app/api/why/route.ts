/** What happened to one file. */
import { answerWhy } from "@/lib/relay/answer-question.ts";
import { getContext } from "@/lib/relay/context.ts";

export const GET = (request: Request): Promise<Response> => answerWhy(getContext(), request);
