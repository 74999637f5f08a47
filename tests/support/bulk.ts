/** A person at a world's bulk acts: plans, confirms, calls off, and sees how far one is. */
import { BY_DASHBOARD } from "@/lib/core/audit.ts";
import type { BulkAsk } from "@/lib/core/bulk.ts";
import { actOnBulk } from "@/lib/relay/act-on-bulk.ts";
import { type BulkFacts, readBulk } from "@/lib/relay/read-bulk.ts";
import type { World } from "./world.ts";

export const ALL: BulkAsk = { kind: "backfill", which: "all", folder: "" };

export const replayOf = (changes: Partial<Extract<BulkAsk, { kind: "replay" }>> = {}): BulkAsk => ({
  kind: "replay",
  state: "dead",
  folder: "",
  since: null,
  ...changes,
});

export function bulkOf(current: () => World) {
  const act = (action: Parameters<typeof actOnBulk>[1]) => actOnBulk(current().context.services, action, BY_DASHBOARD);
  const facts = async (id: string): Promise<BulkFacts> => {
    const found = await readBulk(current().context.services, id);
    if (found === null) throw new Error("there is no such plan");
    return found;
  };
  return {
    act,
    facts,
    /** Asks for a plan, without anything being done for it yet. */
    async ask(ask: BulkAsk = ALL, link = ""): Promise<string> {
      const asked = await act({ action: "plan", ask, link });
      if (asked.kind !== "done") throw new Error(asked.kind);
      return asked.id;
    },
    /** A plan that has been made. */
    async planned(ask: BulkAsk = ALL, link = ""): Promise<string> {
      const id = await this.ask(ask, link);
      await current().settle();
      return id;
    },
    start: (id: string) => act({ action: "start", id }),
    cancel: (id: string) => act({ action: "cancel", id }),
    /** A job of it, brought again or not. */
    job: (id: string, redelivered = false) => current().run({ job: { job: "bulk", bulk: id } }, redelivered),
  };
}
