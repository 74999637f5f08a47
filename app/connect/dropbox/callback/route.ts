/** Dropbox sends the browser back here with its owner's answer. */
import { getContext } from "@/lib/relay/context.ts";

export const GET = (request: Request): Promise<Response> => getContext().connect.dropbox.finish(request);
