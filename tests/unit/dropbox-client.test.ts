import { describe, expect, it } from "vitest";
import { createDropboxClient } from "@/lib/dropbox/client.ts";

const token = "sl.u.top-secret";
const file = {
  ".tag": "file",
  id: "id:a",
  rev: "0162a1b2c3d4e5f6",
  name: "new.jpg",
  path_lower: "/in/new.jpg",
  path_display: "/In/new.jpg",
  size: 182044,
  server_modified: "2026-11-20T09:00:03Z",
  content_hash: "b07c",
};
const folder = { path: "/in", recursive: false, limit: 500 };

interface Seen {
  url: string;
  headers: Headers;
  body: unknown;
  redirect: string | undefined;
}

/** A Dropbox that answers everything alike and notes what it was asked. */
function dropbox(answer: () => Response | Promise<Response>, { apiUrl = "https://api.test", timeoutMs = 1000 } = {}) {
  const seen: Seen[] = [];
  const fetch = async (url: string | URL | Request, init?: RequestInit) => {
    seen.push({ url: String(url), headers: new Headers(init?.headers), body: init?.body, redirect: init?.redirect });
    const signal = init?.signal;
    const stopped = new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    return Promise.race([answer(), stopped]);
  };
  return { client: createDropboxClient({ apiUrl, contentUrl: "https://content.test/", fetch, timeoutMs }), seen };
}
const json = (value: unknown, init?: ResponseInit) => () => new Response(JSON.stringify(value), init);
const list = (answer: () => Response | Promise<Response>) => dropbox(answer).client.listFolder(token, folder);
const errorOf = async (result: Promise<{ ok: boolean; error?: unknown }>) => (await result).error;

function endless(chunk = new Uint8Array(64 * 1024)) {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(chunk),
    cancel: () => {
      cancelled = true;
    },
  });
  return { body, cancelled: () => cancelled };
}

describe("requests", () => {
  it("base with prefix and trailing slash, root as / → route below the prefix, empty path, no following of redirects", async () => {
    const { client, seen } = dropbox(json({ entries: [], cursor: "c", has_more: true }), {
      apiUrl: "https://x.test/dbx/",
    });
    const page = await client.listFolder(token, { path: "/", recursive: true, limit: 7 });
    expect(page).toEqual({ ok: true, data: { entries: [], cursor: "c", hasMore: true } });
    expect(seen[0]?.url).toBe("https://x.test/dbx/2/files/list_folder");
    expect(seen[0]?.redirect).toBe("manual");
    expect(seen[0]?.headers.get("authorization")).toBe(`Bearer ${token}`);
    expect(seen[0]?.headers.get("content-type")).toBe("application/json");
    expect(JSON.parse(String(seen[0]?.body))).toEqual({
      path: "",
      recursive: true,
      limit: 7,
      include_non_downloadable_files: false,
    });
  });

  it("continue → the cursor alone; latest cursor → the same options as the listing", async () => {
    const { client, seen } = dropbox(json({ entries: [], cursor: "next", has_more: false }));
    await client.listFolderContinue(token, "old");
    expect(await client.latestCursor(token, folder)).toEqual({ ok: true, data: { cursor: "next" } });
    expect(seen.map(({ body }) => JSON.parse(String(body)))).toEqual([
      { cursor: "old" },
      { path: "/in", recursive: false, include_non_downloadable_files: false },
    ]);
  });

  it("account asked for → body null, null and unknown fields dropped", async () => {
    const { client, seen } = dropbox(
      json({ account_id: "dbid:A", email: null, name: { display_name: "Ann" }, more: 1 }),
    );
    expect(await client.currentAccount(token)).toEqual({ ok: true, data: { accountId: "dbid:A", name: "Ann" } });
    expect(seen[0]?.body).toBe("null");
  });

  it("temporary link and metadata → link and entry; unreadable metadata or no link → invalidAnswer", async () => {
    const link = "https://dl.test/cd/0/get/opaque/file";
    expect(await dropbox(json({ metadata: file, link })).client.temporaryLink(token, "rev:1")).toEqual({
      ok: true,
      data: { link },
    });
    expect(await dropbox(json(file)).client.getMetadata(token, "id:a")).toMatchObject({
      ok: true,
      data: { id: "id:a" },
    });
    expect(await errorOf(dropbox(json({})).client.getMetadata(token, "id:a"))).toMatchObject({ kind: "invalidAnswer" });
    expect(await errorOf(dropbox(json({})).client.temporaryLink(token, "id:a"))).toMatchObject({
      kind: "invalidAnswer",
    });
  });
});

describe("download", () => {
  it("non-ASCII path → escaped argument header, no body, no content type, the bytes", async () => {
    const { client, seen } = dropbox(() => new Response(Uint8Array.of(1, 2, 3)));
    const result = await client.download(token, "/Ä 😀\u007f.jpg", { maxBytes: 3 });
    expect(result.ok && [...result.data.bytes]).toEqual([1, 2, 3]);
    expect(seen[0]?.url).toBe("https://content.test/2/files/download");
    expect(seen[0]?.headers.get("dropbox-api-arg")).toBe('{"path":"/\\u00c4 \\ud83d\\ude00\\u007f.jpg"}');
    expect(seen[0]?.headers.get("content-type")).toBeNull();
    expect(seen[0]?.body).toBeNull();
  });

  it("a part → asked for by range, 206 with its bytes", async () => {
    const { client, seen } = dropbox(() => new Response(Uint8Array.of(5, 6), { status: 206 }));
    const result = await client.download(token, "rev:1", { maxBytes: 2, range: { from: 5, to: 7 } });
    expect(result.ok && [...result.data.bytes]).toEqual([5, 6]);
    expect(seen[0]?.headers.get("range")).toBe("bytes=5-6");
  });

  it("longer than allowed, announced or endless → tooLarge, the rest cancelled", async () => {
    for (const headers of [{ "content-length": "1000000" }, {}]) {
      const { body, cancelled } = endless();
      const { client } = dropbox(() => new Response(body, { headers }));
      expect(await errorOf(client.download(token, "rev:1", { maxBytes: 100_000 }))).toMatchObject({
        kind: "tooLarge",
        status: 200,
      });
      await expect.poll(cancelled).toBe(true);
    }
  });

  it("empty file → no bytes; file gone → pathNotFound", async () => {
    const empty = await dropbox(() => new Response(null)).client.download(token, "rev:1", { maxBytes: 1 });
    expect(empty.ok && empty.data.bytes.length).toBe(0);
    const gone = json({ error: { ".tag": "path", path: { ".tag": "not_found" } } }, { status: 409 });
    expect(await errorOf(dropbox(gone).client.download(token, "rev:1", { maxBytes: 1 }))).toMatchObject({
      kind: "pathNotFound",
    });
  });
});

describe("answers outside the protocol", () => {
  it("truncated JSON, broken UTF-8, no cursor, no entries, no has_more → invalidAnswer", async () => {
    const answers = [
      () => new Response('{"entries":[],"cursor":"c","has_mo'),
      () =>
        new Response(
          Buffer.from([...Buffer.from('{"cursor":"'), 0xff, ...Buffer.from('","entries":[],"has_more":false}')]),
        ),
      () => new Response(""),
      json({ entries: [], has_more: false }),
      json({ entries: [], cursor: "", has_more: false }),
      json({ cursor: "c", has_more: false }),
      json({ entries: null, cursor: "c", has_more: false }),
      json({ entries: [], cursor: "c" }),
      json([]),
    ];
    for (const answer of answers)
      expect(await errorOf(list(answer))).toMatchObject({ kind: "invalidAnswer", status: 200 });
  });

  it("redirect → invalidAnswer, asked once", async () => {
    const { client, seen } = dropbox(
      () => new Response(null, { status: 302, headers: { location: "https://evil.test" } }),
    );
    expect(await errorOf(client.listFolder(token, folder))).toMatchObject({ kind: "invalidAnswer", status: 302 });
    expect(seen).toHaveLength(1);
  });

  it("endless listing → tooLarge; endless error page → told by its status", async () => {
    expect(await errorOf(list(() => new Response(endless().body)))).toMatchObject({ kind: "tooLarge" });
    expect(await errorOf(list(() => new Response(endless().body, { status: 503 })))).toMatchObject({
      kind: "server",
      tag: [],
    });
  });
});

describe("no answer", () => {
  it("connection refused → network with the code, without the text that may quote the token", async () => {
    const cause = Object.assign(new Error(token), { code: "ECONNREFUSED" });
    const error = await errorOf(list(() => Promise.reject(new TypeError(`Bearer ${token}`, { cause }))));
    expect(error).toMatchObject({ kind: "network", status: null, message: "network failure (ECONNREFUSED)" });
    expect(JSON.stringify(error)).not.toContain(token);
  });

  it("body breaks off in a 200 or a 409 → network", async () => {
    for (const status of [200, 409]) {
      const broken = () => new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) });
      expect(await errorOf(list(() => new Response(broken(), { status })))).toMatchObject({ kind: "network" });
    }
  });

  it("no answer, or a body that never ends → timeout", async () => {
    for (const answer of [() => new Promise<Response>(() => {}), () => new Response(new ReadableStream())]) {
      const { client } = dropbox(answer, { timeoutMs: 30 });
      expect(await errorOf(client.listFolder(token, folder))).toMatchObject({ kind: "timeout", status: null });
    }
  });

  it("caller's signal fires, before or during the call → timeout", async () => {
    const late = new AbortController();
    const waiting = dropbox(() => new Promise<Response>(() => {})).client.listFolderContinue(token, "c", late.signal);
    late.abort();
    expect(await errorOf(waiting)).toMatchObject({ kind: "timeout", message: "stopped by the caller" });
    const { client } = dropbox(() => new Response(new ReadableStream()));
    expect(await errorOf(client.currentAccount(token, AbortSignal.abort()))).toMatchObject({ kind: "timeout" });
  });
});
