/** Due messages in one lane per flow-control key; a lane holds messages back by rate and parallelism, over all URLs. */

import type { FlowControl, QueueMessage } from "./message.ts";

const UNLIMITED: FlowControl = { key: "", parallelism: null, rate: null, periodMs: 1000 };

interface Lane {
  limits: FlowControl;
  waiting: QueueMessage[];
  active: number;
  periodStart: number;
  startedInPeriod: number;
  paused: boolean;
}

export interface Lanes {
  push(message: QueueMessage): void;
  drop(messageId: string): void;
  /** The next message that may start now, already counted as started; null when none may. */
  take(now: number): QueueMessage | null;
  finished(message: QueueMessage): void;
  /** When a lane held back by its rate may go on; null when none is. */
  wakeAt(now: number): number | null;
  /** Null for a key that no message has used. */
  info(key: string): object | null;
  pause(key: string, paused: boolean): void;
}

export function createLanes(): Lanes {
  const lanes = new Map<string, Lane>();

  function laneOf(message: QueueMessage): Lane {
    const limits = message.flowControl ?? UNLIMITED;
    let lane = lanes.get(limits.key);
    if (lane === undefined) {
      lane = { limits, waiting: [], active: 0, periodStart: 0, startedInPeriod: 0, paused: false };
      lanes.set(limits.key, lane);
    }
    return lane;
  }

  function openPeriod(lane: Lane, now: number): void {
    if (now < lane.periodStart + lane.limits.periodMs) return;
    lane.periodStart = now;
    lane.startedInPeriod = 0;
  }

  const hasSlot = ({ limits, active, paused }: Lane) => !paused && active < (limits.parallelism ?? Infinity);
  const hasRate = ({ limits, startedInPeriod }: Lane) => startedInPeriod < (limits.rate ?? Infinity);

  return {
    push(message) {
      const lane = laneOf(message);
      // The latest message decides, as a publisher that changes its limits expects.
      lane.limits = message.flowControl ?? UNLIMITED;
      lane.waiting.push(message);
    },
    drop(messageId) {
      for (const lane of lanes.values()) {
        lane.waiting = lane.waiting.filter((message) => message.messageId !== messageId);
      }
    },
    take(now) {
      for (const [key, lane] of lanes) {
        if (lane.waiting.length === 0) continue;
        openPeriod(lane, now);
        if (!hasSlot(lane) || !hasRate(lane)) continue;
        const message = lane.waiting.shift();
        if (message === undefined) continue;
        lane.active += 1;
        lane.startedInPeriod += 1;
        // To the end of the map, so that one long lane does not starve the others.
        lanes.delete(key);
        lanes.set(key, lane);
        return message;
      }
      return null;
    },
    finished(message) {
      laneOf(message).active -= 1;
    },
    wakeAt(now) {
      let earliest: number | null = null;
      for (const lane of lanes.values()) {
        if (lane.waiting.length === 0 || !hasSlot(lane) || hasRate(lane)) continue;
        const at = Math.max(now, lane.periodStart + lane.limits.periodMs);
        earliest = earliest === null ? at : Math.min(earliest, at);
      }
      return earliest;
    },
    info(key) {
      const lane = lanes.get(key);
      if (lane === undefined || key === "") return null;
      return {
        flowControlKey: key,
        waitListSize: lane.waiting.length,
        parallelismMax: lane.limits.parallelism ?? 0,
        parallelismCount: lane.active,
        rateMax: lane.limits.rate ?? 0,
        rateCount: lane.startedInPeriod,
        ratePeriod: lane.limits.periodMs / 1000,
        ratePeriodStart: Math.floor(lane.periodStart / 1000),
        isPaused: lane.paused,
        isPinnedParallelism: false,
        isPinnedRate: false,
      };
    },
    pause(key, paused) {
      const lane = lanes.get(key);
      if (lane !== undefined) lane.paused = paused;
    },
  };
}
