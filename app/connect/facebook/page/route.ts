/** The Page that was picked. */
import { getContext } from "@/lib/relay/context.ts";

export const POST = (request: Request): Promise<Response> => getContext().connect.facebook.finish(request);
