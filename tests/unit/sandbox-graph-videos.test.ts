import { describe, expect, it } from "vitest";
import { chunkForm, errorIn, graphPage } from "../support/graph-page.ts";

const bytes = Uint8Array.from({ length: 10_000 }, (_, at) => at % 251);
const chunks = { chunkMaxBytes: 3000 };

describe("sandbox graph: videos in chunks", () => {
  it("whole way → processed, then public, then the post's id; the bytes as sent", async () => {
    const { graph, call, clock, video } = graphPage({
      manners: { ...chunks, processingMs: 5000, postIdLagMs: 2000 },
    });
    const { videoId, chunks: sent, finish } = await video(bytes);
    expect(sent).toBeGreaterThanOrEqual(4);
    expect((await finish({ title: "Clip", description: "clip.mp4 (10 kB)" })).body).toEqual({ success: true });
    const read = async () => (await call("GET", videoId, { fields: "published,post_id,status" })).body;
    expect(await read()).toMatchObject({ published: false, status: { video_status: "processing" } });
    await clock.advance(5000);
    const ready = await read();
    expect(ready).toMatchObject({ published: true, status: { video_status: "ready" } });
    expect(ready.status.uploading_phase).toEqual({
      status: "complete",
      bytes_transfered: 10_000,
      source_file_size: 10_000,
    });
    expect(ready.post_id).toBeUndefined();
    await clock.advance(2000);
    const [post] = graph.posts();
    expect(post).toMatchObject({ videoId, message: "clip.mp4 (10 kB)", state: "published" });
    expect((await read()).post_id).toBe(post?.id);
    expect(Buffer.concat(graph.videos()[0]?.chunks ?? [])).toEqual(Buffer.from(bytes));
  });

  it("borders → the server's, the same for the same seed and others for another", async () => {
    const bordersOf = async (seed: number) => {
      const { graph, video } = graphPage({ seed, manners: chunks });
      await video(bytes);
      return graph.videos()[0]?.chunks.map((chunk) => chunk.byteLength);
    };
    const first = await bordersOf(1);
    expect(await bordersOf(1)).toEqual(first);
    expect(await bordersOf(2)).not.toEqual(first);
  });

  it.each([
    ["string", "object"],
    ["number", "text"],
  ] as const)(
    "wrong offset, offsets as %s, data as %s → 6001/1363037 with the right one",
    async (offsets, errorData) => {
      const { call, pageId } = graphPage({ manners: { ...chunks, offsets, errorData } });
      const videos = `${pageId}/videos`;
      const { body } = await call("POST", videos, { upload_phase: "start", file_size: 10_000 });
      expect(typeof body.start_offset).toBe(offsets);
      await call("POST", videos, chunkForm(body.upload_session_id, body, bytes));
      const again = await call("POST", videos, chunkForm(body.upload_session_id, body, bytes));
      expect(errorIn(again)).toEqual([400, 6001, 1363037]);
      const data = again.body.error.error_data;
      const right = typeof data === "string" ? JSON.parse(data) : data;
      expect([typeof data === "string", String(right.start_offset)]).toEqual([
        errorData === "text",
        String(body.end_offset),
      ]);
      expect((await call("POST", videos, chunkForm(body.upload_session_id, right, bytes))).status).toBe(200);
    },
  );

  it("chunk of another length, finish too early, unknown session, sizes out of bounds → refused", async () => {
    const { graph, call, pageId } = graphPage({ manners: { ...chunks, videoMaxBytes: 20_000 } });
    const videos = `${pageId}/videos`;
    const start = (size: number) => call("POST", videos, { upload_phase: "start", file_size: size });
    const { body } = await start(10_000);
    const short = { start_offset: 0, end_offset: 10 };
    expect(errorIn(await call("POST", videos, chunkForm(body.upload_session_id, short, bytes)))[2]).toBe(1363019);
    const early = await call("POST", videos, { upload_phase: "finish", upload_session_id: body.upload_session_id });
    expect(errorIn(early)[1]).toBe(6000);
    const unknown = await call("POST", videos, { upload_phase: "finish", upload_session_id: "1" });
    expect(errorIn(unknown)).toEqual([400, 100, 33]);
    expect(errorIn(await start(1023))[2]).toBe(1363022);
    expect(errorIn(await start(20_001))[2]).toBe(1363023);
    expect(graph.posts()).toEqual([]);
  });

  it("finished twice → one post, whatever the second answer", async () => {
    const { graph, video, clock } = graphPage();
    const { finish } = await video(bytes);
    await finish();
    expect((await finish()).body).toEqual({ success: true });
    graph.manners.finishAgain = "refused";
    expect(errorIn(await finish())).toEqual([400, 6000, undefined]);
    await clock.advance(60_000);
    expect(graph.posts()).toHaveLength(1);
  });

  it("processing fails → the phase says so while the summary does not, and there is no post", async () => {
    const { graph, call, video, clock } = graphPage({ manners: { processing: "fails" } });
    const { videoId, finish } = await video(bytes);
    await finish();
    await clock.advance(60_000);
    const { status } = (await call("GET", videoId, { fields: "status" })).body;
    expect([status.video_status, status.processing_phase.status]).toEqual(["processing", "error"]);
    expect(graph.posts()).toEqual([]);
  });

  it("unpublished → no post; deleted after publishing → its post goes too", async () => {
    const { graph, call, video, clock } = graphPage({ manners: { phaseWord: "completed" } });
    const draft = await video(bytes);
    await draft.finish({ published: false });
    const shown = await video(bytes);
    await shown.finish();
    await clock.advance(60_000);
    expect(graph.posts().map((post) => post.videoId)).toEqual([shown.videoId]);
    const { status } = (await call("GET", draft.videoId, { fields: "status" })).body;
    expect(status.publishing_phase).toMatchObject({ status: "completed", publish_status: "draft" });
    await call("DELETE", shown.videoId);
    expect(graph.posts()[0]?.deletedAt).toBe(clock.now());
  });
});

describe("sandbox graph: videos in one call", () => {
  it("by address → fetched; HTML or nobody there → 389/1363057", async () => {
    const fetched: typeof fetch = async (input) =>
      String(input).endsWith(".mp4")
        ? new Response(bytes)
        : new Response("<html>", { headers: { "content-type": "text/html" } });
    const { graph, call, pageId, clock } = graphPage({ fetch: fetched });
    const { body } = await call("POST", `${pageId}/videos`, { file_url: "https://files.test/a.mp4" });
    await clock.advance(60_000);
    expect(graph.posts()).toMatchObject([{ videoId: body.id }]);
    const refused = await call("POST", `${pageId}/videos`, { file_url: "https://files.test/a" });
    expect(errorIn(refused)).toEqual([400, 389, 1363057]);
  });
});

describe("sandbox graph: reels", () => {
  async function started(more: Parameters<typeof graphPage>[0] = {}) {
    const page = graphPage({ mount: "/facebook/graph", ...more });
    const base = `https://graph.test/facebook/graph/v26.0/${page.pageId}/video_reels`;
    const { body } = await page.call("POST", base, { upload_phase: "start" });
    const upload = (headers: Record<string, string>, part?: Uint8Array<ArrayBuffer>, scheme = "OAuth") =>
      page.call(
        "POST",
        body.upload_url,
        {},
        {
          headers: { authorization: `${scheme} ${page.graph.tokens.current("page")}`, ...headers },
          body: part ?? new Uint8Array(),
        },
      );
    const finish = (given: Record<string, unknown> = {}) =>
      page.call("POST", base, {
        upload_phase: "finish",
        video_id: body.video_id,
        video_state: "PUBLISHED",
        ...given,
      });
    return { ...page, base, start: body, upload, finish };
  }

  it("start, bytes, finish → public after processing; the upload host is below the emulator's own address", async () => {
    const { graph, start, upload, finish, clock } = await started();
    expect(start.upload_url).toMatch(/^https:\/\/graph\.test\/facebook\/graph\/rupload\/video-upload\/v26\.0\/\d+$/);
    expect((await upload({ offset: "0", file_size: "10000" }, bytes)).body).toEqual({ success: true });
    expect((await finish({ description: "reel" })).body).toEqual({ success: true });
    await clock.advance(60_000);
    expect(graph.posts()).toMatchObject([{ message: "reel", videoId: start.video_id }]);
  });

  it("cut short → 422 that may be repeated, and bytes_transfered says where to go on", async () => {
    const { call, start, upload, finish } = await started();
    const cut = await upload({ offset: "0", file_size: "10000" }, bytes.slice(0, 4000));
    expect([cut.status, cut.body.debug_info.type, cut.body.debug_info.retriable]).toEqual([
      422,
      "PartialRequestError",
      true,
    ]);
    const node = `https://graph.test/facebook/graph/v26.0/${start.video_id}?fields=status`;
    const { status } = (await call("GET", node)).body;
    expect(status.uploading_phase.bytes_transfered).toBe(4000);
    const wrong = await upload({ offset: "0", file_size: "10000" }, bytes);
    expect(wrong.body.debug_info.type).toBe("OffsetInvalidError");
    expect((await finish()).status).toBe(400);
    expect((await upload({ offset: "4000", file_size: "10000" }, bytes.slice(4000))).body).toEqual({ success: true });
    expect((await finish()).status).toBe(200);
  });

  it("another scheme, an address nobody serves, a state nobody knows → refused", async () => {
    const { upload, finish } = await started();
    expect((await upload({ offset: "0", file_size: "10000" }, bytes, "Bearer")).status).toBe(422);
    const hosted = await upload({ file_url: "https://files.test/a.mp4" });
    expect(hosted.body.debug_info).toMatchObject({ type: "FileUrlProcessingError", retriable: false });
    expect(errorIn(await finish({ video_state: "LIVE" }))[1]).toBe(100);
  });

  it("thirty in a day → the next is refused at finish, and let through a day later", async () => {
    const { graph, call, base, upload, start, finish, clock } = await started();
    for (let count = 0; count < 30; count += 1) {
      const { body } = await call("POST", base, { upload_phase: "start" });
      const headers = { authorization: `OAuth ${graph.tokens.current("page")}`, offset: "0", file_size: "10000" };
      await call("POST", body.upload_url, {}, { headers, body: bytes });
      const given = { upload_phase: "finish", video_id: body.video_id, video_state: "PUBLISHED" };
      expect((await call("POST", base, given)).status).toBe(200);
    }
    await upload({ offset: "0", file_size: "10000" }, bytes);
    expect(errorIn(await finish())).toEqual([400, 368, 1390008]);
    expect(graph.videos().filter((video) => video.finishedAt !== null)).toHaveLength(30);
    await clock.advance(24 * 60 * 60 * 1000);
    expect((await finish()).status).toBe(200);
    expect(start.video_id).toMatch(/^\d+$/);
  });
});
