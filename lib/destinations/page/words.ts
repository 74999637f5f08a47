/** What a post says: the instance's template, filled with the file and the caption found beside it. */
import type { Delivery } from "../../core/delivery.ts";
import type { Outcome } from "../../core/outcome.ts";
import { parseSidecar, SIDECAR_MAX_BYTES, sidecarPathsOf } from "./caption.ts";
import { renderMessage } from "./message.ts";
import { describeFile } from "./message-values.ts";
import type { PageDeps } from "./page-deps.ts";

export interface Words {
  /** Null: the post has no text. */
  message: string | null;
  alt: string | null;
  caption: string | null;
}

export type Worded = { kind: "words"; words: Words } | { kind: "ended"; outcome: Outcome };

/** Reads the caption, if there is one, and fills the template. A caption with a time in the future waits for it. */
export async function wordsFor(
  { source, settings, now }: PageDeps,
  delivery: Delivery,
  link: string | null = null,
): Promise<Worded> {
  let caption: string | null = null;
  let alt: string | null = null;
  for (const path of settings.captions ? sidecarPathsOf(delivery.path) : []) {
    const read = await source.at(path, SIDECAR_MAX_BYTES);
    if (read.kind === "gone") continue;
    if (read.kind === "later") {
      const { at, message } = read;
      return { kind: "ended", outcome: { kind: "retryAt", at, cause: "unavailable", hold: false, message } };
    }
    const sidecar = parseSidecar(path.slice(path.lastIndexOf("/") + 1), read.value);
    if (sidecar.kind === "invalid") {
      return { kind: "ended", outcome: { kind: "rejected", message: sidecar.message } };
    }
    if (sidecar.scheduledAt !== null && sidecar.scheduledAt > now()) {
      const reason = `waits for the time in ${path}`;
      return { kind: "ended", outcome: { kind: "notYet", at: sidecar.scheduledAt, reason } };
    }
    caption = sidecar.message;
    alt = sidecar.alt;
    break;
  }
  const file = describeFile({ path: delivery.path, size: delivery.size, modified: delivery.serverModified });
  const rendered = renderMessage(settings.message, { ...file, link, caption, alt });
  if (rendered.kind === "invalid") {
    const message = `the template of the message, line ${rendered.line}: ${rendered.what}`;
    return { kind: "ended", outcome: { kind: "rejected", message } };
  }
  return { kind: "words", words: { message: rendered.kind === "blank" ? null : rendered.text, alt, caption } };
}

/** One text for several photos: what people wrote beside them, else the folder's name. */
export function albumMessage(words: readonly Words[], folder: string): string | null {
  if (words.length === 1) return words[0]?.message ?? null;
  const written = [...new Set(words.flatMap(({ caption }) => caption ?? []))];
  return written.length > 0 ? written.join("\n\n") : folder.slice(folder.lastIndexOf("/") + 1) || null;
}
