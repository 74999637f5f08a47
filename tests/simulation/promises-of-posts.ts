/** What must hold on the Page at the end of a run: each file posted once, whichever of its revisions it was. */
import { type Folder, versionIn } from "./folder.ts";
import type { Universe } from "./universe.ts";

export function brokenByPosts(
  { env, graph }: Universe,
  folder: Folder,
  dead: ReadonlySet<string>,
  spent: ReadonlySet<string>,
): string[] {
  const broken: string[] = [];
  const shown = new Map<string, number[]>();
  const show = (bytes: Uint8Array) => {
    const version = versionIn(bytes);
    const id = folder.fileOf(version);
    shown.set(id, [...(shown.get(id) ?? []), version]);
  };
  const photos = new Map(graph.photos().map((photo) => [photo.id, photo]));
  const videos = new Map(graph.videos().map((video) => [video.id, video]));
  for (const post of graph.posts()) {
    if (post.state !== "published" || post.deletedAt !== null) continue;
    for (const id of post.photoIds) show(photos.get(id)?.bytes ?? new Uint8Array());
    if (post.videoId !== null) show(Buffer.concat(videos.get(post.videoId)?.chunks ?? []));
  }
  for (const [id, versions] of shown) {
    if (versions.length > 1) broken.push(`doubled: ${id} is on the Page in versions ${versions.join(", ")}`);
  }
  for (const node of folder.present()) {
    const owed = folder.owed.get(node.id);
    if (owed === undefined) throw new Error(`nobody made ${node.pathDisplay}`);
    if (spent.has(node.id)) continue;
    const versions = shown.get(node.id) ?? [];
    const what = `${node.pathDisplay} (${node.id}, version ${owed.version})`;
    if (owed.old && env.BACKFILL === "none") {
      if (versions.length > 0) broken.push(`published: ${what} is older than the relay`);
      continue;
    }
    if (owed.kind === "malformed") {
      if (!dead.has(node.id)) broken.push(`hidden: ${what} cannot be posted and is not among the dead`);
    } else if (owed.kind === "oversized" || owed.kind === "hidden") {
      if (versions.length > 0) broken.push(`published: ${what} is not selected`);
    } else if (versions.length === 0) {
      broken.push(`lost: ${what} is not on the Page${dead.has(node.id) ? ", it is dead" : ""}`);
    } else if (env.PAGE_ON_EDIT === "replace" && !versions.includes(owed.version)) {
      broken.push(`lost: ${what} is on the Page in version ${versions.join(", ")}`);
    }
  }
  if (graph.tokensInUrl() > 0) broken.push("leaked: a token was in an address");
  return broken;
}
