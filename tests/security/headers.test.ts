/** Headers are made of what we chose: names and contents of files, ids and answers from outside get into none, and into no address unescaped. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordIdOf } from "@/lib/destinations/records/record.ts";
import { createDropboxClient } from "@/lib/dropbox/client.ts";
import { type Attacked, attackRoutes } from "../support/attacked.ts";
import { secret } from "../support/builders.ts";

let relay: Attacked;
beforeAll(async () => {
  relay = await attackRoutes();
});
afterAll(() => relay.close());

const MARK = "mark";
const NAMES = [
  `a\r\nx-${MARK}: 1.jpg`,
  `${MARK}\u0000.jpg`,
  `${MARK}\u2028é😀.jpg`,
  `?${MARK}=1&id=facebook_x#${MARK}.jpg`,
  `..%2f${MARK}.jpg`.replace("..", "a"),
  `{"path":"/${MARK}"}.json`,
];
/** What may be in a header of ours to anybody. */
const OWN_HEADERS = new Set([
  ...["accept", "authorization", "content-type", "dropbox-api-arg", "idempotency-key", "upstash-encoding"],
  ...["upstash-sync-token", "upstash-retries", "upstash-retry-delay", "upstash-timeout", "upstash-method"],
  ...["upstash-failure-callback", "upstash-label", "upstash-delay", "upstash-deduplication-id"],
]);

describe("requests to others", () => {
  it("files with hostile names and contents, delivered, edited and refused → nothing of them in a header or address", async () => {
    await relay.job();
    for (const name of NAMES) {
      relay.dropbox.files.addFile(
        `/${MARK}/${name.replaceAll("/", "_")}`,
        JSON.stringify({ name: `${MARK}\r\n`, email: "a@example.com" }),
      );
    }
    relay.facebook.fail({ route: "POST /v1/records", status: 400, body: `${MARK}\r\n`, count: 1 });
    await relay.job();
    for (const name of NAMES)
      relay.dropbox.files.editFile(`/${MARK}/${name.replaceAll("/", "_")}`, `{"name":"${MARK} 2"}`);
    await relay.job();
    expect(relay.facebook.records().length).toBeGreaterThanOrEqual(NAMES.length - 1);
    expect(relay.facebook.writes().some(({ method }) => method === "PATCH")).toBe(true);
    expect(relay.asked.some(({ body }) => body.includes(MARK))).toBe(true);
    for (const { url, headers } of relay.asked) {
      expect(url).not.toContain(MARK);
      for (const [name, value] of headers) {
        expect(OWN_HEADERS, name).toContain(name);
        expect(value).toMatch(/^[ -~]*$/);
        expect(value).not.toContain(MARK);
      }
    }
  });

  it("ids at the edge of what is taken → one segment of the address, and one value of the query", () => {
    for (const id of ["id:../../x", "id:%2e%2e", "id:a?b=c&d#e", "id:a/b", "id:a;b,c@d:e"]) {
      const segment = encodeURIComponent(recordIdOf(id));
      const url = new URL(`https://example.com/v1/records/${segment}?${new URLSearchParams({ id: recordIdOf(id) })}`);
      expect(url.pathname).toBe(`/v1/records/${segment}`);
      expect([...url.searchParams]).toEqual([["id", recordIdOf(id)]]);
    }
  });

  it("a revision of any letters → escaped in the one header that names it, so that it reads as it was", async () => {
    const headers: Headers[] = [];
    const client = createDropboxClient({
      apiUrl: "http://dropbox.test",
      contentUrl: "http://dropbox.test",
      timeoutMs: 1000,
      fetch: async (input, init) => {
        headers.push(new Request(input, init).headers);
        return new Response("x");
      },
    });
    for (const rev of ["a\r\nx-evil: 1", "\u0000", "é\u2028😀", '"}{"', "\u007f\u0080", "\ud800"]) {
      expect((await client.download(secret(), `rev:${rev}`, { maxBytes: 10 })).ok).toBe(true);
      const value = headers.at(-1)?.get("dropbox-api-arg") ?? "";
      expect(value).toMatch(/^[ -~]*$/);
      expect(JSON.parse(value)).toEqual({ path: `rev:${rev}` });
      expect(headers.at(-1)?.has("x-evil")).toBe(false);
    }
  });
});

describe("our answers", () => {
  it("whatever failed and why → a status, at most a wait in whole seconds, and words that hold no line break", async () => {
    const hostile = `x\r\nx-${MARK}: 1\u2028`;
    relay.dropbox.fail({ route: "files/list_folder/continue", status: 429, body: hostile, retryAfter: 7, count: 1 });
    relay.dropbox.fail({ route: "files/list_folder/continue", status: 500, body: hostile, count: 1 });
    const responses = [
      await relay.job(),
      await relay.job(),
      await relay.job({ body: JSON.stringify({ job: hostile }) }),
    ];
    expect(responses.map(({ status }) => status)).toEqual([429, 429, 489]);
    for (const response of responses) {
      expect(JSON.stringify([...response.headers])).not.toContain(MARK);
      expect(response.headers.get("retry-after") ?? "0").toMatch(/^\d+$/);
      expect(Object.keys((await response.json()) as object)).toEqual(["message"]);
    }
  });
});
