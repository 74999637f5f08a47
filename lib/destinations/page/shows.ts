/** What a file becomes on the Page, as an attempt would make it now: its words, with the caption that lies beside it. */
import type { Claimed } from "../../core/delivery.ts";
import { nothingSent, type Sent, sent } from "../../core/sent.ts";
import { exactTime } from "../../core/times.ts";
import { SIDECAR_MAX_BYTES, sidecarPathsOf } from "./caption.ts";
import type { PageDeps } from "./page-deps.ts";
import { type Preview, type PreviewedFile, previewPost } from "./preview.ts";
import { readRemote } from "./remote-id.ts";
import type { PageSettings } from "./settings.ts";

const KINDS = {
  photo: "A photo",
  video: "A video",
  reel: "A reel",
  text: "A post of text",
  link: "A post with a link to the file",
} as const satisfies Record<Exclude<Preview["kind"], "nothing">, string>;

const GONE = {
  keep: "the file is gone, and its post stays as it is",
  hide: "the file is gone, and its post is hidden",
  delete: "the file is gone, and its post is deleted",
} as const satisfies Record<PageSettings["onDelete"], string>;

export async function showPost(
  { source, settings }: Pick<PageDeps, "source" | "settings">,
  { delivery, before }: Claimed,
): Promise<Sent> {
  if (delivery.gone !== undefined) return nothingSent(GONE[settings.onDelete]);
  const { path, size, serverModified: modified } = delivery;
  const beside = settings.captions ? await sidecarOf(source, path) : { sidecar: null, unread: null };
  const preview = previewPost({ path, size, modified, sidecar: beside.sidecar }, settings);
  if (preview.kind === "nothing") return nothingSent(preview.reason);
  const fields = [
    { label: "Caption from", value: beside.sidecar?.name ?? null },
    { label: "Text for who cannot see it", value: preview.alt },
    { label: "Not before", value: preview.at === null ? null : exactTime(preview.at) },
  ];
  const files = before === null ? 1 : readRemote(before.remoteId).files;
  const shared = files > 1 ? `It shares its post with others: ${files} files, and one text for all of them.` : null;
  return sent(KINDS[preview.kind], {
    text: preview.message,
    fields: fields.flatMap(({ label, value }) => (value === null ? [] : [{ label, value }])),
    note: [beside.unread, shared].filter((part) => part !== null).join(" ") || null,
  });
}

/** The first that is there counts, as when it is posted. */
async function sidecarOf(
  source: PageDeps["source"],
  path: string,
): Promise<{ sidecar: PreviewedFile["sidecar"]; unread: string | null }> {
  for (const at of sidecarPathsOf(path)) {
    const read = await source.at(at, SIDECAR_MAX_BYTES);
    if (read.kind === "gone") continue;
    if (read.kind === "later")
      return { sidecar: null, unread: `Whether a caption lies beside it could not be read now: ${read.message}.` };
    return { sidecar: { name: at.slice(at.lastIndexOf("/") + 1), content: read.value }, unread: null };
  }
  return { sidecar: null, unread: null };
}
