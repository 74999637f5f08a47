import type { Hold } from "../core/hold.ts";

/**
 * How many requests one credential may have in flight, in this process, over all its runs. Slow start: from one, doubling
 * with each round of successes. A refusal narrows it to one and remembers half of where it was; beyond that it widens
 * ever more carefully, so that after a hold a single request asks first. Other processes learn of a hold by the outbox.
 */
export interface Pace {
  /** True when one more delivery may begin. */
  isOpen(now: number): boolean;
  isHeld(now: number): boolean;
  /** The hold this process knows of, whether Redis has heard of it or not; null: none that Redis has to be told of. */
  held(now: number): Hold | null;
  began(): void;
  ended(): void;
  succeeded(): void;
  hold(until: number, reason?: Hold["reason"]): void;
  /** What Redis holds now. For an endpoint that was given up on that alone counts: by now it may be called again. */
  heard(hold: Hold | null): void;
}

/** Successes it takes, at width one, to try a second request beyond the remembered width. */
const CAUTION = 8;

export function createPace(widest: number): Pace {
  let width = 1;
  let safe = widest;
  let running = 0;
  let heldUntil = 0;
  let isHeld = false;
  let heldFor: Hold["reason"] = "rateLimited";
  function hold(until: number, reason: Hold["reason"] = "rateLimited"): void {
    if (!isHeld) safe = Math.max(1, width / 2);
    isHeld = true;
    width = 1;
    if (until >= heldUntil) heldFor = reason;
    heldUntil = Math.max(heldUntil, until);
  }
  const held = (now: number) => {
    if (now >= heldUntil) isHeld = false;
    return isHeld;
  };
  return {
    isHeld: held,
    held: (now) => (held(now) && heldFor !== "givenUp" ? { until: heldUntil, reason: heldFor } : null),
    isOpen: (now) => !held(now) && running < Math.floor(width),
    began() {
      running += 1;
    },
    ended() {
      running -= 1;
    },
    succeeded() {
      // While held, it was under way before the refusal: it tells nothing of what comes after.
      if (!isHeld) width = Math.min(widest, width + (width < safe ? 1 : 1 / (CAUTION * width)));
    },
    hold,
    heard(known) {
      if (known !== null) hold(known.until, known.reason);
      else if (heldFor === "givenUp") heldUntil = 0;
    },
  };
}
