/** What must hold at the end of every run, and in the whole of it: the relay's invariants as one list of what was broken. */
import { ATTEMPTS_MAX } from "@/lib/core/retry.ts";
import { recordIdOf } from "@/lib/destinations/records/record.ts";
import type { Folder } from "./folder.ts";
import { brokenByEvents } from "./promises-of-events.ts";
import { brokenByPosts } from "./promises-of-posts.ts";
import type { Universe, Written } from "./universe.ts";

function outboxOf({ env, graph }: Pick<Universe, "env" | "graph">): string {
  if (env.CALLBACK_URL !== undefined) return "relay:d:env_callback";
  return env.FACEBOOK_PAGE_ID === undefined ? "relay:d:env_records" : `relay:d:env_page_${graph.page.id}`;
}

/**
 * True when all is at rest: nothing due, claimed or waiting behind a claim, no job under way, and the last listing a good
 * one (a token that died twice in a row is renewed with the next sweep but one).
 */
export async function isSettled(universe: Universe): Promise<boolean> {
  const { backend, queue } = universe;
  const outbox = outboxOf(universe);
  if (queue.pending() > 0) return false;
  const lastListing = universe.logged.findLast((line) => line.includes('"sync.ended"')) ?? "";
  if (!lastListing.includes('"kind":"synced"')) return false;
  for (const key of ["due:live", "due:replay", "due:backfill", "claimed"]) {
    if ((await backend.command(["ZCARD", `${outbox}:${key}`])) !== 0) return false;
  }
  return (await backend.command(["HLEN", `${outbox}:next`])) === 0;
}

/** Everything that is wrong, in words; empty when every promise was kept. `hadReset`: cursors died on the way. */
export async function brokenPromises(universe: Universe, folder: Folder, hadReset: boolean): Promise<string[]> {
  const broken: string[] = [];
  const setOf = async (name: string) =>
    new Set(
      ((await universe.backend.command(["ZRANGE", `${outboxOf(universe)}:${name}`, "0", "-1"])) as Buffer[]).map(
        String,
      ),
    );
  const dead = await setOf("dead");
  const unclear = await setOf("unclear");
  const spent = await spentIn(universe, dead);

  const { CALLBACK_URL, FACEBOOK_PAGE_ID } = universe.env;
  if (CALLBACK_URL !== undefined) broken.push(...brokenByEvents(universe, folder, dead, hadReset));
  else if (FACEBOOK_PAGE_ID !== undefined)
    broken.push(...brokenByPosts(universe, folder, { dead, unclear, spent }, hadReset));
  else broken.push(...brokenByRecords(universe, folder, dead, spent));

  const log = universe.logged.join("");
  const named = /SECRET|TOKEN|API_KEY|SIGNING_KEY|ENCRYPTION/;
  for (const [name, value] of Object.entries(universe.settings)) {
    if (named.test(name) && log.includes(value)) broken.push(`leaked: ${name} is in the log`);
  }
  return broken;
}

/** A hundred attempts, deaths of the worker among them, are the end that was promised: visible, and no fault. */
async function spentIn(universe: Universe, dead: ReadonlySet<string>): Promise<Set<string>> {
  const spent = new Set<string>();
  for (const id of dead) {
    const value = `${await universe.backend.command(["HGET", `${outboxOf(universe)}:deliveries`, id])}`;
    if (Number(value.split(" ")[1]) >= ATTEMPTS_MAX) spent.add(id);
  }
  return spent;
}

function brokenByRecords(
  universe: Universe,
  folder: Folder,
  dead: ReadonlySet<string>,
  spent: ReadonlySet<string>,
): string[] {
  const broken: string[] = [];
  for (const id of universe.facebook.doubles()) broken.push(`doubled: ${id} is held twice`);

  for (const node of folder.present()) {
    const owed = folder.owed.get(node.id);
    if (owed === undefined) throw new Error(`nobody made ${node.pathDisplay}`);
    if (spent.has(node.id)) continue;
    const record = universe.facebook.find(recordIdOf(node.id))[0];
    const what = `${node.pathDisplay} (${node.id}, version ${owed.version})`;
    if (owed.old && universe.env.BACKFILL === "none") {
      if (record !== undefined) broken.push(`published: ${what} is older than the relay`);
      continue;
    }
    switch (owed.kind) {
      case "json":
        if (record === undefined) broken.push(`lost: ${what} has no record${dead.has(node.id) ? ", it is dead" : ""}`);
        else if (record.amount !== owed.version) broken.push(`lost: ${what} has a record of version ${record.amount}`);
        else if (record.name !== node.name) broken.push(`lost: ${what} has a record named ${record.name}`);
        if (dead.has(node.id)) broken.push(`dead: ${what} is dead, though nothing is wrong with it`);
        break;
      case "photo":
        if (record === undefined) broken.push(`lost: ${what} has no record${dead.has(node.id) ? ", it is dead" : ""}`);
        else if (record.name !== node.name) broken.push(`lost: ${what} has a record named ${record.name}`);
        break;
      case "malformed":
        if (!dead.has(node.id)) broken.push(`hidden: ${what} cannot be delivered and is not among the dead`);
        break;
      case "oversized":
      case "hidden":
        if (record !== undefined) broken.push(`published: ${what} is not selected`);
    }
  }

  broken.push(...outOfOrder(universe.written));
  return broken;
}

/** Each write of a record must say something new, and never something older than the write before. */
function outOfOrder(written: readonly Written[]): string[] {
  const broken: string[] = [];
  const last = new Map<string, Written>();
  for (const write of written) {
    const before = last.get(write.id);
    last.set(write.id, write);
    if (before === undefined) continue;
    if (write.record.amount === before.record.amount && write.record.name === before.record.name) {
      broken.push(`doubled: ${write.id} was written twice with the same content, ${write.method} at ${write.at}`);
    }
    if (Number(write.record.amount ?? 0) < Number(before.record.amount ?? 0)) {
      broken.push(`order: ${write.id} went back from version ${before.record.amount} to ${write.record.amount}`);
    }
  }
  return broken;
}
