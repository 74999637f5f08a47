/** After a person's act: what is due is delivered now. */
import { reasonOf } from "./answer-job.ts";
import type { Lane, Services } from "./services.ts";

/** Never throws: the act is done, and the next sweep drains in any case. */
export async function wakeDrain(
  { queue, log }: Pick<Services, "queue" | "log">,
  link: Pick<Lane, "id">,
): Promise<void> {
  try {
    await queue.enqueue([{ job: { job: "drain", instance: link.id } }]);
  } catch (cause) {
    log.warn({ link: link.id, reason: reasonOf(cause) }, "operator.not_woken");
  }
}
