/** The compatible interface, for people. */
import { getContext } from "@/lib/relay/context.ts";

export const dynamic = "force-dynamic";

export const GET = (): Response => getContext().elements.docs();
