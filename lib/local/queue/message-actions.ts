/** What an operator does with messages: look, cancel, and retry or delete dead letters. */

import type { DeadLetters } from "./dead-letters.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Events } from "./events.ts";
import { type DeadLetter, messageFrom, type QueueMessage } from "./message.ts";
import { type Records, write } from "./records.ts";
import { selectPage } from "./selection.ts";

export interface ActionsOptions {
  records: Records;
  dispatcher: Dispatcher;
  deadLetters: DeadLetters;
  events: Events;
  now(): number;
  accept(message: QueueMessage): void;
}

export type MessageActions = ReturnType<typeof createMessageActions>;

export function createMessageActions(options: ActionsOptions) {
  const { records, dispatcher, deadLetters, events, now, accept } = options;

  async function cancel(messages: readonly QueueMessage[]): Promise<number> {
    const removed = messages.flatMap(({ messageId }) => dispatcher.remove(messageId) ?? []);
    try {
      const ids = removed.map(({ messageId }) => messageId);
      await records.commit(ids.flatMap((id) => [write.dropMessage(id), write.unmarkInFlight(id)]));
    } catch (error) {
      // Still stored, so still to be delivered. A copy: an attempt under way belongs to the one removed.
      for (const message of removed) dispatcher.add({ ...message });
      throw error;
    }
    for (const message of removed) events.record("CANCELED", message);
    return removed.length;
  }

  async function deleteDeadLetters(entries: readonly DeadLetter[]): Promise<number> {
    await records.commit(entries.map(({ dlqId }) => write.dropDeadLetter(dlqId)));
    for (const { dlqId } of entries) deadLetters.drop(dlqId);
    return entries.length;
  }

  /** Each becomes a new message with its retries restored; the entry goes in the same transaction. */
  async function retryDeadLetters(entries: readonly DeadLetter[]): Promise<{ messageId: string }[]> {
    const messages = entries.map(({ message }) => messageFrom(message, now()));
    await records.commit([
      ...messages.map(write.putMessage),
      ...entries.map(({ dlqId }) => write.dropDeadLetter(dlqId)),
    ]);
    for (const { dlqId } of entries) deadLetters.drop(dlqId);
    for (const message of messages) accept(message);
    return messages.map(({ messageId }) => ({ messageId }));
  }

  return {
    cancel,
    deleteDeadLetters,
    retryDeadLetters,
    selectMessages: (query: URLSearchParams) =>
      selectPage(dispatcher.all(), query, "messageIds", (message) => ({
        ...message,
        id: message.messageId,
        time: message.createdAt,
      })),
    selectDeadLetters: (query: URLSearchParams) =>
      selectPage(deadLetters.all(), query, "dlqIds", ({ dlqId, message }) => ({
        ...message,
        id: dlqId,
        time: Number(dlqId.split("-")[0]),
      })),
    selectEvents: (query: URLSearchParams) =>
      selectPage(events.list(), query, "messageIds", (event) => ({ ...event, id: event.messageId })),
  };
}
