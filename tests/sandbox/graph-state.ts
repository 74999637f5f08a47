/** The Page as the sandbox's own page shows it: posts newest first, with what is still being processed. */
import type { FacebookGraph } from "./graph-api.ts";
import type { StoredPhoto, StoredPost, StoredVideo } from "./graph-model.ts";

const isShown = (post: StoredPost): boolean => post.deletedAt === null;

export function pageState(graph: FacebookGraph, shownMax: number) {
  const photos = new Map(graph.photos().map((photo) => [photo.id, photo]));
  const videos = new Map(graph.videos().map((video) => [video.id, video]));
  const posts = graph.posts().filter(isShown);
  const waiting = graph.videos().filter((video) => video.finishedAt !== null && video.postId === null);
  const shown = [...posts.map((post) => postShown(post, photos, videos)), ...waiting.map(videoShown)].sort(
    (one, other) => other.createdAt - one.createdAt,
  );
  const publicCount = posts.filter((post) => post.state === "published").length;
  return {
    version: [graph.writes().length, publicCount, waiting.length, graph.requests(), graph.requestsIntoHold()].join("-"),
    id: graph.page.id,
    name: graph.page.name,
    posts: shown.slice(0, shownMax),
    total: publicCount,
    doubles: graph.doubles().map((double) => double.name),
    writes: graph.writes().length,
    requests: graph.requests(),
    requestsIntoHold: graph.requestsIntoHold(),
    tokensInUrl: graph.tokensInUrl(),
    faults: graph.faults.list(),
  };
}

export type ShownPost = ReturnType<typeof postShown>;

function postShown(post: StoredPost, photos: Map<string, StoredPhoto>, videos: Map<string, StoredVideo>) {
  const video = post.videoId === null ? undefined : videos.get(post.videoId);
  return {
    id: post.id,
    state: post.state as StoredPost["state"] | "processing" | "failed",
    hidden: post.hidden,
    edited: post.edits.length > 0,
    /** The date it is shown under. */
    createdAt: post.backdatedTo ?? post.createdAt,
    publishAt: post.publishAt,
    message: post.message,
    link: post.link,
    photos: post.photoIds.map((id) => ({ id, text: photos.get(id)?.altText ?? photos.get(id)?.name ?? "" })),
    video: video === undefined ? null : { id: video.id, title: video.title, reel: video.reel },
  };
}

/** A video that is no post yet: being processed, waiting for its time, kept as a draft, or broken. */
function videoShown(video: StoredVideo): ShownPost {
  return {
    ...{ id: video.id, hidden: false, edited: false, createdAt: video.finishedAt ?? video.createdAt },
    ...{ publishAt: video.publishAt, message: video.description, link: null, photos: [] },
    state: video.failed ? "failed" : video.goal === "published" ? "processing" : video.goal,
    video: { id: video.id, title: video.title, reel: video.reel },
  };
}

/** How many posts show a file: by the name of a photo, or in the text. */
export function postsNaming(graph: FacebookGraph): (name: string) => number {
  const photos = new Map(graph.photos().map((photo) => [photo.id, photo.name]));
  const posts = graph.posts().filter((post) => isShown(post) && post.state === "published");
  const texts = posts.map((post) =>
    [post.message ?? "", ...post.photoIds.map((id) => photos.get(id) ?? "")].join("\n"),
  );
  return (name) => texts.filter((text) => text.includes(name)).length;
}
