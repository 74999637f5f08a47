/** What open pages ask every few seconds: whether there is anything new to show. */
import { z } from "zod";
import { getContext } from "@/lib/relay/context.ts";
import { readMark } from "@/lib/relay/read-mark.ts";

const HEADERS = { "cache-control": "no-store" };
const querySchema = z.union([
  // Empty where no test notification was sent.
  z
    .object({ setup: z.string().regex(/^\d{0,14}$/) })
    .transform(({ setup }) => ({ test: setup === "" ? null : Number(setup) })),
  z.object({ bulk: z.string().min(1).max(64) }),
  z.object({ file: z.string().min(1).max(200), link: z.string().max(100).default("") }),
  z.strictObject({
    after: z
      .string()
      .regex(/^\d{1,15}$/)
      .nullable()
      .default(null),
  }),
]);

export async function GET(request: Request): Promise<Response> {
  const context = getContext();
  if (!(await context.operator.isLoggedIn(request))) return new Response(null, { status: 401, headers: HEADERS });
  const watched = querySchema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!watched.success) return new Response(null, { status: 400, headers: HEADERS });
  return Response.json({ mark: await readMark(context, watched.data) }, { headers: HEADERS });
}
