/** What a person decides of a bulk act: to have it planned, to let it run, to call it off. Nothing runs unplanned. */
import { z } from "zod";
import type { Who } from "../core/audit.ts";
import { type Bulk, type BulkAsk, bulkAskSchema, NOTHING_FOUND } from "../core/bulk.ts";
import { askWords, titleOf } from "../core/bulk-words.ts";
import { reasonOf } from "./answer-job.ts";
import { basisOf, instanceOf, isAsPlanned, isGone, linkOfBulk, outboxesOf } from "./bulk-link.ts";
import type { Services } from "./services.ts";

export const bulkActionSchema = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("plan"), ask: bulkAskSchema, link: z.string().max(100).default("") }),
  z.strictObject({ action: z.literal("start"), id: z.string().min(1).max(64) }),
  z.strictObject({ action: z.literal("cancel"), id: z.string().min(1).max(64) }),
]);
export type BulkAction = z.infer<typeof bulkActionSchema>;

export type BulkActed =
  | { kind: "done"; id: string }
  /** There is no such link, or it does not run now. */
  | { kind: "noLink" }
  | { kind: "unknown" }
  /** It is in another state, or was found empty. */
  | { kind: "not"; id: string }
  /** Its instance is another one than it was planned for. */
  | { kind: "changed"; id: string };

export async function actOnBulk(services: Services, action: BulkAction, who: Who): Promise<BulkActed> {
  let ended = "failed";
  try {
    const acted = await take(services, action);
    ended = acted.kind;
    return acted;
  } finally {
    const on = "id" in action ? `plan ${action.id}` : askedOf(action);
    await services.audit.record({ who, act: `${action.action}Many`, on, ended });
  }
}

const askedOf = ({ ask, link }: Extract<BulkAction, { action: "plan" }>): string =>
  [link, titleOf(ask), askWords(ask)].filter((part) => part !== "").join(", ");

async function take(services: Services, action: BulkAction): Promise<BulkActed> {
  if (action.action === "plan") return plan(services, action.ask, action.link);
  const bulk = await services.bulks.load(action.id);
  if (bulk === null) return { kind: "unknown" };
  const kind = action.action === "start" ? await start(services, bulk) : await cancel(services, bulk);
  if (kind !== "done") return { kind, id: bulk.id };
  services.log.info({ bulk: bulk.id, link: bulk.link, action: action.action }, "bulk.acted");
  await wake(services, bulk.id);
  return { kind: "done", id: bulk.id };
}

async function plan(services: Services, ask: BulkAsk, address: string): Promise<BulkActed> {
  const link = address === "" ? (services.links[0]?.id ?? "") : address;
  const found = await linkOfBulk(services, { ask, link });
  if (found === null) return { kind: "noLink" };
  const instance = instanceOf(link);
  const basis = basisOf(found, ask);
  // The same form sent twice is one plan.
  const asked = JSON.stringify(ask);
  const same = (await services.bulks.of(instance)).find(
    (one) =>
      (one.state === "counting" || isRunning(one)) &&
      one.link === link &&
      one.basis === basis &&
      JSON.stringify(one.ask) === asked,
  );
  if (same !== undefined) return { kind: "done", id: same.id };
  const id = services.randomId();
  const createdAt = services.now();
  const outboxes = outboxesOf(found, ask);
  const plan = { id, state: "counting", ask, link, outboxes, basis, createdAt, found: NOTHING_FOUND } as const;
  await services.bulks.add(instance, plan);
  services.log.info({ bulk: id, link, ask }, "bulk.planned");
  await wake(services, id);
  return { kind: "done", id };
}

const isRunning = ({ state, isListed }: Bulk): boolean => state === "running" && !isListed;

/** Once, whoever confirms it how often; and what the person saw, or nothing. */
async function start(services: Services, bulk: Bulk): Promise<"done" | "not" | "changed"> {
  const { id, state, found } = bulk;
  if (state !== "running" && found.meant === 0) return "not";
  // One that does not run now is compared when it does, at each step.
  const link = state === "ready" ? await linkOfBulk(services, bulk) : null;
  if (link !== null && !isAsPlanned(bulk, link)) return "changed";
  if (state === "ready" && link === null && (await isGone(services, bulk))) return "changed";
  const confirmed = { confirmedAt: `${services.now()}`, cursor: "" };
  return (await services.bulks.move(id, "ready", "running", confirmed)) ? "done" : "not";
}

async function cancel({ bulks, now }: Services, { id }: Bulk): Promise<"done" | "not"> {
  // By the state it is in, whichever that has become since it was read.
  if (await bulks.move(id, "running", "cancelling", { cursor: "" })) return "done";
  const ended = { endedAt: `${now()}` };
  const isOff =
    (await bulks.move(id, "counting", "cancelled", ended)) || (await bulks.move(id, "ready", "cancelled", ended));
  if (isOff) await bulks.close(id);
  return isOff ? "done" : "not";
}

/** Never throws: what was decided is stored, and the next sweep goes on with it in any case. */
async function wake({ queue, log }: Services, bulk: string): Promise<void> {
  try {
    await queue.enqueue([{ job: { job: "bulk", bulk } }]);
  } catch (cause) {
    log.warn({ bulk, reason: reasonOf(cause) }, "operator.not_woken");
  }
}
