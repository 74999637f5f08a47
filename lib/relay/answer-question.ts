/** The questions of people over HTTP: one file's story, a list of deliveries, and how the relay is. */
import { z } from "zod";
import { LISTED_STATES } from "../core/listed.ts";
import { whatNext } from "../core/story-words.ts";
import { reasonOf } from "./answer-job.ts";
import type { Context } from "./context.ts";
import { explainStory } from "./explain-story.ts";
import { findLink } from "./find-link.ts";
import { LIST_MAX, listDeliveries } from "./list-deliveries.ts";
import { privately, refusal } from "./operator-access.ts";
import { readHealth } from "./read-health.ts";
import { tellStory } from "./tell-story.ts";

/** Asked without a token, the stores are looked at this often at most. */
const LOOK_EVERY_MS = 10_000;

const listQuerySchema = z.object({
  state: z.enum(LISTED_STATES),
  limit: z.coerce.number().int().min(1).max(LIST_MAX).default(20),
  after: z.string().max(1000).optional(),
  link: z.string().max(100).optional(),
});

const queryOf = (request: Request) => Object.fromEntries(new URL(request.url).searchParams);

/** What Redis cannot tell now. */
export function unavailable(context: Context, cause: unknown): Response {
  context.log.error({ reason: reasonOf(cause) }, "operator.failed");
  return privately({ message: "the store cannot be asked now" }, 503);
}

/** `GET ?path=&link=`: a path, in any case, or a file id; of the environment's link, or of a stored instance's. */
export async function answerWhy(context: Context, request: Request): Promise<Response> {
  const refused = refusal(context.adminToken, request);
  if (refused !== null) return refused;
  const { searchParams } = new URL(request.url);
  const path = searchParams.get("path") ?? "";
  if (path === "" || path.length > 4096) return privately({ message: "say which: ?path=/Photos/x.jpg" }, 400);
  try {
    const at = await findLink(context, searchParams.get("link") ?? "");
    const told = at === null ? null : await tellStory([at.link], path, context.now());
    if (at === null || told === null) return privately({ message: "there is no such link" }, 404);
    const { story } = told;
    return privately({
      link: at.address,
      story,
      next: whatNext(story),
      ...(await explainStory(context, at.link, told)),
    });
  } catch (cause) {
    return unavailable(context, cause);
  }
}

/** `GET ?state=&limit=&after=`. */
export async function answerList(context: Context, request: Request): Promise<Response> {
  const refused = refusal(context.adminToken, request);
  if (refused !== null) return refused;
  const query = listQuerySchema.safeParse(queryOf(request));
  if (!query.success) {
    return privately({ message: `ask ?state=${LISTED_STATES.join("|")}, and limit of 1 to ${LIST_MAX}` }, 400);
  }
  const { state, limit, after = null, link: id } = query.data;
  try {
    const link = (await findLink(context, id ?? ""))?.link;
    if (link === undefined) return privately({ message: "there is no such link" }, 404);
    const list = await listDeliveries(link, { state, limit, after });
    if (list === null) return privately({ message: "after is the one of an earlier answer" }, 400);
    const { deliveries, after: next } = list;
    return privately({ deliveries, after: next });
  } catch (cause) {
    return unavailable(context, cause);
  }
}

/** The link of this id; without one the first. */
export const linkOf = ({ services }: Context, id: string | undefined) =>
  id === undefined ? services.links[0] : services.links.find((link) => link.id === id);

const looks = new WeakMap<Context, { at: number; isOk: Promise<boolean> }>();

/** `GET`: without a token only whether it is well, from a look that many share; with it the numbers. */
export async function answerHealth(context: Context, request: Request): Promise<Response> {
  if (request.headers.get("authorization") === null) {
    const isOk = await lookFor(context);
    return privately({ ok: isOk }, isOk ? 200 : 503);
  }
  const refused = refusal(context.adminToken, request);
  if (refused !== null) return refused;
  try {
    const links = [];
    for (const link of context.services.links) links.push(await readHealth(link, context.now()));
    const { usd, cap, isCapReached, month, use } = await context.services.spending.read();
    return privately({ ok: true, links, cost: { month: month.name, usd, cap, isCapReached, ...use } });
  } catch (cause) {
    return unavailable(context, cause);
  }
}

function lookFor(context: Context): Promise<boolean> {
  const last = looks.get(context);
  if (last !== undefined && context.now() - last.at < LOOK_EVERY_MS) return last.isOk;
  const [link] = context.services.links;
  const isOk =
    link === undefined
      ? Promise.resolve(false)
      : link.desk.inspection.isReachable().catch((cause: unknown) => {
          context.log.error({ reason: reasonOf(cause) }, "health.failed");
          return false;
        });
  looks.set(context, { at: context.now(), isOk });
  return isOk;
}
