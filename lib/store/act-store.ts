/** What a person decides of deliveries that are over; one script, so that no newer revision is overwritten. */
import type { Redis } from "@upstash/redis";
import { z } from "zod";
import type { Delivery } from "../core/delivery.ts";
import { clearAtOf, encodeWaiting, ledgerValue } from "./delivery-rows.ts";
import { bulkKeys, outboxKeys } from "./keys.ts";
import { step } from "./redis.ts";
import { ACT } from "./scripts/act.ts";

/** Deliveries in one call. */
export const ACT_MAX = 50;

export interface Acted {
  /** The stored value the person's decision is about. */
  value: string;
  delivery: Delivery;
  /** Attempts that count against it, none where it starts afresh; and its time (ms) at its new place, else now. */
  attempted?: number;
  at?: number;
}

/** The bulk act that acts are part of: nothing is moved unless it is in this state, and what is moved is counted there. */
interface Within {
  bulk: string;
  state: "running" | "cancelling";
  count: "put" | "takenOut";
}

/** `changed`: it is not any more what the person was shown. `anothers`: the post that was named is another file's. */
export type Ended = "done" | "changed" | "anothers";

const ENDED = { "0": "changed", "1": "done", "2": "anothers" } as const satisfies Record<string, Ended>;

export type ActStore = ReturnType<typeof createActStore>;

export function createActStore(redis: Redis, destination: string) {
  const keys = outboxKeys(destination);
  const script = redis.createScript(ACT);
  const list = (values: readonly string[]) => [`${values.length}`, ...values];

  async function act(
    from: string,
    to: string,
    forget: boolean,
    now: number,
    acts: readonly (Acted & { ledger: string; remoteId: string })[],
    { within, isAlone = false }: { within?: Within; isAlone?: boolean } = {},
  ): Promise<Ended[]> {
    if (acts.length === 0) return [];
    const raw = await step("act", () =>
      script.exec(
        [
          keys.deliveries,
          from,
          to,
          keys.notes,
          keys.ledger,
          keys.owners,
          ...(within === undefined ? [] : [bulkKeys(within.bulk).bulk]),
        ],
        [
          forget ? "1" : "0",
          ...list(acts.map(({ delivery }) => delivery.id)),
          ...list(acts.map(({ value }) => value)),
          ...list(
            acts.map(({ value, delivery, attempted = 0 }) => encodeWaiting(delivery, attempted, clearAtOf(value, now))),
          ),
          // Thousandths of a millisecond keep their order.
          ...list(
            acts.map(({ value, at }, n) =>
              ((at ?? clearAtOf(value, now) ?? now) - (acts.length - n) / 1000).toFixed(3),
            ),
          ),
          ...list(acts.map(({ ledger }) => ledger)),
          ...list(acts.map(({ remoteId }) => remoteId)),
          within?.state ?? "",
          within?.count ?? "",
          isAlone ? "1" : "0",
        ],
      ),
    );
    return z
      .array(z.enum(["0", "1", "2"]))
      .parse(raw)
      .map((one) => ENDED[one]);
  }
  const whether = async (acting: Promise<Ended[]>) => (await acting).map((ended) => ended === "done");
  const bare = (acts: readonly Acted[]) => acts.map((one) => ({ ...one, ledger: "", remoteId: "" }));

  return {
    /**
     * Dead ones are due now, or once nothing unanswered can land, under fresh attempts, behind what is live. What was noted
     * stays: they look before they post.
     */
    replay: (acts: readonly Acted[], now: number) => whether(act(keys.dead, keys.due.replay, false, now, bare(acts))),

    /** Settled ones are told once more, under their ids. Only where that is what a destination does with them. */
    repeat: (acts: readonly Acted[], now: number) =>
      whether(act(keys.settled, keys.due.replay, false, now, bare(acts))),

    /** Dead ones, as `replay`, of a bulk act while it runs; unclear ones too, which look for what was noted before they post. */
    replayIn: (bulk: string, place: "dead" | "unclear", acts: readonly Acted[], now: number) =>
      whether(
        act(keys[place], keys.due.replay, false, now, bare(acts), { within: { bulk, state: "running", count: "put" } }),
      ),

    /** What a bulk act put in and nobody has begun goes back where it was, once that act is being called off. */
    takeBack: (bulk: string, place: "dead" | "unclear", acts: readonly Acted[], now: number) =>
      whether(
        act(keys.due.replay, keys[place], false, now, bare(acts), {
          within: { bulk, state: "cancelling", count: "takenOut" },
        }),
      ),

    /** An unclear one is due now as one of which nothing was shown: its note is cleared, so it posts without looking. */
    async postAnew(one: Acted, now: number): Promise<boolean> {
      const [ended] = await act(keys.unclear, keys.due.replay, true, now, bare([one]));
      return ended === "done";
    },

    /**
     * An unclear one is there, and the ledger holds where, as far as the person knows: settled as delivered, or, where its
     * file is gone, due again to be followed. `isNamed`: by the person, who may mean a post that is another file's.
     */
    async settle(one: Acted & { remoteId: string; isNamed: boolean }, now: number): Promise<Ended> {
      const { rev, path, gone } = one.delivery;
      const ledger = ledgerValue({ rev, remoteId: one.remoteId, at: now, path });
      const to = gone === undefined ? keys.settled : keys.due.replay;
      const [ended = "changed"] = await act(keys.unclear, to, true, now, [{ ...one, ledger }], {
        isAlone: one.isNamed,
      });
      return ended;
    },
  };
}
