/** Facebook sends the browser back here with the person's answer: the Pages to choose from. */
import { getContext } from "@/lib/relay/context.ts";

export const GET = (request: Request): Promise<Response> => getContext().connect.facebook.choose(request);
