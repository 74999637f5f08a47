/** One photo to Facebook, shown to nobody: read, made to fit, uploaded. */

import type { Delivery } from "../../core/delivery.ts";
import type { Attempt } from "../../core/destination.ts";
import type { Outcome } from "../../core/outcome.ts";
import { overLimit } from "../../core/sizes.ts";
import { classify } from "./classify.ts";
import { FIT_DEFAULTS, fitImage } from "./fit-image.ts";
import { heldBefore } from "./held-before.ts";
import type { PageDeps } from "./page-deps.ts";
import { sourceOf } from "./upload-body.ts";

export type Uploaded = { kind: "uploaded"; photoId: string } | { kind: "ended"; outcome: Outcome };

export async function uploadPhoto(
  deps: PageDeps,
  token: string,
  delivery: Delivery,
  alt: string | null,
  attempt: Attempt,
): Promise<Uploaded> {
  const ended = (outcome: Outcome): Uploaded => ({ kind: "ended", outcome });
  if (!attempt.mayGoOn()) return ended({ kind: "returned" });
  if (delivery.size > FIT_DEFAULTS.maxInputBytes) {
    const limit = FIT_DEFAULTS.maxInputBytes;
    return ended({ kind: "rejected", message: `a picture of ${overLimit(delivery.size, limit)}` });
  }
  const words = { published: false, ...(alt === null ? {} : { altText: alt }) };
  if (deps.settings.uploadBy === "url" && isTakenAsIs(deps, delivery)) {
    const fetched = await uploadByUrl(deps, token, delivery, words);
    if (fetched !== null) return fetched;
    if (!attempt.mayGoOn()) return ended({ kind: "returned" });
  }
  const read = await deps.source.content(delivery.rev, FIT_DEFAULTS.maxInputBytes);
  if (read.kind === "gone") return ended({ kind: "skipped", reason: "the file is no longer in Dropbox" });
  if (read.kind === "later") {
    const { at, message } = read;
    return ended({ kind: "retryAt", at, cause: "unavailable", hold: false, message });
  }
  const maxBytes = deps.settings.photoMaxBytes;
  let refusal: Outcome | null = null;
  // Refused as it is, it is made anew: a plain JPEG well within the limit.
  for (const changes of [{ maxBytes }, { maxBytes: Math.floor(maxBytes / 2), anew: true }]) {
    const fitted = await fitImage(read.value, changes);
    if (fitted.kind === "unfit") return ended(refusal ?? { kind: "rejected", message: fitted.reason });
    if (!attempt.mayGoOn()) return ended({ kind: "returned" });
    const { bytes, type } = fitted;
    const answer = await deps.client.uploadPhoto(token, deps.settings.pageId, {
      ...words,
      file: { name: delivery.name, type, ...sourceOf(bytes) },
    });
    if (answer.ok) return { kind: "uploaded", photoId: answer.data.id };
    const { verdict, outcome } = classify(answer, "stage", deps.now(), heldBefore(delivery));
    if (verdict !== "convert" && verdict !== "useBytes") return ended(outcome);
    refusal = outcome;
  }
  return ended(refusal ?? { kind: "returned" });
}

/** By name and size, all that is known without its bytes. A GIF may move, and the others may be too much for Facebook. */
const isTakenAsIs = ({ settings }: PageDeps, { name, size }: Delivery): boolean =>
  /\.(jpe?g|png)$/i.test(name) && size > 0 && size <= settings.photoMaxBytes;

/** Has Facebook fetch it. Null: it could not, or not use it; nothing was made, so the bytes are sent. */
async function uploadByUrl(
  deps: PageDeps,
  token: string,
  delivery: Delivery,
  words: { published: boolean; altText?: string },
): Promise<Uploaded | null> {
  const address = await deps.source.address(delivery.rev);
  // What stands in the way of the address is told by the reading of the bytes.
  if (address.kind !== "read") return null;
  const photo = { ...words, url: address.value };
  const answer = await deps.client.uploadPhotoByUrl(token, deps.settings.pageId, photo);
  if (answer.ok) return { kind: "uploaded", photoId: answer.data.id };
  const { verdict, outcome } = classify(answer, "stage", deps.now(), heldBefore(delivery));
  return verdict === "useBytes" || verdict === "convert" ? null : { kind: "ended", outcome };
}
