/** What a person decides of one delivery that does not go on by itself. Done twice, the second time finds nothing to do. */
import { z } from "zod";
import type { Who } from "../core/audit.ts";
import { actedOn } from "../core/replay.ts";
import type { InspectionStore } from "../store/inspection-store.ts";
import { addressOf } from "./find-link.ts";
import type { Link, Services } from "./services.ts";
import { wakeDrain } from "./wake-drain.ts";

export const actionSchema = z.discriminatedUnion("action", [
  /** A dead one goes again. */
  z.strictObject({ action: z.literal("replay") }),
  /** An unclear one was found at the destination; `post` is its id or address there. */
  z.strictObject({ action: z.literal("isThere"), post: z.string().min(1).max(500).optional() }),
  /** An unclear one is not there. */
  z.strictObject({ action: z.literal("post") }),
]);
export type Action = z.infer<typeof actionSchema>;

type Found = NonNullable<Awaited<ReturnType<InspectionStore["one"]>>>;

export type ActionResult =
  | { kind: "done" }
  /** It is not in the state this action is for. */
  | { kind: "notThere"; needed: "dead" | "unclear" }
  /** Somebody, or a newer revision, was quicker. */
  | { kind: "changed" }
  | { kind: "unknownPost" }
  /** The post is known to be another file's: what becomes of this file would be done to that one's. */
  | { kind: "anothersPost" };

/** What `who` decides of one; written down, whatever comes of it. */
export async function actOnDelivery(
  services: Services,
  link: Link,
  id: string,
  action: Action,
  who: Who,
): Promise<ActionResult> {
  let ended = "failed";
  try {
    const result = await decide(services, link, id, action);
    ended = result.kind;
    return result;
  } finally {
    await services.audit.record({
      who,
      act: action.action,
      on: `${id} of ${addressOf(link.id, link.destinationId)}`,
      ended,
    });
  }
}

async function decide(services: Services, link: Link, id: string, action: Action): Promise<ActionResult> {
  const needed = action.action === "replay" ? "dead" : "unclear";
  const row = await link.desk.inspection.one(needed, id);
  if (row === null) return { kind: "notThere", needed };
  const result = await act(link, row, action, services.now());
  if (result.kind !== "done") return result;
  services.log.info({ link: link.id, delivery: id, action: action.action }, "operator.acted");
  // One that is there may still have to be followed: its file is gone.
  if (action.action !== "isThere" || row.stored?.delivery.gone !== undefined) await wakeDrain(services, link);
  return result;
}

async function act(
  link: Link,
  { stored, value, note, held }: Found,
  action: Action,
  now: number,
): Promise<ActionResult> {
  if (stored === null) return { kind: "changed" }; // no delivery that can be read: only a newer revision helps
  const { delivery } = stored;
  const { acts } = link.desk;
  const verdict = (isDone: boolean): ActionResult => ({ kind: isDone ? "done" : "changed" });
  switch (action.action) {
    case "replay": {
      const [isDone = false] = await acts.replay([{ value, delivery: actedOn(delivery, "replayed", now) }], now);
      return verdict(isDone);
    }
    case "post":
      return verdict(await acts.postAnew({ value, delivery: actedOn(delivery, "postedAnew", now) }, now));
    case "isThere": {
      // What is there of a file that went is known already.
      const known = delivery.gone === undefined || action.post !== undefined ? null : held;
      const remoteId = known?.remoteId ?? link.destination.remoteOf(action.post ?? null, note);
      if (remoteId === null) return { kind: "unknownPost" };
      const found = { value, delivery: actedOn(delivery, "foundThere", now), remoteId };
      const ended = await acts.settle({ ...found, isNamed: action.post !== undefined }, now);
      return { kind: ended === "anothers" ? "anothersPost" : ended };
    }
  }
}
