/** What a file would become on the Page, without a request to anybody. Pure: the bytes are not looked at. */
import { isSidecarName, parseSidecar } from "./caption.ts";
import { FIT_DEFAULTS } from "./fit-image.ts";
import { mediaKindOf } from "./media-kind.ts";
import { renderMessage } from "./message.ts";
import { describeFile } from "./message-values.ts";
import type { PageSettings } from "./settings.ts";

export interface PreviewedFile {
  path: string;
  size: number;
  /** Milliseconds. */
  modified: number;
  /** The text file beside it, where there is one. */
  sidecar: { name: string; content: Uint8Array } | null;
}

export type Preview =
  /** `at` (ms): when it would be posted; null: at once. `link` stands for one that would be made. */
  | {
      kind: "photo" | "video" | "reel" | "text" | "link";
      message: string | null;
      alt: string | null;
      at: number | null;
    }
  | { kind: "nothing"; reason: string };

/** Stands where the link to the file would. */
const LINK = "https://www.dropbox.com/…";

export function previewPost(file: PreviewedFile, settings: PageSettings): Preview {
  const nothing = (reason: string): Preview => ({ kind: "nothing", reason });
  const described = describeFile(file);
  const found = mediaKindOf(
    { name: described.name, size: file.size },
    {
      photoInputMaxBytes: FIT_DEFAULTS.maxInputBytes,
      videoMaxBytes: settings.videoMaxBytes,
      mp4As: settings.videoAs === "reel" ? "reel" : "video",
    },
  );
  if (found.kind === "link" && found.reason !== null) return nothing(found.reason);
  if (found.kind === "link" && settings.otherAs === "skip") return nothing("neither a photo nor a video");
  if (found.kind === "link" && settings.captions && isSidecarName(described.name))
    return nothing("a text file is the caption of the photo beside it");
  if ((found.kind === "video" || found.kind === "reel") && settings.videoAs === "skip")
    return nothing("videos are not published here");

  const none = { kind: "caption", message: null, alt: null, scheduledAt: null } as const;
  const read = settings.captions && file.sidecar !== null;
  const caption = read && file.sidecar !== null ? parseSidecar(file.sidecar.name, file.sidecar.content) : none;
  if (caption.kind === "invalid") return nothing(caption.message);
  const kind = found.kind === "link" ? (settings.otherAs === "link" ? "link" : "text") : found.kind;
  const rendered = renderMessage(settings.message, {
    ...described,
    link: kind === "link" ? LINK : null,
    caption: caption.message,
    alt: caption.alt,
  });
  if (rendered.kind === "invalid") return nothing(`the template, line ${rendered.line}: ${rendered.what}`);
  if (rendered.kind === "blank" && (kind === "text" || kind === "link"))
    return nothing("the template gives no text for this file");
  const message = rendered.kind === "blank" ? null : rendered.text;
  return { kind, message, alt: caption.alt, at: caption.scheduledAt };
}
