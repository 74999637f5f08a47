/** Everything that is asked with GET: nodes by id, the Page's lists of posts, the accounts of a person. */
import { answer, refuse, timeIn } from "./graph-answers.ts";
import { type GraphNode, parseFields, project } from "./graph-fields.ts";
import type { GraphManners } from "./graph-manners.ts";
import type { StoredPost } from "./graph-model.ts";
import { createdTime, createNodes, DEFAULT_FIELDS, type NodeParts, type NodeType } from "./graph-nodes.ts";
import type { GraphCall } from "./graph-request.ts";
import type { GraphTokens, TokenKind } from "./graph-tokens.ts";

const LIMIT = 25;
const LIMIT_MAX = 100;
const TASKS = ["PROFILE_PLUS_CREATE_CONTENT", "PROFILE_PLUS_MODERATE", "PROFILE_PLUS_ANALYZE"];

export interface ReadParts extends NodeParts {
  manners: GraphManners;
  tokens: GraphTokens;
}

export function createReads({ store, manners, tokens, ...parts }: ReadParts) {
  const nodes = createNodes({ store, manners, ...parts });
  const { page } = parts;
  const readsOf = new Map<string, number>();

  const lists: Record<string, (post: StoredPost) => boolean> = {
    published_posts: store.isPublic,
    posts: store.isPublic,
    feed: () => true,
    scheduled_posts: (post) => post.state === "scheduled",
  };

  function shown(call: GraphCall, node: GraphNode, type: NodeType): GraphNode | Response {
    const fields = parseFields(call.param("fields") || DEFAULT_FIELDS[type].join(","));
    if (fields === null) return refuse("badPath", { message: "Syntax error in the fields parameter" });
    return project(node, fields, type);
  }
  const one = (call: GraphCall, node: GraphNode, type: NodeType): Response => {
    const picked = shown(call, node, type);
    return picked instanceof Response ? picked : answer(picked);
  };

  const withToken = (node: GraphNode, kind: TokenKind): GraphNode => {
    const isGiven = kind !== "page" && manners.givesPageToken;
    return { ...node, access_token: isGiven ? tokens.derivePageToken() : undefined };
  };

  /** As asked once too early: the object is there, but cannot be read yet. */
  function isNotYet(id: string): boolean {
    const before = readsOf.get(id) ?? 0;
    readsOf.set(id, before + 1);
    return before < manners.missingReads;
  }

  function node(call: GraphCall, id: string, kind: TokenKind): Response {
    if (id === page.id || (id === "me" && kind === "page")) {
      const asksToken = parseFields(call.param("fields") ?? "")?.has("access_token") === true;
      return one(call, asksToken ? withToken(nodes.page(), kind) : nodes.page(), "Page");
    }
    if (id === "me") return answer({ name: "Sandbox Owner", id: "88" });
    const post = store.post(id);
    const photo = store.photo(id);
    const video = store.video(id);
    if ((post ?? photo ?? video) === null || isNotYet(id)) return refuse("missingObject");
    if (post !== null) return one(call, nodes.post(post), "Post");
    if (photo !== null) return one(call, nodes.photo(photo), "Photo");
    return video === null ? refuse("missingObject") : one(call, nodes.video(video), "Video");
  }

  /** Newest first; a cursor says after which post it goes on, so that new posts do not shift a page. */
  function list(call: GraphCall, edge: string): Response {
    const limit = Number(call.param("limit") ?? LIMIT);
    if (!(limit >= 1 && limit <= LIMIT_MAX))
      return refuse("invalidParameter", { message: "(#100) The limit must be from 1 to 100" });
    const since = timeIn(call.param("since") ?? "0") ?? 0;
    const until = timeIn(call.param("until") ?? "") ?? Number.POSITIVE_INFINITY;
    const isIn = lists[edge] ?? (() => false);
    const all = store
      .posts()
      .map((post, turn) => ({ post, turn, at: createdTime(post) }))
      .filter(({ post, at }) => post.deletedAt === null && isIn(post) && at >= since && at <= until)
      .sort((a, b) => b.at - a.at || b.turn - a.turn);
    const [afterAt = Number.POSITIVE_INFINITY, afterTurn = 0] = Buffer.from(call.param("after") ?? "", "base64url")
      .toString()
      .split("-")
      .filter(Boolean)
      .map(Number);
    const rest = all.filter(({ at, turn }) => at < afterAt || (at === afterAt && turn < afterTurn));
    const taken = rest.slice(0, manners.shortPages ? Math.ceil(limit / 2) : limit);
    const data: GraphNode[] = [];
    for (const { post } of taken) {
      const picked = shown(call, nodes.post(post), "Post");
      if (picked instanceof Response) return picked;
      data.push(picked);
    }
    const cursor = (entry: (typeof all)[number] | undefined) =>
      Buffer.from(`${entry?.at ?? 0}-${entry?.turn ?? 0}`).toString("base64url");
    if (taken.length === 0) return answer({ data });
    const after = cursor(taken.at(-1));
    const next = new URLSearchParams([
      ...[...call.params].filter(([name]) => name !== "after" && name !== "access_token"),
      ["access_token", call.token ?? ""],
      ["after", after],
    ]);
    const more = rest.length > taken.length ? { next: `${call.base}/${call.version}/${page.id}/${edge}?${next}` } : {};
    return answer({ data, paging: { cursors: { before: cursor(taken[0]), after }, ...more } });
  }

  function accounts(call: GraphCall, kind: TokenKind): Response {
    if (kind === "page")
      return refuse("invalidParameter", {
        message: "(#100) Tried accessing nonexisting field (accounts) on node type (Page)",
      });
    const full: GraphNode = { ...withToken(nodes.page(), kind), tasks: TASKS };
    const asked = parseFields(call.param("fields") || "access_token,category,name,id,tasks");
    if (asked === null) return refuse("badPath");
    const picked = project(full, asked, "Page");
    return picked instanceof Response
      ? picked
      : answer({ data: [picked], paging: { cursors: { before: "MA", after: "MA" } } });
  }

  return { node, list, accounts, isList: (edge: string): boolean => Object.hasOwn(lists, edge) };
}
