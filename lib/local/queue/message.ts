/** What the queue keeps of a message, and the two forms in which it shows one. */

import { randomBytes } from "node:crypto";

export interface FlowControl {
  key: string;
  parallelism: number | null;
  rate: number | null;
  periodMs: number;
}

/** Plain JSON: this is the value stored in Redis. */
export interface QueueMessage {
  messageId: string;
  /** As published; it is the `sub` of the signature. */
  url: string;
  method: string;
  /** Sent to the destination; names in lower case. */
  header: Record<string, string>;
  bodyBase64: string;
  createdAt: number;
  dueAt: number;
  maxRetries: number;
  retried: number;
  /** Attempts whose result was lost with the process; they raise `upstash-retried` but use up no retry. */
  interrupted: number;
  retryDelay: string | null;
  timeoutMs: number;
  failureCallback: string | null;
  labels: string[];
  flowControl: FlowControl | null;
  scheduleId: string | null;
  callerIp: string;
}

/** A message whose attempts are used up, with the last response. */
export interface DeadLetter {
  dlqId: string;
  message: QueueMessage;
  responseStatus: number;
  responseHeader: Record<string, string[]>;
  responseBodyBase64: string;
}

export function newMessageId(): string {
  return `msg_${randomBytes(16).toString("base64url")}`;
}

/** The fields a message and a schedule have in common in the API. */
export type MessageTemplate = Omit<QueueMessage, "messageId" | "createdAt" | "dueAt" | "retried" | "interrupted">;

/** A new message, due after `delayMs`. */
export function messageFrom(template: MessageTemplate, now: number, delayMs = 0): QueueMessage {
  return { ...template, messageId: newMessageId(), createdAt: now, dueAt: now + delayMs, retried: 0, interrupted: 0 };
}

/** The template as the API shows it; absent options are left out by JSON. */
export function templateView(template: MessageTemplate) {
  const { flowControl } = template;
  return {
    url: template.url,
    method: template.method,
    header: multiValued(template.header),
    body: Buffer.from(template.bodyBase64, "base64").toString(),
    bodyBase64: template.bodyBase64,
    maxRetries: template.maxRetries,
    retryDelayExpression: template.retryDelay ?? undefined,
    failureCallback: template.failureCallback ?? undefined,
    timeout: template.timeoutMs / 1000,
    label: template.labels[0],
    labels: template.labels.length > 0 ? template.labels : undefined,
    flowControlKey: flowControl?.key,
    parallelism: flowControl?.parallelism ?? undefined,
    rate: flowControl?.rate ?? undefined,
    period: flowControl === null ? undefined : flowControl.periodMs / 1000,
    scheduleId: template.scheduleId ?? undefined,
    callerIP: template.callerIp,
  };
}

export function messageView(message: QueueMessage) {
  const { messageId, createdAt, dueAt, retried } = message;
  return { messageId, createdAt, notBefore: dueAt, retried, ...templateView(message) };
}

export function deadLetterView(entry: DeadLetter) {
  return {
    ...messageView(entry.message),
    dlqId: entry.dlqId,
    responseStatus: entry.responseStatus,
    responseHeader: entry.responseHeader,
    responseBody: Buffer.from(entry.responseBodyBase64, "base64").toString(),
    responseBodyBase64: entry.responseBodyBase64,
  };
}

export function multiValued(header: Record<string, string>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(header).map(([name, value]) => [name, [value]]));
}
