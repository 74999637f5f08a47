/** QStash tells here of a job it gave up on. */
import type { Incoming } from "@/lib/core/incoming.ts";
import { answerFailure } from "@/lib/relay/answer-failure.ts";
import { getContext } from "@/lib/relay/context.ts";

export const POST = (request: Incoming): Promise<Response> => answerFailure(getContext(), request);
