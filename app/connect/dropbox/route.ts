/** Connects a Dropbox account: what will be asked for, and off to Dropbox. */
import { getContext } from "@/lib/relay/context.ts";

export const GET = (request: Request): Promise<Response> => getContext().connect.dropbox.show(request);

export const POST = (request: Request): Promise<Response> => getContext().connect.dropbox.start(request);
