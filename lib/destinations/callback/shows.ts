/** The event that a delivery stands for, as it would be told now, or as it was told last. Pure. */
import type { Claimed } from "../../core/delivery.ts";
import { nothingSent, type Sent, sent } from "../../core/sent.ts";
import { type ChangeKind, changeOf } from "./change.ts";
import { type CallbackInstance, type Format, messageOf } from "./message.ts";

const WORDS = {
  created: "An event: a file was added",
  updated: "An event: a file was changed",
  renamed: "An event: a file was renamed",
  deleted: "An event: a file is gone",
} as const satisfies Record<ChangeKind, string>;

export function showChange(one: Claimed, instance: CallbackInstance, format: Format): Sent {
  const change = changeOf(one);
  if ("skipped" in change) return nothingSent(change.skipped);
  return sent(WORDS[change.kind], {
    payload: JSON.parse(messageOf([change], instance, format).body),
    note: "Events of the same moment share a body; the id of each stays the same.",
  });
}
