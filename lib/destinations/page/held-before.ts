import type { Delivery } from "../../core/delivery.ts";

/**
 * How often in a row Facebook told this delivery "not now": blocks grow longer each time they are met again. Waits of our
 * own in between (for the budget of posts, or before an allowance is used up) were met by nobody.
 */
export function heldBefore({ attempts }: Pick<Delivery, "attempts">): number {
  let held = 0;
  for (const { outcome, message } of attempts.toReversed()) {
    if (outcome !== "retryAt") break;
    if (message !== undefined && /Facebook answered \d/.test(message)) held += 1;
  }
  return held;
}
