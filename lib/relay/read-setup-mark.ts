/** Whether there is anything new on the setup page: another finding, or the test notification that has arrived. */
import type { Check } from "../setup/check.ts";
import { isOverdue } from "../setup/test-result.ts";
import type { Context } from "./context.ts";
import { markOf } from "./mark-of.ts";

/** `sentAt`: when a test notification was sent (ms); null: none was. */
export async function readSetupMark(context: Context, sentAt: number | null): Promise<string> {
  const [checks, arrivedAt] = await Promise.all([context.checkup.watch(), arrivalOf(context, sentAt)]);
  return setupMark(checks, sentAt === null ? null : { sentAt, arrivedAt }, context.now());
}

/** When the notification that was sent at `test` (ms) had led to a listing; null: not yet, or none was sent. */
export async function arrivalOf({ setup }: Pick<Context, "setup">, test: number | null): Promise<number | null> {
  if (test === null) return null;
  // What Redis cannot tell now has a line of its own among the checks.
  const { notifiedAt } = await setup.heard().catch(() => ({ notifiedAt: null }));
  return notifiedAt !== null && notifiedAt >= test ? notifiedAt : null;
}

/** The times within a sentence are another one each moment, and say nothing new. */
export function setupMark(
  checks: readonly Check[],
  test: { sentAt: number; arrivedAt: number | null } | null,
  now: number,
) {
  const lines = checks.map(({ id, verdict, todo }) => [id, verdict, todo]);
  return markOf([lines, test && [test.arrivedAt !== null, isOverdue(test.sentAt, now)]]);
}
