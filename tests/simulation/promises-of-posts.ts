/**
 * What must hold on the Page at the end of a run: each file that is there posted once, whichever of its revisions it was;
 * of each that is gone what was chosen; and in the whole of it, that no post was taken from a file that was there.
 */
import { type Folder, type Owed, versionIn } from "./folder.ts";
import { brokenByGone } from "./promises-of-gone.ts";
import type { Universe } from "./universe.ts";

/** One file in one post. */
export interface Shown {
  version: number;
  hidden: boolean;
  /** In a post with others. */
  shared: boolean;
  deletedAt: number | null;
}

/** What is and was on the Page of each file, by its id. */
export function shownOn({ graph }: Pick<Universe, "graph">, folder: Folder): Map<string, Shown[]> {
  const shown = new Map<string, Shown[]>();
  const posts = new Map(graph.posts().map((post) => [post.id, post]));
  const show = (bytes: Uint8Array, postId: string | null, deletedAt: number | null) => {
    const post = postId === null ? undefined : posts.get(postId);
    if (post?.state !== "published") return;
    const version = versionIn(bytes);
    const id = folder.fileOf(version);
    const shared = graph.photos().filter((photo) => photo.postId === postId).length > 1;
    const gone = deletedAt ?? post.deletedAt;
    shown.set(id, [...(shown.get(id) ?? []), { version, hidden: post.hidden, shared, deletedAt: gone }]);
  };
  for (const photo of graph.photos()) show(photo.bytes, photo.postId, photo.deletedAt);
  for (const video of graph.videos()) show(Buffer.concat(video.chunks), video.postId, video.deletedAt);
  return shown;
}

/** `ended`: what is dead or left to a person; `spent`: dead of too many attempts, of which nothing is promised. */
export function brokenByPosts(
  universe: Universe,
  folder: Folder,
  ended: { dead: ReadonlySet<string>; unclear: ReadonlySet<string>; spent: ReadonlySet<string> },
  hadReset: boolean,
): string[] {
  const { env, graph } = universe;
  const broken: string[] = [];
  const shown = shownOn(universe, folder);
  const there = (id: string) => (shown.get(id) ?? []).filter(({ deletedAt }) => deletedAt === null);
  for (const id of shown.keys()) {
    const versions = there(id).map(({ version }) => version);
    if (versions.length > 1) broken.push(`doubled: ${id} is on the Page in versions ${versions.join(", ")}`);
  }
  for (const node of folder.present()) {
    const owed = folder.owed.get(node.id);
    if (owed === undefined) throw new Error(`nobody made ${node.pathDisplay}`);
    if (ended.spent.has(node.id)) continue;
    const versions = there(node.id).flatMap(({ version, hidden }) => (hidden ? [] : [version]));
    const what = `${node.pathDisplay} (${node.id}, version ${owed.version})`;
    broken.push(...brokenOf(what, owed, versions, env, ended.dead.has(node.id)));
  }
  if (graph.tokensInUrl() > 0) broken.push("leaked: a token was in an address");
  return [...broken, ...brokenByGone(env, folder, shown, ended, hadReset)];
}

function brokenOf(what: string, owed: Owed, versions: number[], env: Universe["env"], isDead: boolean): string[] {
  if (owed.old && env.BACKFILL === "none") {
    return versions.length > 0 ? [`published: ${what} is older than the relay`] : [];
  }
  if (owed.kind === "malformed") {
    return isDead ? [] : [`hidden: ${what} cannot be posted and is not among the dead`];
  }
  if (owed.kind === "oversized" || owed.kind === "hidden") {
    return versions.length > 0 ? [`published: ${what} is not selected`] : [];
  }
  if (versions.length === 0) return [`lost: ${what} is not on the Page${isDead ? ", it is dead" : ""}`];
  if (env.PAGE_ON_EDIT === "replace" && !versions.includes(owed.version)) {
    return [`lost: ${what} is on the Page in version ${versions.join(", ")}`];
  }
  return [];
}
