/** Chooses a Facebook Page for an instance: what will be asked for, and off to Facebook. */
import { getContext } from "@/lib/relay/context.ts";

export const GET = (request: Request): Promise<Response> => getContext().connect.facebook.show(request);

export const POST = (request: Request): Promise<Response> => getContext().connect.facebook.start(request);
