/** Events that are sent again. Whoever asks twice has it done once: what is on its way already is left as it is. */
import type { z } from "zod";
import { type Answer, ok, refuse } from "./answer.ts";
import type { ElementsDeps } from "./deps.ts";
import { type Caller, findInstance } from "./find-instance.ts";
import { outboxOfEvents } from "./past-events.ts";
import type { replaySchema } from "./schemas.ts";

export async function replayOne(id: string, event: string, caller: Caller, deps: ElementsDeps): Promise<Answer> {
  const outbox = outboxOfEvents(await findInstance(id, caller, deps));
  const done = outbox === null ? "unknown" : await deps.events.replay(id, outbox, event);
  if (done === "unknown") refuse(404, "No such event");
  if (done === "changed") refuse(409, "The event is on its way, or a newer one of its file took its place");
  return ok({ eventId: event, replayed: true }, { "elements-element-instance-id": id });
}

export async function replayMany(
  id: string,
  asked: z.output<typeof replaySchema>,
  caller: Caller,
  deps: ElementsDeps,
): Promise<Answer> {
  const outbox = outboxOfEvents(await findInstance(id, caller, deps));
  const { filter, preview, after = null } = asked;
  if (outbox === null) return ok({ looked: 0, meant: 0, replayed: 0, after: null });
  const step = (await deps.events.replayMany(id, outbox, { filter, preview, after })) ?? refuse(400, "Invalid after");
  return ok(step, { "elements-element-instance-id": id });
}
