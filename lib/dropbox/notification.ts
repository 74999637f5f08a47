/**
 * Reads a webhook body whose signature was checked. It tells whose account changed, never what. Only
 * `list_folder.accounts` is used; all other keys are legacy or unknown. An id we could not have
 * linked is passed over, so that it does not cost the others their hint. Source: Dropbox Webhooks reference.
 */
import { z } from "zod";
import { readJson } from "./call.ts";

export type Notification =
  /** Unique account ids; none when the body concerns nothing we follow, which still deserves a 200. */
  { kind: "accounts"; accounts: string[] } | { kind: "unreadable" } | { kind: "tooMany" };

/** Today `dbid:` and 35 characters. The ids become parts of keys, so the alphabet is closed and the length bounded. */
const accountSchema = z.string().regex(/^[A-Za-z0-9:_-]{1,128}$/);

const notificationSchema = z.looseObject({
  list_folder: z.looseObject({ accounts: z.array(z.unknown()).nullish() }).nullish(),
});

/** `accountsMax` bounds the work one request can cause; it counts before repeats are dropped. */
export function parseNotification(bytes: Uint8Array, accountsMax = 1000): Notification {
  if (bytes.includes(0)) return { kind: "unreadable" };
  const parsed = notificationSchema.safeParse(readJson(bytes));
  if (!parsed.success) return { kind: "unreadable" };
  const named = parsed.data.list_folder?.accounts ?? [];
  if (named.length > accountsMax) return { kind: "tooMany" };
  const accounts = named.flatMap((id) => accountSchema.safeParse(id).data ?? []);
  return { kind: "accounts", accounts: [...new Set(accounts)] };
}
