/** Deliveries by state, and the replay of dead ones. */
import { answerReplay } from "@/lib/relay/answer-act.ts";
import { answerList } from "@/lib/relay/answer-question.ts";
import { getContext } from "@/lib/relay/context.ts";

export const GET = (request: Request): Promise<Response> => answerList(getContext(), request);

export const POST = (request: Request): Promise<Response> => answerReplay(getContext(), request);
