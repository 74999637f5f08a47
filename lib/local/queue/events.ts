/** The queue's log: the last thousand steps, in memory. For the dashboard and for tests, not for recovery. */

import type { QueueMessage } from "./message.ts";

const EVENTS_MAX = 1000;

export type EventState = "CREATED" | "ACTIVE" | "ERROR" | "RETRY" | "DELIVERED" | "FAILED" | "CANCELED";

export interface QueueEvent {
  time: number;
  state: EventState;
  messageId: string;
  url: string;
  labels: string[];
  responseStatus?: number;
  error?: string;
  nextDeliveryTime?: number;
}

export type EventDetail = Pick<QueueEvent, "responseStatus" | "error" | "nextDeliveryTime">;

export interface Events {
  record(state: EventState, message: QueueMessage, detail?: EventDetail): void;
  /** Newest first. */
  list(): QueueEvent[];
}

export function createEvents(now: () => number, log: (line: object) => void): Events {
  const events: QueueEvent[] = [];
  return {
    record(state, message, detail = {}) {
      const { messageId, url, labels } = message;
      const event = { time: now(), state, messageId, url, labels, ...detail };
      events.push(event);
      if (events.length > EVENTS_MAX) events.shift();
      log({ event: "queue.message", ...event });
    },
    list: () => [...events].reverse(),
  };
}
