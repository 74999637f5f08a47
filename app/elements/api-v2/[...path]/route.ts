/** The compatible interface. Its routes are a table in lib/elements; here they only come in. */
import { getContext } from "@/lib/relay/context.ts";

const answer = (request: Request): Promise<Response> => getContext().elements.answer(request);

export const GET = answer;
export const POST = answer;
export const PUT = answer;
export const PATCH = answer;
export const DELETE = answer;
