/** QStash tells here of a job it gave up on. */
import { answerFailure } from "@/lib/relay/answer-failure.ts";
import { getContext } from "@/lib/relay/context.ts";

export const POST = (request: Request): Promise<Response> => answerFailure(getContext(), request);
