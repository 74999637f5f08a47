/** Backfills and replays of many: planned, confirmed, called off, and how far they are. */
import { answerBulk, answerBulkAct } from "@/lib/relay/answer-bulk.ts";
import { getContext } from "@/lib/relay/context.ts";

export const GET = (request: Request): Promise<Response> => answerBulk(getContext(), request);

export const POST = (request: Request): Promise<Response> => answerBulkAct(getContext(), request);
