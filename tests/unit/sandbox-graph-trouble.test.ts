import { describe, expect, it } from "vitest";
import { graphErrors } from "../sandbox/graph-errors.ts";
import { isGraphTrouble } from "../sandbox/graph-faults.ts";
import { errorIn, graphPage } from "../support/graph-page.ts";

/** The codes and pairs of the reference's tables. */
const REFERENCE =
  "1 1/99 2 3 4 4/2207051 10 17 32 100 100/33 102 104 190 190/458 190/459 190/460 190/463 190/464 190/467 190/492 190/493 200 210 240 283 324 341 351 352 368/1390008 368/1390009 368/1404082 368/1404078 368/4854002 368/1404006 368/1404112 368/1346003 368/1404102 368/1349125 382 389/1363057 459 506/1455006 613 613/1996 1609005 2500 6000 6001 6001/1363037 6000/1363019 6000/1363021 6000/1363033 6000/1363041 6000/1363022 6000/1363023 6000/1363030 6000/1363040 6000/1363127 6000/1363128 6000/1363129 6000/1363042 80001 9004/2207052 100/1366046 324/1366046 100/1366051 100/1609008 100/1609010 100/1363047 100/2061006 324/2069019".split(
    " ",
  );

describe("sandbox graph: errors asked for", () => {
  it.each([...REFERENCE, "80004", "80014"])("%s → that code and subcode, without effect", async (which) => {
    const { graph, feed } = graphPage();
    graph.fail({ error: which });
    const [code, subcode] = which.split("/").map(Number);
    const answered = await feed({ message: "m" });
    expect(errorIn(answered).slice(1)).toEqual([code, subcode]);
    expect(answered.status).toBeGreaterThanOrEqual(400);
    expect(graph.posts()).toEqual([]);
    expect((await feed({ message: "m" })).status).toBe(200);
  });

  it("every row has its own name and number → all are in the reference's tables", () => {
    const rows: { code: number | null; subcode?: number }[] = Object.values(graphErrors);
    const numbers = rows.map(({ code, subcode }) => (subcode === undefined ? `${code}` : `${code}/${subcode}`));
    expect(numbers.filter((number) => !REFERENCE.includes(number))).toEqual([]);
  });

  it("by name, with another status → both as asked; a name nobody knows → throws", async () => {
    const { graph, feed } = graphPage();
    for (const [error, status] of [
      ["appLimit", 400],
      ["userLimit", 403],
      ["pageLimit", 403],
      ["loginState", 401],
    ] as const) {
      graph.fail({ error, status });
      expect((await feed({ message: "m" })).status).toBe(status);
    }
    expect(() => graph.fail({ error: "nothing" })).toThrow("no Graph error is called nothing");
    expect(graph.faults.list()).toEqual([]);
  });

  it("at one route, by count → those requests and no others", async () => {
    const { graph, call, feed, photo, pageId } = graphPage();
    graph.fail({ error: "2", route: "{page}/feed", count: 2 });
    expect((await call("GET", pageId)).status).toBe(200);
    expect(await photo()).toMatch(/^\d+$/);
    const seen = [await feed({ message: "m" }), await feed({ message: "m" }), await feed({ message: "m" })];
    expect(seen.map(({ status }) => status)).toEqual([500, 500, 200]);
  });

  it("by rate → the same requests for the same seed, others for another", async () => {
    const hits = async (seed: number) => {
      const { graph, call, pageId } = graphPage({ seed });
      graph.fail({ error: "2", rate: 0.5 });
      const statuses: number[] = [];
      for (let count = 0; count < 30; count += 1) statuses.push((await call("GET", pageId)).status);
      return statuses.join();
    };
    const first = await hits(1);
    expect(first).toContain("500");
    expect(first).toContain("200");
    expect(await hits(1)).toBe(first);
    expect(await hits(2)).not.toBe(first);
  });
});

describe("sandbox graph: published, but", () => {
  it.each([
    ["publishedBut500", 500, undefined],
    ["publishedButUnknown", 500, 1],
    ["publishedButDown", 500, 2],
    ["publishedButHtml", 502, undefined],
    ["publishedButNoId", 200, undefined],
  ] as const)("%s → the post is there", async (name, status, code) => {
    const { graph, feed } = graphPage();
    graph.trouble(name);
    const answered = await feed({ message: "m" });
    expect([answered.status, answered.body.error?.code]).toEqual([status, code]);
    expect(graph.posts()).toHaveLength(1);
  });

  it("connection lost → throws; hangs → until the caller leaves; the post is there both times", async () => {
    const { graph, call, feed, pageId } = graphPage();
    graph.trouble("publishedButLost");
    await expect(feed({ message: "a" })).rejects.toThrow("fetch failed");
    graph.trouble("publishedButHangs");
    const abort = new AbortController();
    const open = call("POST", `${pageId}/feed`, { message: "b" }, { signal: abort.signal });
    abort.abort(new Error("too slow"));
    await expect(open).rejects.toThrow("too slow");
    expect(graph.posts().map((post) => post.message)).toEqual(["a", "b"]);
  });

  it("on the last step of a video → public all the same", async () => {
    const { graph, video, clock } = graphPage();
    const { finish } = await video(new Uint8Array(5000));
    graph.trouble("publishedButUnknown", { route: "POST /{page}/videos:finish" });
    expect((await finish()).status).toBe(500);
    await clock.advance(60_000);
    expect(graph.posts()).toHaveLength(1);
  });

  it("reads → are not hit", async () => {
    const { graph, call, pageId } = graphPage();
    graph.trouble("publishedBut500");
    expect((await call("GET", pageId)).status).toBe(200);
    expect(isGraphTrouble("toString")).toBe(false);
  });
});

describe("sandbox graph: envelopes", () => {
  it.each([
    ["errorWith200", 200, { error: { code: 2 } }],
    ["errorAsText", 400, { error: "(#100) Invalid parameter" }],
    ["errorAtTop", 400, { code: 341 }],
    ["uploadHost", 422, { debug_info: { retriable: false, type: "FileUrlProcessingError" } }],
  ] as const)("%s → that form", async (name, status, body) => {
    const { graph, feed } = graphPage();
    graph.trouble(name);
    const answered = await feed({ message: "m" });
    expect(answered.status).toBe(status);
    expect(answered.body).toMatchObject(body);
  });

  it("error without a code → its text alone; HTML → no JSON", async () => {
    const { graph, feed } = graphPage();
    graph.trouble("errorWithoutCode");
    const { error } = (await feed({ message: "m" })).body;
    expect([error.message, "code" in error]).toEqual(["(#100) Invalid parameter", false]);
    graph.trouble("html");
    const html = await feed({ message: "m" });
    expect([html.status, html.headers.get("content-type")]).toEqual([502, "text/html; charset=utf-8"]);
    graph.trouble("edgeThrottle", { retryAfter: 7 });
    const edge = await feed({ message: "m" });
    expect([edge.status, edge.headers.get("retry-after")]).toEqual([429, "7"]);
  });
});

describe("sandbox graph: usage and holds", () => {
  const MINUTE_MS = 60_000;
  const business = (headers: Headers) => JSON.parse(headers.get("x-business-use-case-usage") ?? "{}");

  it("usage set → in the headers of every answer; nothing set → none", async () => {
    const { graph, call, pageId } = graphPage();
    expect([...(await call("GET", pageId)).headers.keys()].filter((name) => name.includes("usage"))).toEqual([]);
    graph.usage.set({ app: 28, page: 85, business: 97, regainMinutes: 0 });
    const { headers } = await call("GET", "1");
    expect(JSON.parse(headers.get("x-app-usage") ?? "")).toMatchObject({ call_count: 28 });
    expect(JSON.parse(headers.get("x-page-usage") ?? "")).toMatchObject({ call_count: 85 });
    expect(business(headers)[pageId]).toContainEqual({
      ...{ type: "pages", call_count: 97, total_cputime: 97, total_time: 97 },
      estimated_time_to_regain_access: 0,
    });
  });

  it("throttled with an estimate → requests before its end are counted, later ones are not", async () => {
    const { graph, call, pageId, clock } = graphPage();
    graph.fail({ error: "80001", regainMinutes: 19 });
    const { headers } = await call("GET", pageId);
    expect(business(headers)[pageId].at(-1).estimated_time_to_regain_access).toBe(19);
    await clock.advance(19 * MINUTE_MS - 1);
    await call("GET", pageId);
    await clock.advance(1);
    await call("GET", pageId);
    expect(graph.requestsIntoHold()).toBe(1);
  });

  it("throttled without an estimate → the seconds that were meant count", async () => {
    const { graph, call, pageId, clock } = graphPage();
    graph.fail({ error: "4", status: 400, holdSeconds: 3600 });
    const refused = await call("GET", pageId);
    expect([errorIn(refused), business(refused.headers)]).toEqual([[400, 4, undefined], {}]);
    await clock.advance(3599_999);
    await call("GET", pageId);
    await clock.advance(1);
    await call("GET", pageId);
    expect(graph.requestsIntoHold()).toBe(1);
  });

  it("usage with minutes to wait → a hold as well", async () => {
    const { graph, call, pageId } = graphPage();
    graph.usage.set({ business: 100, regainMinutes: 5 });
    for (const _ of [1, 2]) await call("GET", pageId);
    expect(graph.requestsIntoHold()).toBe(1);
  });

  it("throttle over a time → everything refused until its end; prolonged by each request that comes", async () => {
    const { graph, call, pageId, clock } = graphPage();
    const statusAfter = async (ms: number) => {
      await clock.advance(ms);
      return (await call("GET", pageId)).status;
    };
    graph.usage.throttle({ error: "80001", seconds: 90 });
    expect([await statusAfter(0), await statusAfter(89_999), await statusAfter(1)]).toEqual([400, 400, 200]);
    expect(graph.requestsIntoHold()).toBe(1);
    graph.usage.throttle({ error: "613", seconds: 90, status: 403, estimate: false, prolonged: true });
    expect([await statusAfter(89_999), await statusAfter(89_999), await statusAfter(90_000)]).toEqual([403, 403, 200]);
    expect(graph.requestsIntoHold()).toBe(2);
  });
});
