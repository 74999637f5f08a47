import { describe, expect, it } from "vitest";
import { errorIn, graphPage } from "../support/graph-page.ts";

const MINUTE_MS = 60_000;

async function withPosts(count: number, more: Parameters<typeof graphPage>[0] = {}) {
  const page = graphPage(more);
  const ids: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    ids.unshift((await page.feed({ message: `post ${number}` })).body.id);
    await page.clock.advance(MINUTE_MS);
  }
  const list = async (given: Record<string, unknown>, token?: string) =>
    (await page.call("GET", `${page.pageId}/published_posts`, given, token === undefined ? {} : { token })).body;
  const idsOf = (body: { data: { id: string }[] }) => body.data.map((post) => post.id);
  return { ...page, ids, list, idsOf };
}

describe("sandbox graph: nodes", () => {
  it("without fields → the defaults alone", async () => {
    const { graph, call, feed, photo, attached, pageId } = graphPage();
    const photoId = await photo(1, { published: "false", caption: "c" });
    const { id } = (await feed({ message: "m", attached_media: attached(photoId) })).body;
    const time = "2026-11-20T09:00:00+0000";
    expect((await call("GET", pageId)).body).toEqual({ name: graph.page.name, id: pageId });
    expect((await call("GET", id)).body).toEqual({ created_time: time, message: "m", id });
    expect((await call("GET", photoId)).body).toEqual({ created_time: time, name: "c", id: photoId });
  });

  it("fields of fields → those, and the id", async () => {
    const { graph, call, feed, photo, attached } = graphPage();
    const ids = [await photo(1), await photo(2)];
    const { id } = (await feed({ message: "m", attached_media: attached(...ids) })).body;
    const fields = "application{id},is_published,attachments{media_type,subattachments.limit(9){target{id}}}";
    expect((await call("GET", id, { fields })).body).toEqual({
      id,
      application: { id: graph.appId },
      is_published: true,
      attachments: {
        data: [{ media_type: "album", subattachments: { data: ids.map((one) => ({ target: { id: one } })) } }],
      },
    });
  });

  it("link → behind the shim, the true address beside it; photo → its own target", async () => {
    const { call, feed, photo, attached } = graphPage();
    const link = "https://example.com/a?b=c";
    const fields = "attachments{type,unshimmed_url,target{id}}";
    const shared = (await feed({ message: "m", link })).body.id;
    expect((await call("GET", shared, { fields })).body.attachments.data).toEqual([
      { type: "share", unshimmed_url: link, target: {} },
    ]);
    const photoId = await photo();
    const one = (await feed({ message: "n", attached_media: attached(photoId) })).body.id;
    expect((await call("GET", one, { fields })).body.attachments.data).toEqual([
      { type: "photo", target: { id: photoId } },
    ]);
  });

  it("field that is not there, braces that do not match → refused", async () => {
    const { call, feed, pageId } = graphPage();
    const { id } = (await feed({ message: "m" })).body;
    for (const path of [id, pageId]) expect(errorIn(await call("GET", path, { fields: "tasks" }))[1]).toBe(100);
    expect(errorIn(await call("GET", id, { fields: "attachments{type" }))[1]).toBe(2500);
    expect(errorIn(await call("GET", "1"))).toEqual([400, 100, 33]);
  });

  it("first reads too early → 100/33 as often as asked, then the post", async () => {
    const { call, feed } = graphPage({ manners: { missingReads: 2 } });
    const { id } = (await feed({ message: "m" })).body;
    const seen = [await call("GET", id), await call("GET", id), await call("GET", id)];
    expect(seen.map(({ status }) => status)).toEqual([400, 400, 200]);
    expect(errorIn(seen[0] ?? { status: 0, body: {} })).toEqual([400, 100, 33]);
  });
});

describe("sandbox graph: lists", () => {
  it("paged by cursors → every post once, newest first, next until the end", async () => {
    const { ids, list, idsOf } = await withPosts(5);
    const seen: string[] = [];
    let body = await list({ limit: 2 });
    for (; body.paging.next !== undefined; body = await list({ limit: 2, after: body.paging.cursors.after }))
      seen.push(...idsOf(body));
    expect([...seen, ...idsOf(body)]).toEqual(ids);
  });

  it("posts come while it is paged → none twice, none left out", async () => {
    const { ids, list, idsOf, feed } = await withPosts(4);
    const first = await list({ limit: 2 });
    await feed({ message: "meanwhile" });
    const second = await list({ limit: 2, after: first.paging.cursors.after });
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);
  });

  it("short pages → fewer than asked for although there are more", async () => {
    const { list, idsOf } = await withPosts(3, { manners: { shortPages: true } });
    const body = await list({ limit: 2 });
    expect([idsOf(body).length, typeof body.paging.next]).toEqual([1, "string"]);
  });

  it("next → holds the token, and following it is counted", async () => {
    const { graph, list, idsOf, ids, call } = await withPosts(2);
    const { next } = (await list({ limit: 1, fields: "id" })).paging;
    expect(new URL(next).searchParams.get("access_token")).toBe(graph.tokens.current("page"));
    expect(graph.tokensInUrl()).toBe(0);
    expect(idsOf((await call("GET", next)).body)).toEqual(ids.slice(1));
    expect(graph.tokensInUrl()).toBe(1);
  });

  it("since and until → the posts between; limit over 100 → refused", async () => {
    const { ids, list, idsOf, clock } = await withPosts(4);
    const start = clock.now() / 1000 - 4 * 60;
    expect(idsOf(await list({ since: start + 60, until: start + 120 }))).toEqual(ids.slice(1, 3));
    expect((await list({ limit: 101 })).error.code).toBe(100);
    expect((await list({ since: start + 3600 })).data).toEqual([]);
  });

  it("feed → drafts too; published_posts → public ones alone", async () => {
    const { call, feed, pageId, list, idsOf } = await withPosts(1);
    await feed({ message: "draft", published: false });
    expect(idsOf(await list({}))).toHaveLength(1);
    const fields = "is_published";
    expect((await call("GET", `${pageId}/feed`, { fields })).body.data).toMatchObject([
      { is_published: false },
      { is_published: true },
    ]);
  });

  it("edge nobody knows → refused", async () => {
    const { call, pageId } = graphPage();
    expect(errorIn(await call("GET", `${pageId}/toString`))[1]).toBe(2500);
    expect(errorIn(await call("POST", `${pageId}/toString`, {}))[1]).toBe(2500);
  });
});
