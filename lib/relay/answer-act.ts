/** The acts of people over HTTP: on one delivery, and the replay of many. */
import { z } from "zod";
import { readBounded } from "../core/read-bounded.ts";
import { deadFilterSchema } from "../core/replay.ts";
import { type ActionResult, actionSchema, actOnDelivery } from "./act-on-delivery.ts";
import { parseJson } from "./answer-job.ts";
import { linkOf, unavailable } from "./answer-question.ts";
import { bearerOf } from "./audit.ts";
import type { Context } from "./context.ts";
import { privately, refusal } from "./operator-access.ts";
import { replayDead } from "./replay-dead.ts";

const BODY_MAX_BYTES = 8 * 1024;

const replaySchema = z.strictObject({
  action: z.literal("replay"),
  filter: deadFilterSchema,
  /** Only says what it would do. Left out, nothing is done either. */
  preview: z.boolean().default(true),
  after: z.string().max(1000).optional(),
});

const STATUS = {
  done: 200,
  notThere: 409,
  changed: 409,
  unknownPost: 400,
  anothersPost: 409,
} as const satisfies Record<ActionResult["kind"], number>;

/** `POST` to one delivery. */
export async function answerAct(context: Context, request: Request, id: string): Promise<Response> {
  const refused = refusal(context.adminToken, request);
  if (refused !== null) return refused;
  const action = actionSchema.safeParse(await bodyOf(request));
  if (!action.success) return privately({ message: "the action is replay, isThere or post, as JSON" }, 400);
  const link = linkOf(context, undefined);
  if (link === undefined) return privately({ message: "no link is configured" }, 404);
  try {
    const result = await actOnDelivery(context.services, link, id, action.data, bearerOf(request));
    return privately({ ...result, message: wordsFor(result) }, STATUS[result.kind]);
  } catch (cause) {
    return unavailable(context, cause);
  }
}

/** `POST` to all: a step of a replay, or its preview. */
export async function answerReplay(context: Context, request: Request): Promise<Response> {
  const refused = refusal(context.adminToken, request);
  if (refused !== null) return refused;
  const asked = replaySchema.safeParse(await bodyOf(request));
  if (!asked.success) {
    return privately({ message: 'send {"action":"replay","filter":{…},"preview":true} as JSON' }, 400);
  }
  const { filter, preview, after = null } = asked.data;
  const link = linkOf(context, filter.link);
  if (link === undefined) return privately({ message: "there is no such link" }, 404);
  try {
    const audit = { record: context.services.audit.record, who: bearerOf(request) };
    const step = await replayDead(context.services, link, { filter, preview, after, audit });
    return step === null ? privately({ message: "after is the one of an earlier answer" }, 400) : privately(step);
  } catch (cause) {
    return unavailable(context, cause);
  }
}

function wordsFor(result: ActionResult): string {
  switch (result.kind) {
    case "done":
      return "done";
    case "notThere":
      return `it is not ${result.needed}: nothing to do`;
    case "changed":
      return "it has changed meanwhile: ask again what it is now";
    case "unknownPost":
      return "this names no post: give its id, or an address that holds it, or neither";
    case "anothersPost":
      return "this post is known to be another file's: look once more which one is this file's";
  }
}

async function bodyOf(request: Request): Promise<unknown> {
  const body = await readBounded(request.body, BODY_MAX_BYTES).catch(() => null);
  return body === null ? undefined : parseJson(new TextDecoder().decode(body));
}
