/** Bulk acts over HTTP: `POST` decides, `GET ?id=` tells how far one is, and without an id which there were. */
import { CHANGED } from "../core/bulk-words.ts";
import { readBounded } from "../core/read-bounded.ts";
import { actOnBulk, type BulkActed, bulkActionSchema } from "./act-on-bulk.ts";
import { parseJson } from "./answer-job.ts";
import { unavailable } from "./answer-question.ts";
import { bearerOf } from "./audit.ts";
import { instanceOf } from "./bulk-link.ts";
import type { Context } from "./context.ts";
import { privately, refusal } from "./operator-access.ts";
import { readBulk } from "./read-bulk.ts";

const BODY_MAX_BYTES = 8 * 1024;

const STATUS = {
  done: 202,
  noLink: 404,
  unknown: 404,
  not: 409,
  changed: 409,
} as const satisfies Record<BulkActed["kind"], number>;
const WORDS = {
  done: "done",
  noLink: "there is no such link, or it does not run now",
  unknown: "there is no such plan",
  not: "it is in another state, or there is nothing to do",
  changed: CHANGED,
} as const satisfies Record<BulkActed["kind"], string>;

export async function answerBulkAct(context: Context, request: Request): Promise<Response> {
  const refused = refusal(context.adminToken, request);
  if (refused !== null) return refused;
  const body = await readBounded(request.body, BODY_MAX_BYTES).catch(() => null);
  const action = bulkActionSchema.safeParse(body === null ? undefined : parseJson(new TextDecoder().decode(body)));
  if (!action.success) {
    return privately(
      { message: 'send {"action":"plan","ask":{"kind":"backfill"}}, or start or cancel with an id' },
      400,
    );
  }
  try {
    const result = await actOnBulk(context.services, action.data, bearerOf(request));
    return privately({ ...result, message: WORDS[result.kind] }, STATUS[result.kind]);
  } catch (cause) {
    return unavailable(context, cause);
  }
}

export async function answerBulk(context: Context, request: Request): Promise<Response> {
  const refused = refusal(context.adminToken, request);
  if (refused !== null) return refused;
  const { id = "", link = "" } = Object.fromEntries(new URL(request.url).searchParams);
  if (id.length > 64 || link.length > 100) return privately({ message: "ask ?id= of a plan" }, 400);
  try {
    if (id !== "") {
      const facts = await readBulk(context.services, id);
      return facts === null ? privately({ message: WORDS.unknown }, 404) : privately(facts);
    }
    const instance = instanceOf(link === "" ? (context.services.links[0]?.id ?? "") : link);
    return privately({ bulks: await context.services.bulks.of(instance) });
  } catch (cause) {
    return unavailable(context, cause);
  }
}
