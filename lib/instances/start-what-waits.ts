import { type Instance, lists } from "../core/instance.ts";
import type { Log } from "../log.ts";
import type { Queue } from "../queue/client.ts";

/**
 * What changed meanwhile, and whatever waits, is looked for at once. After any change: a run under way has ended by it,
 * and leaves the rest of its listing and of every outbox.
 */
export async function startWhatWaits(
  { queue, log }: { queue: Pick<Queue, "enqueue">; log: Log },
  after: Instance,
): Promise<void> {
  if (!lists(after)) return;
  try {
    await queue.enqueue([{ job: { job: "list", instance: after.id } }]);
  } catch (cause) {
    // It is stored all the same, and the next sweep does what the job would have done.
    log.warn(
      { instance: after.id, reason: cause instanceof Error ? cause.message : "unknown" },
      "instance.not_started",
    );
  }
}
