/** The stored instances: how they are, and a pause for each. */
import { changeInstance, showInstances } from "@/lib/connect/instances-page.ts";
import { getContext } from "@/lib/relay/context.ts";

export const GET = (request: Request): Promise<Response> => showInstances(getContext().connect, request);

export const POST = (request: Request): Promise<Response> => changeInstance(getContext().connect, request);
