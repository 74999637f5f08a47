/** One body and what it is made of. The same events always make the same bytes. */
import { type Change, messageIdOf } from "./change.ts";
import { cloudEventsForm } from "./cloudevents-form.ts";
import { elementsForm } from "./elements-form.ts";

/** What a body says of where its events come from. */
export interface CallbackInstance {
  id: number;
  name: string;
  tags: readonly string[];
  accountId: number;
  companyId: number;
  userId: number;
  /** In the place of an address that notifications come from. */
  sender: string;
  /** The Dropbox account. */
  account: string | null;
}

export interface Message {
  id: string;
  changes: readonly Change[];
  instance: CallbackInstance;
}

export const FORMATS = ["elements", "cloudevents"] as const;
export type Format = (typeof FORMATS)[number];

const FORMS = {
  elements: { contentType: "application/json", write: elementsForm },
  cloudevents: { contentType: "application/cloudevents-batch+json", write: cloudEventsForm },
} as const satisfies Record<Format, { contentType: string; write: (message: Message) => string }>;

export function messageOf(changes: readonly Change[], instance: CallbackInstance, format: Format) {
  const id = messageIdOf(changes);
  const { contentType, write } = FORMS[format];
  return { id, contentType, body: write({ id, changes, instance }) };
}
