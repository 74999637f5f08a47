/**
 * The calls to a Facebook Page that the relay makes, one method each. Every call is one attempt under a time limit; who
 * repeats it, and what a failure means, is decided elsewhere.
 */
import type { z } from "zod";
import type { GraphAnswer } from "./graph-answer.ts";
import { type GraphRequest, graphCall, type Transport } from "./graph-call.ts";
import {
  changeFields,
  type NewPost,
  type PhotoWords,
  type PostChanges,
  type PostSearch,
  photoFields,
  postFields,
  seconds,
  textOf,
  type UploadedFile,
} from "./graph-fields.ts";
import {
  createdSchema,
  debugTokenSchema,
  doneSchema,
  POST_FIELDS,
  pageTokenSchema,
  photoSchema,
  postSchema,
  postsSchema,
  uploadedPhotoSchema,
} from "./graph-schemas.ts";
import { graphVideos } from "./graph-videos.ts";
import { multipartBody } from "./upload-body.ts";
import { usageRule } from "./usage.ts";

export interface Timeouts {
  jsonMs: number;
  uploadMs: number;
}
export const DEFAULT_TIMEOUTS: Timeouts = { jsonMs: 30_000, uploadMs: 120_000 };

export interface GraphOptions {
  /** For example `https://graph.facebook.com`; may carry a path prefix. */
  baseUrl: string;
  /** Where videos go, when elsewhere. */
  videoBaseUrl?: string;
  /** For example `v26.0`. */
  version: string;
  appSecret: string | null;
  fetch: typeof fetch;
  now: () => number;
  /** No request may outlive the claim it is made under. */
  timeouts?: Timeouts;
}

export type GraphClient = ReturnType<typeof createGraphClient>;

/** How the methods below, and those of videos, reach Facebook. */
export interface Calls {
  call<S extends z.ZodType>(request: GraphRequest, schema: S): Promise<GraphAnswer<z.output<S>>>;
  upload<S extends z.ZodType>(request: GraphRequest, schema: S): Promise<GraphAnswer<z.output<S>>>;
}

export function createGraphClient(options: GraphOptions) {
  const { jsonMs, uploadMs } = options.timeouts ?? DEFAULT_TIMEOUTS;
  const transport = (timeoutMs: number): Transport => ({
    fetch: options.fetch,
    now: options.now,
    appSecret: options.appSecret,
    timeoutMs,
  });
  let stoppedUntil = 0;
  const watched = <T>(answer: GraphAnswer<T>): GraphAnswer<T> => {
    const rule = usageRule(answer.usage);
    if (rule.pace === "stop") stoppedUntil = Math.max(stoppedUntil, options.now() + rule.holdMs);
    return answer;
  };
  const calls: Calls = {
    call: async (request, schema) => watched(await graphCall(transport(jsonMs), request, schema)),
    upload: async (request, schema) => watched(await graphCall(transport(uploadMs), request, schema)),
  };
  const { call, upload } = calls;
  const at = addressIn(options.baseUrl, options.version);

  return {
    /** Until when (ms) nothing more is to be asked, by the usage that any answer told of; 0: nothing was said. */
    stoppedUntil: (): number => stoppedUntil,

    /** Sends the bytes of one photo. */
    uploadPhoto: (token: string, pageId: string, photo: PhotoWords & { file: UploadedFile }) =>
      upload(
        {
          token,
          method: "POST",
          url: at(pageId, "photos"),
          body: (proof) =>
            multipartBody({ ...textOf(photoFields(photo)), ...proof }, { ...photo.file, field: "source" }),
        },
        uploadedPhotoSchema,
      ),

    /** Has Facebook fetch one photo itself, from an address that is open to everybody. */
    uploadPhotoByUrl: (token: string, pageId: string, photo: PhotoWords & { url: string }) =>
      upload(
        {
          token,
          method: "POST",
          url: at(pageId, "photos"),
          body: { url: photo.url, ...photoFields(photo) },
          secrets: [photo.url],
        },
        uploadedPhotoSchema,
      ),

    createPost: (token: string, pageId: string, post: NewPost) =>
      call({ token, method: "POST", url: at(pageId, "feed"), body: postFields(post) }, createdSchema),

    /** Only posts made by the same app, and never their link or pictures. */
    updatePost: (token: string, postId: string, changes: PostChanges) =>
      call({ token, method: "POST", url: at(postId), body: changeFields(changes) }, doneSchema),

    /** Posts, and videos by their own id. */
    deletePost: (token: string, postId: string) => call({ token, method: "DELETE", url: at(postId) }, doneSchema),

    /** `pageStoryId`: the post it is shown in. Without one nothing is proven: Facebook may leave it out. */
    photo: (token: string, photoId: string) =>
      call({ token, method: "GET", url: at(photoId), query: { fields: "id,page_story_id,created_time" } }, photoSchema),

    post: (token: string, postId: string) =>
      call({ token, method: "GET", url: at(postId), query: { fields: POST_FIELDS } }, postSchema),

    /** That a post, photo or video is there: the only field which all of them have. */
    exists: (token: string, id: string) =>
      call({ token, method: "GET", url: at(id), query: { fields: "id" } }, createdSchema),

    /** One page of posts published since then (ms), newest first; `after` of the answer asks for the next one. */
    publishedPosts: (token: string, pageId: string, { since, after, limit = 100 }: PostSearch) =>
      call(
        {
          token,
          method: "GET",
          url: at(pageId, "published_posts"),
          query: {
            fields: POST_FIELDS,
            since: seconds(since).toString(),
            limit: String(limit),
            ...(after === null ? {} : { after }),
          },
        },
        postsSchema,
      ),

    /** The Page's own token, by the token of somebody who may post there; null when Facebook keeps it back. */
    pageToken: (token: string, pageId: string) =>
      call({ token, method: "GET", url: at(pageId), query: { fields: "id,access_token" } }, pageTokenSchema),

    /** Whose token it is: a Page's own token names the Page. */
    me: (token: string) => call({ token, method: "GET", url: at("me"), query: { fields: "id" } }, createdSchema),

    /**
     * What Facebook knows of a token, asked with the app's own (`id|secret`). The documented form is a GET with the
     * token in its address; sent as a POST that stands for a GET, it stays out of the logs on the way.
     */
    debugToken: (appToken: string, inputToken: string) =>
      call(
        {
          token: appToken,
          method: "POST",
          url: at("debug_token"),
          body: { method: "GET", input_token: inputToken },
          secrets: [inputToken],
        },
        debugTokenSchema,
      ),

    ...graphVideos(calls, addressIn(options.videoBaseUrl ?? options.baseUrl, options.version), at),
  };
}

/** The address of a node, or of something below it. */
const addressIn =
  (base: string, version: string) =>
  (...path: string[]): string =>
    [base.replace(/\/+$/, ""), version, ...path.map(encodeURIComponent)].join("/");
