import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createGraphClient, type GraphOptions } from "@/lib/destinations/page/graph-client.ts";
import { NOW, secret } from "../support/builders.ts";

const token = secret();
const appSecret = secret();
const proof = createHmac("sha256", appSecret).update(token).digest("hex");

interface Seen {
  method: string | undefined;
  url: string;
  headers: Headers;
  body: unknown;
  redirect: string | undefined;
  signal: AbortSignal | null | undefined;
}

/** A Facebook that answers everything alike and notes what it was asked. */
function facebook(answer: unknown, changes: Partial<GraphOptions> = {}, status = 200) {
  const seen: Seen[] = [];
  const fetch = async (url: string | URL | Request, init: RequestInit = {}) => {
    const { method, body, redirect, signal } = init;
    const text = body instanceof ReadableStream ? await new Response(body).text() : body;
    const headers = new Headers(init.headers);
    seen.push({ method, url: String(url), headers, body: text, redirect, signal });
    return new Response(typeof answer === "string" ? answer : JSON.stringify(answer), { status });
  };
  const options = { baseUrl: "https://graph.test/fb/", version: "v26.0", appSecret: null, fetch, now: () => NOW };
  return { client: createGraphClient({ ...options, ...changes }), seen };
}
const only = ({ seen }: { seen: Seen[] }): Seen => {
  expect(seen).toHaveLength(1);
  const [one] = seen;
  if (one === undefined) throw new Error("nothing was sent");
  return one;
};
const sent = (world: { seen: Seen[] }) => JSON.parse(String(only(world).body));
const query = (world: { seen: Seen[] }) => Object.fromEntries(new URL(only(world).url).searchParams);
const streamOf = (...texts: string[]) => new Blob(texts).stream();
const aPhoto = () => ({ name: 'a "b"\r\n.jpg', type: "image/jpeg", size: 5, stream: streamOf("bytes") });
const aPiece = () => ({ sessionId: "900", start: 7, size: 5, stream: streamOf("bytes") });

type Client = ReturnType<typeof createGraphClient>;
const UPLOAD_URL = "https://rupload.facebook.com/video-upload/v26.0/901";
/** Every call there is, with an answer that suits it. */
const CALLS: [string, unknown, (client: Client) => Promise<{ ok: boolean }>][] = [
  ["uploadPhoto", { id: "771" }, (c) => c.uploadPhoto(token, "1049", { file: aPhoto(), published: false })],
  [
    "uploadPhotoByUrl",
    { id: "771" },
    (c) => c.uploadPhotoByUrl(token, "1049", { url: "https://a.test/b", published: true }),
  ],
  ["createPost", { id: "1049_1" }, (c) => c.createPost(token, "1049", { message: "Hi" })],
  ["updatePost", { success: true }, (c) => c.updatePost(token, "1049_1", { message: "Ho" })],
  ["deletePost", { success: true }, (c) => c.deletePost(token, "1049_1")],
  ["photo", { id: "771" }, (c) => c.photo(token, "771")],
  ["post", { id: "1049_1" }, (c) => c.post(token, "1049_1")],
  ["exists", { id: "771" }, (c) => c.exists(token, "771")],
  ["publishedPosts", { data: [] }, (c) => c.publishedPosts(token, "1049", { since: NOW, after: null })],
  ["pageToken", { id: "1049" }, (c) => c.pageToken(token, "1049")],
  ["me", { id: "1049" }, (c) => c.me(token)],
  ["debugToken", { data: { is_valid: true } }, (c) => c.debugToken(token, secret())],
  [
    "startVideo",
    { upload_session_id: "900", video_id: "901", start_offset: "0", end_offset: "9" },
    (c) => c.startVideo(token, "1049", 9),
  ],
  ["transferVideo", { start_offset: 12, end_offset: 12 }, (c) => c.transferVideo(token, "1049", aPiece())],
  ["finishVideo", { success: true }, (c) => c.finishVideo(token, "1049", { sessionId: "900" })],
  ["video", { id: "901" }, (c) => c.video(token, "901")],
  ["startReel", { video_id: "901", upload_url: UPLOAD_URL }, (c) => c.startReel(token, "1049")],
  ["uploadReel", { success: true }, (c) => c.uploadReel(token, UPLOAD_URL, { ...aPiece(), offset: 7, total: 12 })],
  ["uploadReelByUrl", { success: true }, (c) => c.uploadReelByUrl(token, UPLOAD_URL, "https://a.test/b.mp4")],
  ["finishReel", { success: true }, (c) => c.finishReel(token, "1049", { videoId: "901" })],
];

describe("every call", () => {
  it("the client's methods → all of them are in the list below", () => {
    const methods = Object.keys(facebook({}).client).filter((name) => name !== "stoppedUntil");
    expect(methods.sort()).toEqual(CALLS.map(([name]) => name).sort());
  });

  it.each(CALLS)("%s → token in the header alone, redirect not followed, one attempt", async (_, answer, run) => {
    const world = facebook(answer, { appSecret });
    expect((await run(world.client)).ok).toBe(true);
    const one = only(world);
    expect(one.headers.get("authorization")).toMatch(new RegExp(`^(Bearer|OAuth) ${token}$`));
    expect(one.url).not.toContain(token);
    expect(one.url).not.toContain("access_token=");
    expect(String(one.body)).not.toContain(token);
    expect(JSON.stringify([...one.headers].filter(([name]) => name !== "authorization"))).not.toContain(token);
    expect(`${one.url}${one.body}`).not.toContain(appSecret);
    expect(one.redirect).toBe("manual");
    expect(one.signal).toBeInstanceOf(AbortSignal);
  });

  it.each(CALLS)(
    "%s with the app's secret → the proof of this token, once, outside the upload host",
    async (name, answer, run) => {
      const world = facebook(answer, { appSecret });
      await run(world.client);
      const { url, body } = only(world);
      const times = `${url} ${body}`.split(proof).length - 1;
      expect(times).toBe(name.startsWith("uploadReel") ? 0 : 1);
    },
  );

  it.each(CALLS)("%s answered 200 without what it should hold → a failure", async (name, _, run) => {
    for (const empty of [{}, { success: false }, "", "<html>"]) {
      const world = facebook(empty);
      expect(await run(world.client), name).toMatchObject({ ok: false, status: 200, code: null });
    }
  });

  it.each(CALLS)("%s answered by an error of Facebook's → the failure, not repeated", async (_, __, run) => {
    const world = facebook({ error: { code: 2, message: `down ${token}` } }, {}, 500);
    expect(await run(world.client)).toMatchObject({
      ok: false,
      status: 500,
      code: 2,
      message: "Facebook answered 500 (2): down [secret]",
    });
    only(world);
  });
});

describe("silence", () => {
  const failing = (cause: unknown) => facebook({}, { fetch: () => Promise.reject(cause) }).client.me(token);
  const fetchFailed = (code: string) => Object.assign(new TypeError(`fetch failed ${token}`), { cause: { code } });

  it.each([
    ["ECONNREFUSED", "refused"],
    ["ENOTFOUND", "refused"],
    ["ECONNRESET", "broken"],
    ["UND_ERR_SOCKET", "broken"],
  ])("%s → %s", async (code, silence) => {
    const message = `Facebook gave no answer: ${code}`;
    expect(await failing(fetchFailed(code))).toMatchObject({ ok: false, status: null, silence, message });
  });

  it("no answer within the time for JSON → timeout; an upload has a time of its own", async () => {
    const hanging: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
    const { client } = facebook({}, { fetch: hanging, timeouts: { jsonMs: 20, uploadMs: 40 } });
    expect(await client.me(token)).toMatchObject({ silence: "timeout" });
    expect(await client.uploadPhoto(token, "1049", { file: aPhoto(), published: false })).toMatchObject({
      silence: "timeout",
    });
  });

  it("an answer longer than we take → a failure without a verdict", async () => {
    const long = JSON.stringify({ id: "1", message: "x".repeat(5 * 1024 * 1024) });
    expect(await facebook(long).client.post(token, "1")).toMatchObject({ ok: false, status: 200, code: null });
  });
});

describe("photos", () => {
  it("bytes → multipart: fields, then the file under a name that breaks out of nothing, of the length announced", async () => {
    const world = facebook({ id: "771" }, { appSecret });
    const photo = { file: aPhoto(), caption: "Hä?", altText: "a dog", published: false };
    expect(await world.client.uploadPhoto(token, "1049", photo)).toMatchObject({
      ok: true,
      data: { id: "771", postId: null },
    });
    const { url, method, headers, body } = only(world);
    expect([method, url]).toEqual(["POST", "https://graph.test/fb/v26.0/1049/photos"]);
    const boundary = /^multipart\/form-data; boundary=([\w-]+)$/.exec(headers.get("content-type") ?? "")?.[1];
    const field = (name: string, value: string) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    expect(body).toBe(
      field("caption", "Hä?") +
        field("alt_text_custom", "a dog") +
        field("published", "false") +
        field("appsecret_proof", proof) +
        `--${boundary}\r\ncontent-disposition: form-data; name="source"; filename="a %22b%22%0D%0A.jpg"\r\n` +
        `content-type: image/jpeg\r\n\r\nbytes\r\n--${boundary}--\r\n`,
    );
    expect(headers.get("content-length")).toBe(String(Buffer.byteLength(String(body))));
  });

  it("multipart as other software reads it → the same fields and bytes", async () => {
    const world = facebook({ id: "771" });
    await world.client.uploadPhoto(token, "1049", { file: aPhoto(), caption: "a\r\nb", published: true });
    const { headers, body } = only(world);
    const type = headers.get("content-type") ?? "";
    const form = await new Response(String(body), { headers: { "content-type": type } }).formData();
    expect([form.get("caption"), form.get("published")]).toEqual(["a\r\nb", "true"]);
    const file = form.get("source");
    expect(file instanceof File && [file.type, await file.text()]).toEqual(["image/jpeg", "bytes"]);
  });

  it("by address → fetched by Facebook; a published one has a post", async () => {
    const world = facebook({ id: "771", post_id: "1049_2202" });
    const photo = { url: "https://a.test/b.jpg", caption: "Hi", published: true };
    expect(await world.client.uploadPhotoByUrl(token, "1049", photo)).toMatchObject({
      data: { id: "771", postId: "1049_2202" },
    });
    expect(sent(world)).toEqual({ url: "https://a.test/b.jpg", caption: "Hi", published: true });
  });

  it("asked for its post → the post, or null", async () => {
    const world = facebook({ id: "771", page_story_id: "1049_2202", created_time: "2026-01-02T18:31:28+0000" });
    expect(await world.client.photo(token, "771")).toMatchObject({
      data: { id: "771", pageStoryId: "1049_2202", createdAt: Date.UTC(2026, 0, 2, 18, 31, 28) },
    });
    expect(only(world).url).toBe("https://graph.test/fb/v26.0/771?fields=id%2Cpage_story_id%2Ccreated_time");
    expect(await facebook({ id: "771" }).client.photo(token, "771")).toMatchObject({ data: { pageStoryId: null } });
  });
});

describe("posts", () => {
  it("with photos → attached in order", async () => {
    const world = facebook({ id: "1049_2203" });
    const post = { message: "3 photos", attachedMedia: ["771", "122133764841238849"] };
    expect(await world.client.createPost(token, "1049", post)).toMatchObject({ data: { id: "1049_2203" } });
    const { method, url } = only(world);
    expect([method, url]).toEqual(["POST", "https://graph.test/fb/v26.0/1049/feed"]);
    expect(sent(world)).toEqual({
      message: "3 photos",
      attached_media: [{ media_fbid: "771" }, { media_fbid: "122133764841238849" }],
    });
  });

  it("with link, unpublished → as said, the proof with it", async () => {
    const draft = facebook({ id: "1" }, { appSecret });
    await draft.client.createPost(token, "1049", { message: "Hi", link: "https://a.test/", published: false });
    expect(sent(draft)).toEqual({ message: "Hi", link: "https://a.test/", published: false, appsecret_proof: proof });
  });

  it("changed → only what changes; deleted → no body, the bare true is a success too", async () => {
    const changed = facebook({ success: true });
    await changed.client.updatePost(token, "1049_1", { message: "Ho", isHidden: true, isPublished: true });
    expect(only(changed).url).toBe("https://graph.test/fb/v26.0/1049_1");
    expect(sent(changed)).toEqual({ message: "Ho", is_hidden: true, is_published: true });
    const deleted = facebook(true, { appSecret });
    expect(await deleted.client.deletePost(token, "1049_1")).toMatchObject({ ok: true });
    expect(only(deleted)).toMatchObject({ method: "DELETE", body: null });
    expect(query(deleted)).toEqual({ appsecret_proof: proof });
  });

  it("read → times without a colon in the offset, a path made an address, ids beyond 2^53 kept", async () => {
    const post = {
      id: "1049_122133764841238849",
      permalink_url: "/1049/posts/2201",
      is_published: true,
      message: "Hi",
    };
    expect(await facebook({ ...post, created_time: "2026-09-01T10:00:02+0000" }).client.post(token, "1")).toMatchObject(
      {
        data: {
          id: "1049_122133764841238849",
          permalinkUrl: "https://www.facebook.com/1049/posts/2201",
          isPublished: true,
          createdAt: Date.UTC(2026, 8, 1, 10, 0, 2),
          message: "Hi",
        },
      },
    );
    const inexact = '{"id":122133764841238849}';
    expect(await facebook(inexact).client.post(token, "1")).toMatchObject({ ok: false });
    expect(await facebook({ id: "1", created_time: "soon" }).client.post(token, "1")).toMatchObject({
      data: { createdAt: null },
    });
  });

  it("search → own host and version, since in seconds, fields named; photos and links of albums too", async () => {
    const world = facebook({
      data: [
        {
          id: "1049_1",
          message: "Hi",
          application: { id: "55" },
          attachments: {
            data: [
              {
                target: { id: "770" },
                subattachments: { data: [{ target: { id: "771" } }, { target: { id: "772" } }] },
              },
              { unshimmed_url: "https://a.test/", target: { url: "x" } },
            ],
          },
        },
        { id: "1049_2" },
      ],
    });
    const answer = await world.client.publishedPosts(token, "1049", { since: NOW + 999, after: "c+/=", limit: 50 });
    expect(answer).toMatchObject({
      data: {
        after: null,
        posts: [
          {
            id: "1049_1",
            message: "Hi",
            applicationId: "55",
            mediaIds: ["770", "771", "772"],
            links: ["https://a.test/"],
          },
          { id: "1049_2", message: null, applicationId: null, mediaIds: [], links: [] },
        ],
      },
    });
    expect(only(world).url).toContain("https://graph.test/fb/v26.0/1049/published_posts?");
    expect(query(world)).toEqual({
      fields: expect.stringContaining("attachments{target{id},unshimmed_url,subattachments{target{id}}}"),
      since: String(NOW / 1000),
      limit: "50",
      after: "c+/=",
    });
  });

  it("end of the search → only without next; a next that cannot be followed is a failure, never the end", async () => {
    const search = async (paging: unknown) =>
      facebook({ data: [], paging }).client.publishedPosts(token, "1049", { since: NOW, after: null });
    const next = "https://graph.facebook.com/v99.0/1049/published_posts?access_token=x&after=zz";
    expect(await search({ next, cursors: { after: "zz" } })).toMatchObject({ data: { after: "zz" } });
    expect(await search({ cursors: { after: "zz" } })).toMatchObject({ data: { after: null } });
    expect(await search(undefined)).toMatchObject({ data: { after: null } });
    expect(await search({ next })).toMatchObject({ ok: false });
  });
});

describe("videos", () => {
  it("start, transfer, finish → on the host for videos, offsets as numbers or text", async () => {
    const videoBaseUrl = "https://video.test";
    const started = { upload_session_id: 900, video_id: "901", start_offset: "0", end_offset: 1048576 };
    const start = facebook(started, { videoBaseUrl });
    expect(await start.client.startVideo(token, "1049", 152043520)).toMatchObject({
      data: { sessionId: "900", videoId: "901", start: 0, end: 1048576 },
    });
    expect(only(start).url).toBe("https://video.test/v26.0/1049/videos");
    expect(sent(start)).toEqual({ upload_phase: "start", file_size: 152043520 });

    const transfer = facebook({ start_offset: "12", end_offset: "24" }, { videoBaseUrl });
    expect(await transfer.client.transferVideo(token, "1049", aPiece())).toMatchObject({
      data: { start: 12, end: 24 },
    });
    const form = await new Response(String(only(transfer).body), { headers: only(transfer).headers }).formData();
    expect([form.get("upload_phase"), form.get("upload_session_id"), form.get("start_offset")]).toEqual([
      "transfer",
      "900",
      "7",
    ]);
    const chunk = form.get("video_file_chunk");
    expect(chunk instanceof File && (await chunk.text())).toBe("bytes");

    const finish = facebook({ success: true }, { videoBaseUrl });
    await finish.client.finishVideo(token, "1049", { sessionId: "900", title: "T", description: "D" });
    expect(sent(finish)).toEqual({ upload_phase: "finish", upload_session_id: "900", title: "T", description: "D" });
  });

  it("offsets that make no sense → a failure", async () => {
    for (const answer of [
      { start_offset: 5, end_offset: 4 },
      { start_offset: -1, end_offset: 4 },
      { start_offset: "x" },
    ]) {
      expect(await facebook(answer).client.transferVideo(token, "1049", aPiece())).toMatchObject({ ok: false });
    }
  });

  it("state → both spellings of completed, post id when there, the error of a phase before the summary", async () => {
    const of = async (video: object) => {
      const answer = await facebook({ id: "901", ...video }).client.video(token, "901");
      return answer.ok ? answer.data : answer;
    };
    expect(await of({})).toMatchObject({ isPublished: null, postId: null, state: null, error: null });
    for (const status of ["complete", "completed"]) {
      const ready = {
        video_status: "ready",
        processing_phase: { status },
        publishing_phase: { publish_status: "published" },
      };
      expect(await of({ published: true, post_id: "2201", permalink_url: "/reel/901", status: ready })).toEqual({
        id: "901",
        isPublished: true,
        postId: "2201",
        permalinkUrl: "https://www.facebook.com/reel/901",
        state: "ready",
        uploadedBytes: null,
        processing: "completed",
        publishing: "published",
        error: null,
      });
    }
    const broken = {
      video_status: "processing",
      processing_phase: { status: "error", error: { message: "bad codec" } },
    };
    expect(await of({ status: broken })).toMatchObject({ state: "processing", error: "bad codec" });
    expect(await of({ status: { video_status: "expired" } })).toMatchObject({ error: "the video is in state expired" });
    const uploading = { video_status: "uploading", uploading_phase: { bytes_transfered: "50" } };
    expect(await of({ status: uploading })).toMatchObject({ uploadedBytes: 50 });
  });
});

describe("reels", () => {
  it("bytes from an offset on → to the address given, OAuth, offset and whole size in headers", async () => {
    const world = facebook({ success: true });
    await world.client.uploadReel(token, UPLOAD_URL, { offset: 7, total: 12, size: 5, stream: streamOf("by", "tes") });
    const { url, headers, body } = only(world);
    expect([url, body]).toEqual([UPLOAD_URL, "bytes"]);
    expect(Object.fromEntries(headers)).toMatchObject({
      authorization: `OAuth ${token}`,
      offset: "7",
      file_size: "12",
      "content-length": "5",
    });
  });

  it("by address → in a header, no body; finish → published", async () => {
    const world = facebook({ success: true });
    await world.client.uploadReelByUrl(token, UPLOAD_URL, "https://a.test/ä.mp4");
    expect(only(world).headers.get("file_url")).toBe("https://a.test/%C3%A4.mp4");
    expect(only(world).body).toBeNull();
    const finish = facebook({ success: true });
    await finish.client.finishReel(token, "1049", { videoId: "901", description: "D" });
    expect(sent(finish)).toEqual({
      upload_phase: "finish",
      video_id: "901",
      video_state: "PUBLISHED",
      description: "D",
    });
  });

  it("an upload address elsewhere → nothing sent, the file let go; on the host we were given → sent", async () => {
    for (const url of [
      "https://facebook.com.evil.test/x",
      "https://evilfacebook.com/x",
      "http://rupload.facebook.com/x",
    ]) {
      const world = facebook({ success: true });
      let isCancelled = false;
      const stream = new ReadableStream<Uint8Array>({
        cancel: () => {
          isCancelled = true;
        },
      });
      expect(await world.client.uploadReel(token, url, { offset: 0, total: 5, size: 5, stream })).toMatchObject({
        ok: false,
        silence: "refused",
      });
      expect(await world.client.uploadReelByUrl(token, url, "https://a.test/b.mp4")).toMatchObject({ ok: false });
      expect(world.seen).toEqual([]);
      expect(isCancelled).toBe(true);
    }
    const own = facebook({ success: true });
    await own.client.uploadReelByUrl(token, "https://graph.test/upload/901", "https://a.test/b.mp4");
    only(own);
  });
});

describe("tokens", () => {
  it("of the Page → the token, or null when Facebook keeps it back", async () => {
    const world = facebook({ id: "1049", access_token: "x" });
    expect(await world.client.pageToken(token, "1049")).toMatchObject({ data: { id: "1049", accessToken: "x" } });
    expect(query(world)).toEqual({ fields: "id,access_token" });
    expect(await facebook({ id: "1049" }).client.pageToken(token, "1049")).toMatchObject({
      data: { accessToken: null },
    });
  });

  it("looked into → expiry 0 is never, grants by Page; the token asked about is in no address and in no message", async () => {
    const input = secret();
    const data = {
      is_valid: true,
      type: "PAGE",
      app_id: "55",
      profile_id: "1049",
      expires_at: 0,
      data_access_expires_at: 1790000000,
      scopes: ["pages_manage_posts"],
      granular_scopes: [{ scope: "pages_manage_posts", target_ids: ["1049"] }, { scope: "pages_show_list" }],
    };
    const world = facebook({ data });
    expect(await world.client.debugToken(token, input)).toMatchObject({
      data: {
        isValid: true,
        type: "PAGE",
        appId: "55",
        profileId: "1049",
        expiresAt: null,
        dataAccessExpiresAt: 1790000000_000,
        scopes: ["pages_manage_posts"],
        granted: [
          { scope: "pages_manage_posts", targetIds: ["1049"] },
          { scope: "pages_show_list", targetIds: null },
        ],
      },
    });
    expect(only(world)).toMatchObject({ method: "POST", url: "https://graph.test/fb/v26.0/debug_token" });
    expect(sent(world)).toEqual({ method: "GET", input_token: input });
    const echoing = facebook({ error: { code: 100, message: `no such ${input}` } }, {}, 400);
    expect(await echoing.client.debugToken(token, input)).toMatchObject({
      message: "Facebook answered 400 (100): no such [secret]",
    });
  });

  it("proof → as the documentation's example computes it", async () => {
    const world = facebook({ id: "1" }, { appSecret: "demo-app-secret" });
    await world.client.me("demo-page-token");
    expect(query(world).appsecret_proof).toBe("ca014e1c2f82017b71f98ff4ffd96c868398c4491affc0b4ec8644c870a4ef59");
  });
});
