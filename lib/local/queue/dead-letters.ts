/** The dead-letter queue: messages whose attempts are used up, until someone retries or deletes them. */

import type { DeadLetter, QueueMessage } from "./message.ts";

export interface DeadLetters {
  /** A new entry, not yet kept: it must be stored first. */
  entryFor(message: QueueMessage, response: Omit<DeadLetter, "dlqId" | "message">): DeadLetter;
  keep(entry: DeadLetter): void;
  drop(dlqId: string): void;
  /** Oldest first. */
  all(): DeadLetter[];
}

export function createDeadLetters(loaded: readonly DeadLetter[], now: () => number): DeadLetters {
  const entries = new Map(loaded.map((entry) => [entry.dlqId, entry]));
  let made = 0;
  return {
    entryFor(message, response) {
      const at = now();
      while (entries.has(`${at}-${made}`)) made += 1;
      return { dlqId: `${at}-${made++}`, message, ...response };
    },
    keep: (entry) => void entries.set(entry.dlqId, entry),
    drop: (dlqId) => void entries.delete(dlqId),
    all: () => [...entries.values()],
  };
}
