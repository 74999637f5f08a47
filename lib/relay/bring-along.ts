/** What waits at a destination's former place goes on at the present one: nothing delivers there any more. */
import type { Link, Services } from "./services.ts";

/** Steps for each former outbox in one job; the next job takes the rest. */
const STEPS_MAX = 20;

export async function bringAlong(services: Services, link: Link): Promise<void> {
  for (const former of link.former ?? []) {
    let moved = 0;
    for (let n = 0; n < STEPS_MAX; n += 1) {
      const left = await former.move(services.now());
      moved += left;
      if (left === 0) break;
    }
    if (moved > 0) services.log.info({ link: link.id, moved }, "outbox.brought_along");
  }
}
