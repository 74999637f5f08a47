/** A backfill in a terminal: its plan in words, the question, and how far it is until it is through. */
import { z } from "zod";
import type { BulkAsk } from "../core/bulk.ts";
import { askWords, costWords, timeWords } from "../core/bulk-words.ts";
import { counted, duration } from "../core/times.ts";
import { type BulkFacts, bulkFactsSchema } from "../relay/read-bulk.ts";
import { AskError, type OperatorClient } from "./operator-client.ts";
import { oneLine } from "./story-text.ts";

const actedSchema = z.object({ id: z.string() });
const LOOK_EVERY_MS = 1_000;

export interface BackfillOptions {
  ask: BulkAsk;
  link: string;
  /** Only says what it would do. */
  plan: boolean;
  yes: boolean;
}

export interface Terminal {
  say(text: string): void;
  /** Asks the person; false where there is nobody to ask. */
  confirm(question: string): Promise<boolean>;
  wait(ms: number): Promise<void>;
}

/** True when all of it went through, or there was nothing to do. */
export async function backfill(
  client: OperatorClient,
  { ask, link, plan, yes }: BackfillOptions,
  { say, confirm, wait }: Terminal,
): Promise<boolean> {
  const { id } = await client.post("bulk", { action: "plan", ask, ...(link === "" ? {} : { link }) }, actedSchema);
  const factsOf = () => client.get(`bulk?${new URLSearchParams({ id })}`, bulkFactsSchema);
  let facts = await factsOf();
  for (; facts.bulk.state === "counting"; facts = await factsOf()) {
    stopOnTrouble(facts);
    await wait(LOOK_EVERY_MS);
  }
  if (facts.bulk.state === "cancelled") throw new AskError(`It was called off: ${oneLine(facts.bulk.reason)}`);
  say(planText(facts));
  // Planned before, and still being put in: it is followed.
  const isNew = facts.bulk.state === "ready";
  if (isNew && (plan || facts.bulk.found.meant === 0)) {
    await client.post("bulk", { action: "cancel", id }, actedSchema);
    if (plan) say("Nothing was sent. Without --plan it is run, after a question or with --yes.");
    return true;
  }
  if (isNew && !yes && !(await confirm("Publish them now?"))) {
    await client.post("bulk", { action: "cancel", id }, actedSchema);
    say("Nothing was sent. Add --yes to do it.");
    return false;
  }
  if (isNew) await client.post("bulk", { action: "start", id }, actedSchema);
  say(`Running as ${id}. It goes on without this command; --cancel ${id} calls it off.`);
  let last = "";
  for (;;) {
    facts = await factsOf();
    const text = progressText(facts);
    if (text !== last) say(text);
    last = text;
    if (facts.bulk.state === "done") return facts.bulk.failed + facts.bulk.unclear === 0;
    if (facts.bulk.state === "cancelled") return false;
    await wait(LOOK_EVERY_MS);
  }
}

/** Takes out again what has not begun. */
export async function cancelBackfill(client: OperatorClient, id: string, say: (text: string) => void): Promise<void> {
  await client.post("bulk", { action: "cancel", id }, actedSchema);
  say("It is being called off: what has not begun is taken out again, what was delivered stays.");
}

function stopOnTrouble({ bulk }: BulkFacts): void {
  if (bulk.trouble !== "") throw new AskError(`It cannot go on now: ${oneLine(bulk.trouble)}`);
}

export function planText({ bulk: { ask, found }, time, cost }: BulkFacts): string {
  const lines = [
    `${counted(found.looked, "file")} looked at (${oneLine(askWords(ask))})`,
    `  ${counted(found.meant, "file")} would be published`,
    ...(found.byRules === 0 ? [] : [`    ${found.byRules} of them were skipped by the former rules and match now`]),
    `  ${counted(found.already, "file")} published already or on their way`,
    ...(found.fresh === 0 ? [] : [`  ${counted(found.fresh, "file")} not listed yet: they come by themselves`]),
    ...Object.entries(found.skipped).map(([why, files]) => `  ${counted(files, "file")} skipped: ${oneLine(why)}`),
  ];
  if (found.meant === 0) return [...lines, "There is nothing to do."].join("\n");
  if (time !== null) lines.push(`It takes ${timeWords(time)}.`);
  if (cost !== null) lines.push(`It costs ${costWords(cost)}.`);
  return lines.join("\n");
}

function progressText({ bulk, waiting, time }: BulkFacts): string {
  const failed = bulk.failed + bulk.unclear;
  const left = bulk.left === 0 ? "" : `, ${bulk.left} with nothing to send`;
  const out = bulk.takenOut === 0 ? "" : `, ${bulk.takenOut} taken out`;
  const text = `${bulk.state}: ${bulk.done} done, ${waiting} waiting, ${failed} failed${left}${out}`;
  if (bulk.reason !== "") return `${text}; ${oneLine(bulk.reason)}`;
  if (bulk.trouble !== "") return `${text}; it cannot go on now: ${oneLine(bulk.trouble)}`;
  return time === null || waiting === 0 ? text : `${text}; about ${duration(Math.max(time.ms, 1_000))} to go`;
}
