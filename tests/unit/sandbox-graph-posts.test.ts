import { describe, expect, it } from "vitest";
import { errorIn, graphPage } from "../support/graph-page.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("sandbox graph: posting", () => {
  it("link post → an id of page and number beyond what a JavaScript number holds, the post is public", async () => {
    const { graph, feed, pageId } = graphPage();
    const { status, body } = await feed({ message: "New file: plan.pdf", link: "https://files.example.com/plan.pdf" });
    expect([status, Object.keys(body)]).toEqual([200, ["id"]]);
    const [owner, number] = body.id.split("_");
    expect(owner).toBe(pageId);
    expect(String(Number(number))).not.toBe(number);
    expect(graph.posts()).toMatchObject([
      { id: body.id, message: "New file: plan.pdf", link: "https://files.example.com/plan.pdf", state: "published" },
    ]);
  });

  it("Page with another owner id → posts begin with that", async () => {
    const { feed } = graphPage({ ownerId: "61550000000000017" });
    expect((await feed({ message: "a" })).body.id).toMatch(/^61550000000000017_\d+$/);
  });

  it("form and JSON, with and without a version, as me → the same", async () => {
    const { graph, call, photo } = graphPage();
    const id = await photo();
    const form = new URLSearchParams({ message: "as a form", "attached_media[0]": JSON.stringify({ media_fbid: id }) });
    const headers = { authorization: `Bearer ${graph.tokens.current("page")}` };
    const plain = new Request("https://graph.test/me/feed", { method: "POST", headers, body: form });
    const answered = await graph.handle(plain);
    expect([answered.status, answered.headers.get("facebook-api-version")]).toEqual([200, "v21.0"]);
    const { headers: seen } = await call("POST", "me/feed", { message: "as JSON" });
    expect(seen.get("facebook-api-version")).toBe("v26.0");
    expect(graph.posts().map((post) => post.photoIds)).toEqual([[id], []]);
  });

  it.each([
    ["nothing in it", {}, [400, 100, undefined]],
    ["a link that is none", { link: "plan.pdf" }, [400, 100, undefined]],
    ["a link to facebook.com", { message: "m", link: "https://m.facebook.com/x" }, [400, 100, 1609008]],
    ["a link nobody can read", { link: "https://example.com/locked" }, [400, 1609005, undefined]],
    ["a text too long", { message: "x".repeat(63_207) }, [400, 100, undefined]],
    ["an unknown photo", { attached_media: [{ media_fbid: "1" }] }, [400, 100, 33]],
    ["media that is no list", { message: "m", attached_media: "x" }, [400, 100, undefined]],
    ["a date in the future", { message: "m", backdated_time: "2027-01-01" }, [400, 100, undefined]],
    ["a time, but published", { message: "m", scheduled_publish_time: 1_795_000_000 }, [400, 100, undefined]],
  ])("post with %s → refused, nothing there", async (_, given, error) => {
    const { graph, feed } = graphPage({ manners: { unreadableLink: "locked" } });
    expect(errorIn(await feed(given))).toEqual(error);
    expect(graph.posts()).toEqual([]);
  });

  it("same text and link again soon → 506; later, or with another text → posted", async () => {
    const { feed, clock } = graphPage({ manners: { repeatWindowMs: HOUR_MS } });
    await feed({ message: "a", link: "https://example.com/a" });
    expect(errorIn(await feed({ message: " a ", link: "https://example.com/a" }))).toEqual([400, 506, 1455006]);
    expect((await feed({ message: "a 2", link: "https://example.com/a" })).status).toBe(200);
    await clock.advance(HOUR_MS);
    expect((await feed({ message: "a", link: "https://example.com/a" })).status).toBe(200);
  });

  it("photo attached again → 1366051, and still one post", async () => {
    const { graph, feed, photo, attached } = graphPage();
    const id = await photo();
    await feed({ message: "one", attached_media: attached(id) });
    expect(errorIn(await feed({ message: "two", attached_media: attached(id) }))).toEqual([400, 100, 1366051]);
    expect(graph.posts()).toHaveLength(1);
  });

  it("several photos → in the order of the list", async () => {
    const { graph, feed, photo, attached } = graphPage();
    const ids = [await photo(1), await photo(2), await photo(3)].reverse();
    await feed({ attached_media: attached(...ids) });
    expect(graph.posts()[0]?.photoIds).toEqual(ids);
  });

  it("backdated → read with that date", async () => {
    const { call, feed } = graphPage();
    const { id } = (await feed({ message: "old", backdated_time: "2026-01-02T03:04:05+0000" })).body;
    expect((await call("GET", id)).body.created_time).toBe("2026-01-02T03:04:05+0000");
  });
});

describe("sandbox graph: scheduled and draft", () => {
  const inOneHour = (now: number) => Math.floor((now + HOUR_MS) / 1000);

  it("scheduled → not public before its time, public at it, dated so", async () => {
    const { graph, call, feed, clock, pageId } = graphPage();
    const time = inOneHour(clock.now());
    const { id } = (await feed({ message: "later", published: false, scheduled_publish_time: time })).body;
    await clock.advance(HOUR_MS - 1);
    expect((await call("GET", `${pageId}/published_posts`)).body.data).toEqual([]);
    expect((await call("GET", `${pageId}/scheduled_posts`)).body.data).toMatchObject([{ id }]);
    await clock.advance(1);
    expect((await call("GET", `${pageId}/published_posts`)).body.data).toMatchObject([{ id }]);
    expect(graph.posts()[0]).toMatchObject({ state: "published", createdAt: time * 1000 });
  });

  it.each([5, 76 * 24 * 60])("scheduled %i minutes ahead → refused", async (minutes) => {
    const { feed, clock } = graphPage();
    const time = Math.floor((clock.now() + minutes * MINUTE_MS) / 1000);
    const refused = await feed({ message: "m", published: false, scheduled_publish_time: time });
    expect(errorIn(refused)).toEqual([400, 100, undefined]);
  });

  it("scheduled past a day with an ordinary and a temporary photo → only the temporary one is left", async () => {
    const { graph, feed, photo, attached, clock } = graphPage();
    const plain = await photo(1);
    const temporary = await photo(2, { published: "false", temporary: "true" });
    const time = Math.floor((clock.now() + 30 * HOUR_MS) / 1000);
    const media = attached(plain, temporary);
    await feed({ message: "later", published: false, scheduled_publish_time: time, attached_media: media });
    await clock.advance(30 * HOUR_MS);
    expect(graph.posts()[0]).toMatchObject({ state: "published", photoIds: [temporary] });
  });

  it("draft published → public once, however often it is asked for", async () => {
    const { graph, call, feed } = graphPage();
    const { id } = (await feed({ message: "draft", published: false })).body;
    expect((await call("GET", `${id}?fields=is_published`)).body.is_published).toBe(false);
    for (const _ of [1, 2]) expect((await call("POST", id, { is_published: true })).body).toEqual({ success: true });
    expect((await call("GET", `${id}?fields=is_published`)).body.is_published).toBe(true);
    expect(graph.writes().map((write) => write.what)).toEqual(["post", "publish"]);
  });
});

describe("sandbox graph: changing", () => {
  it("edited → the new text, the former one kept for the test to see", async () => {
    const { graph, call, feed, clock } = graphPage();
    const { id } = (await feed({ message: "before" })).body;
    expect((await call("POST", id, { message: "after" })).body).toEqual({ success: true });
    expect(graph.posts()[0]).toMatchObject({ message: "after", edits: [{ at: clock.now(), message: "before" }] });
  });

  it("hidden, shown → follows", async () => {
    const { graph, call, feed } = graphPage();
    const { id } = (await feed({ message: "a" })).body;
    await call("POST", id, { is_hidden: true });
    expect(graph.posts()[0]?.hidden).toBe(true);
    await call("POST", id, { is_hidden: false });
    expect(graph.posts()[0]?.hidden).toBe(false);
  });

  it("deleted → gone with its photos, and a second time 100/33", async () => {
    const { graph, call, feed, photo, attached } = graphPage();
    const photoId = await photo();
    const { id } = (await feed({ message: "a", attached_media: attached(photoId) })).body;
    expect((await call("DELETE", id)).body).toEqual({ success: true });
    for (const path of [id, photoId]) expect(errorIn(await call("GET", path))).toEqual([400, 100, 33]);
    expect(errorIn(await call("DELETE", id))).toEqual([400, 100, 33]);
    expect(graph.posts()[0]?.deletedAt).not.toBeNull();
  });

  it("post of another app → read, but not edited", async () => {
    const { graph, call } = graphPage();
    const { id } = graph.addForeignPost("by hand");
    expect((await call("GET", id)).body.message).toBe("by hand");
    expect(errorIn(await call("POST", id, { message: "mine" }))).toEqual([403, 200, undefined]);
  });

  it("album asked for → the capability is missing", async () => {
    const { call, pageId } = graphPage();
    expect(errorIn(await call("POST", `${pageId}/albums`, { name: "Events" }))).toEqual([400, 3, undefined]);
  });
});

describe("sandbox graph: doubles", () => {
  it("equal photos, links and videos public twice → named; once deleted → no longer", async () => {
    const { graph, call, feed, photo, attached, video, clock } = graphPage({ manners: { repeatWindowMs: 0 } });
    for (const _ of [1, 2]) {
      await feed({ message: "photo", attached_media: attached(await photo(7)) });
      await feed({ message: "link", link: "https://example.com/" });
      await (await video(new Uint8Array(3000))).finish({ title: "clip" });
    }
    await feed({ message: "another", attached_media: attached(await photo(8)) });
    await clock.advance(HOUR_MS);
    const doubles = graph.doubles();
    expect(doubles.map((double) => double.kind).sort()).toEqual(["link", "photo", "video"]);
    for (const { postIds } of doubles) {
      expect(postIds).toHaveLength(2);
      await call("DELETE", postIds[1] ?? "");
    }
    expect(graph.doubles()).toEqual([]);
  });

  it("uploaded twice, posted once → none", async () => {
    const { graph, feed, photo, attached } = graphPage();
    await photo(7);
    await feed({ message: "photo", attached_media: attached(await photo(7)) });
    expect(graph.doubles()).toEqual([]);
  });
});
