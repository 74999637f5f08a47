import type { Delivery } from "../../core/delivery.ts";

/** How often in a row this delivery was told "not now": blocks grow longer each time they are met again. */
export function heldBefore({ attempts }: Pick<Delivery, "attempts">): number {
  const other = attempts.findLastIndex(({ outcome }) => outcome !== "retryAt");
  return attempts.length - 1 - other;
}
