/** How the network and the services behave at the moment: fates of requests by chance, under troubles that come and go. */
import type { Effect, Fate, ServiceName } from "./network.ts";

export interface Weather {
  /** Share of requests that go wrong (0 to 1). */
  trouble: number;
  /** Services that are down until a time (ms); whether they refuse or say nothing is chance. */
  down: Map<ServiceName, number>;
  /** Share of queue messages that come late, or again though they were done. */
  disorder: number;
}

export const calm = (): Weather => ({ trouble: 0, down: new Map(), disorder: 0 });

const BAD = {
  redis: ["refused", "lost", "failedAfter", "silent", "silentAfter", "twice", "killedBefore", "killedAfter"],
  queue: ["refused", "lost", "failedAfter", "silent", "silentAfter", "twice", "killedBefore", "killedAfter"],
  dropbox: ["refused", "lost", "failedAfter", "silent", "silentAfter", "twice", "killedBefore", "killedAfter"],
  // Not brought twice: an endpoint that takes a repeated POST for a new one doubles it, whoever the client is.
  facebook: ["refused", "lost", "failedAfter", "silent", "silentAfter", "killedBefore", "killedAfter"],
} as const satisfies Record<ServiceName, readonly Fate["kind"][]>;

/** The relay waits 45 s for a write it stopped waiting for after 7: what lands later than that is beyond its promise. */
const LATEST_LANDING_MS = 45_000;

export function fateIn(weather: Weather, effect: Effect, now: number, random: () => number): Fate {
  const requestMs = latency(random);
  const answerMs = latency(random);
  if ((weather.down.get(effect.service) ?? 0) > now) {
    return random() < 0.8 ? { kind: "refused" } : { kind: "silent" };
  }
  if (random() >= weather.trouble) return { kind: "answered", requestMs, answerMs };
  const kinds = BAD[effect.service];
  const kind = kinds[Math.floor(random() * kinds.length)] ?? "refused";
  switch (kind) {
    case "refused":
    case "silent":
    case "killedBefore":
      return { kind };
    case "silentAfter":
      return { kind, requestMs: random() * LATEST_LANDING_MS };
    case "killedAfter":
      return { kind, requestMs };
    case "lost":
    case "failedAfter":
    case "twice":
      return { kind, requestMs, answerMs };
  }
}

/** Mostly some milliseconds, now and then seconds. */
const latency = (random: () => number): number => (random() < 0.03 ? random() * 3_000 : 1 + random() * 25);
