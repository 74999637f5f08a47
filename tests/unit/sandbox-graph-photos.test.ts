import { describe, expect, it } from "vitest";
import { pictureOf } from "../sandbox/picture.ts";
import { errorIn, graphPage, photoForm } from "../support/graph-page.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const bytesOf = (text: string, size = 64) => Uint8Array.from(Buffer.from(text.padEnd(size, "x"), "latin1"));

describe("sandbox graph: photos", () => {
  it("published → photo and post at once", async () => {
    const { graph, call, pageId } = graphPage();
    const form = photoForm(pictureOf(1, 12, 9), "a.png", { caption: "A hill", alt_text_custom: "a green hill" });
    const { body } = await call("POST", `${pageId}/photos`, form);
    expect(Object.keys(body)).toEqual(["id", "post_id"]);
    expect(graph.posts()).toMatchObject([{ id: body.post_id, message: "A hill", photoIds: [body.id] }]);
    expect((await call("GET", `${body.id}?fields=alt_text_custom`)).body.alt_text_custom).toBe("a green hill");
  });

  it("unpublished → no post; once attached, the photo names its post", async () => {
    const { graph, call, feed, photo, attached } = graphPage();
    const id = await photo();
    expect(graph.posts()).toEqual([]);
    expect((await call("GET", `${id}?fields=page_story_id`)).body).toEqual({ id });
    const post = (await feed({ message: "m", attached_media: attached(id) })).body.id;
    expect((await call("GET", `${id}?fields=page_story_id`)).body).toEqual({ id, page_story_id: post });
    graph.manners.pageStoryId = false;
    expect((await call("GET", `${id}?fields=page_story_id`)).body).toEqual({ id });
  });

  it("unpublished for a day → vanished, and attaching it is 100/33; posted ones stay", async () => {
    const { call, feed, photo, attached, clock } = graphPage();
    const [staged, posted] = [await photo(1), await photo(2)];
    await feed({ message: "m", attached_media: attached(posted) });
    await clock.advance(DAY_MS - 1);
    expect((await call("GET", staged)).status).toBe(200);
    await clock.advance(1);
    expect(errorIn(await call("GET", staged))).toEqual([400, 100, 33]);
    expect(errorIn(await feed({ message: "n", attached_media: attached(staged) }))).toEqual([400, 100, 33]);
    expect((await call("GET", posted)).status).toBe(200);
  });

  it("deleted by itself → its post stays with the others, and without any; the post deleted → gone with it", async () => {
    const { graph, call, feed, photo, attached } = graphPage();
    const [one, other] = [await photo(1), await photo(2)];
    const post = (await feed({ message: "m", attached_media: attached(one, other) })).body.id;
    const shown = async () => {
      const { body } = await call("GET", `${post}?fields=attachments{target{id},subattachments{target{id}}}`);
      return JSON.stringify(body.attachments ?? null);
    };
    expect((await call("DELETE", one)).body).toEqual({ success: true });
    expect(errorIn(await call("GET", one))).toEqual([400, 100, 33]);
    expect(await shown()).toContain(other);
    expect(await shown()).not.toContain(one);
    await call("DELETE", other);
    expect(await shown()).toBe("null");
    await call("DELETE", post);
    expect(errorIn(await call("DELETE", post))).toEqual([400, 100, 33]);
    expect(graph.writes().filter(({ what }) => what === "delete")).toHaveLength(3);
  });

  it("scheduled → a post of its own at its time", async () => {
    const { graph, call, pageId, clock } = graphPage();
    const time = String(clock.now() / 1000 + 3600);
    const given = { published: "false", scheduled_publish_time: time, caption: "later" };
    const { body } = await call("POST", `${pageId}/photos`, photoForm(pictureOf(1, 12, 9), "a.png", given));
    expect(Object.keys(body)).toEqual(["id"]);
    await clock.advance(3600 * 1000);
    expect(graph.posts()).toMatchObject([{ state: "published", message: "later", photoIds: [body.id] }]);
  });

  it.each([
    ["HEIC", bytesOf("\0\0\0\x18ftypheic"), [400, 324, 1366046]],
    ["WebP", bytesOf("RIFF\0\0\0\0WEBPVP8 "), [400, 324, 1366046]],
    ["a moving GIF", bytesOf("GIF89a....NETSCAPE2.0"), [400, 324, 1366046]],
    ["a text", bytesOf("hello"), [400, 324, 2069019]],
    ["more than 4 MB", bytesOf("\xff\xd8\xff", 4_000_001), [400, 100, 1366046]],
  ])("%s → refused, nothing kept", async (_, bytes, error) => {
    const { graph, call, pageId } = graphPage();
    expect(errorIn(await call("POST", `${pageId}/photos`, photoForm(bytes, "a.jpg")))).toEqual(error);
    expect(graph.photos()).toEqual([]);
  });

  it.each(["\xff\xd8\xff", "GIF89a", "BM", "II*\0", "MM\0*"])("picture that begins with %j → taken", async (start) => {
    const { call, pageId } = graphPage();
    const size = start === "\xff\xd8\xff" ? 4_000_000 : 64;
    expect((await call("POST", `${pageId}/photos`, photoForm(bytesOf(start, size), "a"))).status).toBe(200);
  });

  it("no picture, both ways at once, temporary but published → refused", async () => {
    const { call, pageId } = graphPage();
    const path = `${pageId}/photos`;
    const picture = pictureOf(1, 12, 9);
    expect(errorIn(await call("POST", path, {}))).toEqual([400, 324, undefined]);
    const both = photoForm(picture, "a.png", { url: "https://example.com/a.png" });
    expect(errorIn(await call("POST", path, both))).toEqual([400, 100, undefined]);
    expect(errorIn(await call("POST", path, photoForm(picture, "a.png", { temporary: "true" })))).toEqual([
      400,
      100,
      undefined,
    ]);
  });

  it("by address → fetched and kept under its name; a page of HTML, 404 or nobody there → 324; no address → 2061006", async () => {
    const pages: Record<string, () => Response> = {
      "https://files.test/a/hill.png": () => new Response(pictureOf(1, 12, 9)),
      "https://files.test/page": () => new Response("<!DOCTYPE html>"),
      "https://files.test/gone": () => new Response("", { status: 404 }),
    };
    const fetched: typeof fetch = async (input) => {
      const found = pages[String(input)];
      if (found === undefined) throw new TypeError("fetch failed");
      return found();
    };
    const { graph, call, pageId } = graphPage({ fetch: fetched });
    const send = (url: string) => call("POST", `${pageId}/photos`, { url, published: false });
    expect((await send("https://files.test/a/hill.png")).status).toBe(200);
    expect(graph.photos()[0]?.name).toBe("hill.png");
    for (const path of ["page", "gone", "nobody"])
      expect(errorIn(await send(`https://files.test/${path}`)).slice(0, 2)).toEqual([400, 324]);
    expect(errorIn(await send("file:///etc/hosts"))).toEqual([400, 100, 2061006]);
  });

  it("media asked for → the bytes and their type, without a token", async () => {
    const { graph, photo } = graphPage();
    const id = await photo(3);
    const answered = await graph.handle(new Request(`https://graph.test/media/${id}`));
    expect(answered.headers.get("content-type")).toBe("image/png");
    expect(new Uint8Array(await answered.arrayBuffer())).toEqual(pictureOf(3, 12, 9));
    expect((await graph.handle(new Request("https://graph.test/media/1"))).status).toBe(404);
  });
});
