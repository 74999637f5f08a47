/** Which files of a listing a backfill means. Pure. */
import type { BackfillAsk } from "./bulk.ts";
import { type Former, formerOf, type KnownFile } from "./known-file.ts";
import type { Entry } from "./plan.ts";
import { isBelow, notSelectedBy, type Rules } from "./selection.ts";

export type BackfillVerdict =
  | { kind: "deliver"; former: Former }
  /** Delivered, or on its way. */
  | { kind: "already" }
  /** The ordinary listing has not come to it yet, or has it in hand. */
  | { kind: "fresh" }
  | { kind: "skip"; why: string }
  /** Not asked for. */
  | { kind: "outside" };

/** `known`: what is known of the file; undefined: it was never listed. */
export function judgeOlder(
  entry: Entry & { kind: "file" },
  known: KnownFile | undefined,
  ask: BackfillAsk,
  { folder, rules }: { folder: string; rules: Rules },
): BackfillVerdict {
  if (!isBelow(ask.folder, entry.path)) return { kind: "outside" };
  if (known === undefined || known.gone !== undefined) return { kind: "fresh" };
  if (known.old !== true && known.skipped === undefined) return { kind: "already" };
  if (ask.which === "rules" && known.skipped === undefined) return { kind: "outside" };
  if (!entry.isDownloadable) return { kind: "skip", why: "no content of its own to download" };
  const not = notSelectedBy(entry, folder, rules);
  if (not !== null) return { kind: "skip", why: whyOf(not) };
  return { kind: "deliver", former: formerOf(known) };
}

/** The same words for all files that a rule leaves out: a file's own size or name is not among them. */
export const whyOf = ({ reason, rule }: { reason: string; rule: { name: string; value: string } | null }): string =>
  rule === null ? reason : `${rule.name}: ${rule.value}`;
