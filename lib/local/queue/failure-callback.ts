/** The message that tells the publisher's failure callback what became of a message. It is delivered like any other. */

import { type DeadLetter, messageFrom, multiValued, type QueueMessage } from "./message.ts";

/** Null when the message named no failure callback. */
export function failureCallbackFor(entry: DeadLetter, now: number): QueueMessage | null {
  const { message, dlqId } = entry;
  if (message.failureCallback === null) return null;
  const body = {
    status: entry.responseStatus,
    header: entry.responseHeader,
    body: entry.responseBodyBase64,
    retried: message.retried,
    maxRetries: message.maxRetries,
    dlqId,
    sourceMessageId: message.messageId,
    url: message.url,
    method: message.method,
    sourceHeader: multiValued(message.header),
    sourceBody: message.bodyBase64,
    notBefore: String(message.dueAt),
    createdAt: String(message.createdAt),
    callerIP: message.callerIp,
    scheduleId: message.scheduleId ?? undefined,
  };
  const template = {
    url: message.failureCallback,
    method: "POST",
    header: { "content-type": "application/json" },
    bodyBase64: Buffer.from(JSON.stringify(body)).toString("base64"),
    maxRetries: 3,
    retryDelay: null,
    timeoutMs: message.timeoutMs,
    failureCallback: null,
    labels: message.labels,
    flowControl: null,
    scheduleId: null,
    callerIp: message.callerIp,
  };
  return messageFrom(template, now);
}
