/** Which request goes where, and under which name it is counted and hit by faults. */
import { answer, refuse } from "./graph-answers.ts";
import type { createFeedRoutes } from "./graph-feed.ts";
import type { createGraphLogin } from "./graph-login.ts";
import type { createReads } from "./graph-reads.ts";
import type { createReelRoutes } from "./graph-reels.ts";
import type { GraphCall } from "./graph-request.ts";
import type { GraphStore } from "./graph-store.ts";
import type { GraphTokens, TokenKind } from "./graph-tokens.ts";

type Serve = (call: GraphCall) => Response | Promise<Response>;

export interface RouteParts {
  pageId: string;
  store: GraphStore;
  tokens: GraphTokens;
  reads: ReturnType<typeof createReads>;
  feed: ReturnType<typeof createFeedRoutes>;
  reels: ReturnType<typeof createReelRoutes>;
  login: ReturnType<typeof createGraphLogin>;
  photo: Serve;
  video: Serve;
}

export function createGraphRoutes({ pageId, store, tokens, reads, feed, reels, login, photo, video }: RouteParts) {
  const publishing: Record<string, Serve> = { photos: photo, feed: feed.post, videos: video, video_reels: reels.post };

  function kindOf(id: string): string {
    if (id === pageId || id === "me") return id === "me" ? "me" : "{page}";
    if (store.post(id) !== null) return "{post}";
    if (store.photo(id) !== null) return "{photo}";
    return store.video(id) !== null ? "{video}" : "{node}";
  }

  /** `POST /{page}/videos:finish`, `GET /{photo}`, `POST /video-upload/{video}` */
  function label({ method, path, param }: GraphCall): string {
    const [first = "", edge] = path;
    if (first === "rupload") return `${method} /video-upload/{video}`;
    if (first === "debug_token") return `${method} /debug_token`;
    if (first === "dialog" || first === "oauth") return `${method} /${first}/${edge}`;
    if (edge === undefined) return `${method} /${kindOf(first)}`;
    const phase = method === "POST" && edge.startsWith("video") ? (param("upload_phase") ?? "whole") : null;
    return `${method} /${kindOf(first)}/${edge}${phase === null ? "" : `:${phase}`}`;
  }

  /** Writing is the Page's own business: no other token may. */
  function refusedKind(call: GraphCall, kind: TokenKind): Response | null {
    if (kind === "page") return null;
    if (call.param("published") === "false") return refuse("notAsPage");
    const message = "(#200) Posting to a page requires the token of the page, with pages_manage_posts";
    return refuse("permission", { message });
  }

  function write(call: GraphCall, id: string, edge: string | undefined, kind: TokenKind): Response | Promise<Response> {
    const isPage = id === pageId || id === "me";
    if (edge === "albums" && isPage) return refuse("capability");
    const publish = edge !== undefined && isPage && Object.hasOwn(publishing, edge) ? publishing[edge] : undefined;
    const post = edge === undefined ? store.post(id) : null;
    if (publish === undefined && post === null) return refuse(edge === undefined ? "missingObject" : "badPath");
    const refused = refusedKind(call, kind);
    if (refused !== null) return refused;
    if (publish !== undefined) return publish(call);
    return post === null ? refuse("missingObject") : feed.change(call, post);
  }

  function remove(call: GraphCall, id: string, kind: TokenKind): Response {
    const one = store.post(id) ?? store.photo(id) ?? store.video(id);
    if (one === null) return refuse("missingObject");
    const refused = refusedKind(call, kind);
    if (refused !== null) return refused;
    store.remove(one);
    return answer({ success: true });
  }

  function serve(call: GraphCall): Response | Promise<Response> {
    const [first = "", edge, ...rest] = call.path;
    if (first === "debug_token" && call.method === "GET") return tokens.debug(call);
    if (first === "dialog" && edge === "oauth") return login.dialog(call);
    if (first === "oauth" && edge === "access_token") return login.exchange(call);
    const isUpload = first === "rupload" && call.method === "POST";
    // The upload host asks for no proof: its address was given to who had it.
    const kind = isUpload ? tokens.kindOf(call) : tokens.check(call);
    if (kind instanceof Response) return kind;
    if (isUpload) return reels.upload(call, rest.at(-1) ?? "");
    if (first === "" || rest.length > 0) return refuse("badPath");
    if (call.method === "POST") return write(call, first, edge, kind);
    if (call.method === "DELETE" && edge === undefined) return remove(call, first, kind);
    if (call.method !== "GET") return refuse("badPath");
    const atLogin = login.read(call);
    if (atLogin !== null) return atLogin;
    if (edge === undefined) return reads.node(call, first, kind);
    if (first === "me" && edge === "accounts") return reads.accounts(call, kind);
    const isPage = first === pageId || (first === "me" && kind === "page");
    return isPage && reads.isList(edge) ? reads.list(call, edge) : refuse("badPath");
  }

  return { label, serve };
}
