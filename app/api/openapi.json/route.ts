/** The compatible interface, for programs that read OpenAPI. */
import { getContext } from "@/lib/relay/context.ts";

export const dynamic = "force-dynamic";

export const GET = (): Response => getContext().elements.document();
