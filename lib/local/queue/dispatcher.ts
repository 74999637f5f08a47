/**
 * Holds every unsettled message, sends those that are due, and lets `settle` decide what becomes of each.
 * A message leaves only when its result is in Redis: while Redis is gone, settling is tried again.
 */

import type { AttemptResult } from "./attempt.ts";
import type { Lanes } from "./lanes.ts";
import type { QueueMessage } from "./message.ts";
import type { Timers } from "./timers.ts";

const IN_FLIGHT_MAX = 100;
const STORAGE_RETRY_MS = 1000;
const CLOSE_GRACE_MS = 1000;

export interface DispatcherOptions {
  timers: Timers;
  lanes: Lanes;
  /** Notes in Redis that an attempt begins. */
  mark(message: QueueMessage): Promise<void>;
  attempt(message: QueueMessage, closing: AbortSignal): Promise<AttemptResult>;
  /** Stores the result; returns the messages that follow from it (a retry, a callback). Throws when Redis is gone. */
  settle(message: QueueMessage, result: AttemptResult): Promise<QueueMessage[]>;
}

export interface Dispatcher {
  add(message: QueueMessage): void;
  /** Forgets a message; the result of an attempt under way is ignored. Null when it is not here. */
  remove(messageId: string): QueueMessage | null;
  get(messageId: string): QueueMessage | null;
  all(): QueueMessage[];
  pump(): void;
  /** Stops; attempts still under way after a second are aborted without a result. */
  close(): Promise<void>;
}

export function createDispatcher({ timers, lanes, mark, attempt, settle }: DispatcherOptions): Dispatcher {
  const entries = new Map<string, { message: QueueMessage; cancel: () => void }>();
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  let closed = false;
  let cancelWake = () => {};

  function add(message: QueueMessage): void {
    const due = () => {
      lanes.push(message);
      pump();
    };
    const entry = { message, cancel: () => {} };
    entries.set(message.messageId, entry);
    if (message.dueAt > timers.now()) entry.cancel = timers.at(message.dueAt, due);
    else due();
  }

  function pump(): void {
    if (closed) return;
    while (running.size < IN_FLIGHT_MAX) {
      const message = lanes.take(timers.now());
      if (message === null) break;
      const run = send(message).finally(() => {
        running.delete(run);
        lanes.finished(message);
        pump();
      });
      running.add(run);
    }
    cancelWake();
    const wakeAt = running.size < IN_FLIGHT_MAX ? lanes.wakeAt(timers.now()) : null;
    cancelWake = wakeAt === null ? () => {} : timers.at(wakeAt, pump);
  }

  /** A cancelled message, or one put back after a failed cancel, is no longer this attempt's business. */
  const isCurrent = (message: QueueMessage) => entries.get(message.messageId)?.message === message;

  async function send(message: QueueMessage): Promise<void> {
    await untilStored(message, () => mark(message));
    if (closed || !isCurrent(message)) return;
    const result = await attempt(message, closing.signal);
    if (result.outcome === "aborted") return;
    await untilStored(message, async () => {
      let following = await settle(message, result);
      if (isCurrent(message)) entries.delete(message.messageId);
      else following = following.filter(({ messageId }) => messageId !== message.messageId);
      following.forEach(add);
    });
  }

  async function untilStored(message: QueueMessage, store: () => Promise<void>): Promise<void> {
    while (isCurrent(message)) {
      try {
        return await store();
      } catch {
        await timers.wait(STORAGE_RETRY_MS);
      }
    }
  }

  return {
    add,
    pump,
    remove(messageId) {
      const entry = entries.get(messageId);
      if (entry === undefined) return null;
      entry.cancel();
      entries.delete(messageId);
      lanes.drop(messageId);
      return entry.message;
    },
    get: (messageId) => entries.get(messageId)?.message ?? null,
    all: () => [...entries.values()].map(({ message }) => message),
    async close() {
      closed = true;
      timers.stop();
      // The real clock: a test's virtual one does not move while it awaits this.
      let grace: NodeJS.Timeout | undefined;
      const waited = new Promise<void>((resolve) => {
        grace = setTimeout(resolve, CLOSE_GRACE_MS);
      });
      await Promise.race([Promise.allSettled(running), waited]);
      clearTimeout(grace);
      closing.abort();
    },
  };
}
