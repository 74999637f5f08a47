/** What a claimed delivery asks of the Page. Pure. */
import type { Claimed, Delivery } from "../../core/delivery.ts";
import { FIT_DEFAULTS } from "./fit-image.ts";
import { mediaKindOf } from "./media-kind.ts";
import { withdrawalIn } from "./note.ts";
import { isReplaceable } from "./remote-id.ts";
import type { PageSettings } from "./settings.ts";

type Medium = { kind: "photo" | "video" | "reel" | "text" } | { kind: "unfit"; reason: string };
export type Kind =
  | Medium
  | { kind: "gone" }
  /** Posted, and it may have been taken away since: to be looked for. */
  | { kind: "doubtful" }
  | { kind: "edit" | "hidden" | "same" };

export function kindOf(claimed: Claimed, settings: PageSettings): Kind {
  const { delivery, before, note } = claimed;
  if (delivery.gone !== undefined) return { kind: "gone" };
  const withdrawal = withdrawalIn(note);
  if (before === null || (note !== null && withdrawal === null)) return mediumOf(delivery, settings);
  if (withdrawal === "removing") return { kind: "doubtful" };
  const isHidden = before.hidden === true || withdrawal === "hiding";
  const isSame = before.rev === delivery.rev && before.path === delivery.path;
  if (isSame) return { kind: isHidden ? "hidden" : "same" };
  // A post of several photos is kept whole, and one that only a person has seen cannot be taken away.
  if (settings.onEdit !== "replace" || !isReplaceable(before.remoteId)) return { kind: isHidden ? "hidden" : "edit" };
  return mediumOf(delivery, settings);
}

function mediumOf(delivery: Delivery, settings: PageSettings): Medium {
  const rules = {
    photoInputMaxBytes: FIT_DEFAULTS.maxInputBytes,
    videoMaxBytes: settings.videoMaxBytes,
    mp4As: settings.videoAs === "reel" ? ("reel" as const) : ("video" as const),
  };
  const found = mediaKindOf(delivery, rules);
  if (found.kind !== "link") return { kind: found.kind };
  // What is named like a photo or a video and cannot be one is no text either.
  return found.reason === null ? { kind: "text" } : { kind: "unfit", reason: found.reason };
}
