/**
 * How many requests one credential may have in flight, in this process. Starts wide; a refusal narrows it to one and
 * each success widens it by one, so that after a hold a single request asks first. Holds are shared with other
 * processes through the outbox; this only keeps requests of our own from running into one we already know of.
 */
export interface Pace {
  /** Requests that may be in flight now; 0 while held. */
  width(now: number): number;
  succeeded(): void;
  hold(until: number): void;
}

export function createPace(widest: number): Pace {
  let width = widest;
  let heldUntil = 0;
  let isHeld = false;
  return {
    width(now) {
      if (now >= heldUntil) isHeld = false;
      return isHeld ? 0 : width;
    },
    succeeded() {
      // While held, it was under way before the refusal: it tells nothing of what comes after.
      if (!isHeld) width = Math.min(widest, width + 1);
    },
    hold(until) {
      isHeld = true;
      width = 1;
      heldUntil = Math.max(heldUntil, until);
    },
  };
}
