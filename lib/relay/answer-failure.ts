/** A job QStash gave up on becomes a log line and a kept note; the sweep does its work. */
import { z } from "zod";
import type { Incoming } from "../core/incoming.ts";
import { receive } from "../queue/receive.ts";
import { parseJson, REFUSED, reasonOf } from "./answer-job.ts";
import type { Context } from "./context.ts";

const failureSchema = z.looseObject({
  status: z.coerce.number().catch(0),
  sourceMessageId: z.string().max(200).catch(""),
  sourceBody: z.string().max(4096).catch(""),
});

export async function answerFailure(context: Context, request: Incoming): Promise<Response> {
  const received = await receive(request, context.signingKeys, `${context.publicBaseUrl}/api/relay/failure`);
  if (received.kind !== "verified") return new Response(null, { status: REFUSED[received.kind] });
  const parsed = failureSchema.safeParse(parseJson(received.body));
  if (!parsed.success) return new Response(null, { status: 200 });
  const { status, sourceMessageId, sourceBody } = parsed.data;
  const failure = {
    status,
    messageId: sourceMessageId,
    job: Buffer.from(sourceBody, "base64").toString("utf8").slice(0, 500),
  };
  context.log.error(failure, "job.given_up");
  try {
    await context.failedJobs.add(context.now(), failure);
  } catch (cause) {
    context.log.error({ messageId: sourceMessageId, reason: reasonOf(cause) }, "job.not_noted");
    return new Response(null, { status: 500 });
  }
  return new Response(null, { status: 200 });
}
