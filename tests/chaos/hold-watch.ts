/**
 * Requests into a hold, between processes. A few may cross the 429 on their way, and a process that was killed, or cut off,
 * before it could read the 429 knows of none. Everything else is a breach.
 */
import type { Wait } from "../sandbox/gate.ts";

/** Deliveries the relay has under way at a time. */
export const CONCURRENCY = 4;
/** Each may have sent the request after this one, and that too be answered, before the 429 is read. */
const CROSSING_MAX = 2 * CONCURRENCY;
/** A kill takes a moment to reach the endpoint as a closed connection. */
const CLOSING_MS = 1_000;

export function createHoldWatch(endpoint: { waits(): readonly Wait[]; tooEarly(): readonly number[] }) {
  /** When the relay was killed or its connections were cut. */
  const interrupted: number[] = [];

  const wasRead = ({ at, heard }: Wait) =>
    heard && !interrupted.some((moment) => moment > at - CLOSING_MS && moment <= at);

  return {
    /** An answer may be lost now, and what the process knows. */
    interrupted: (): void => void interrupted.push(Date.now()),
    /** Holds into which more requests came than could cross it, in words. */
    breaches: (): string[] =>
      endpoint.waits().flatMap((wait) => {
        if (!wasRead(wait)) return [];
        const end = Math.min(wait.until, ...interrupted.filter((moment) => moment > wait.at));
        const into = endpoint.tooEarly().filter((when) => when > wait.at && when < end).length;
        return into <= CROSSING_MAX ? [] : [`${into} requests into a hold, within ${end - wait.at} ms`];
      }),
  };
}
