import { describe, expect, it } from "vitest";
import { dropboxCaller } from "../sandbox/callers.ts";
import { createManualClock, settle } from "../sandbox/clock.ts";
import { createDropbox, type DropboxOptions } from "../sandbox/dropbox.ts";

function linked(more: Partial<DropboxOptions> = {}) {
  const clock = createManualClock();
  const fetch = () => Promise.reject(new Error("no network here"));
  const dropbox = createDropbox({
    now: clock.now,
    after: clock.after,
    appKey: "key",
    appSecret: "secret",
    fetch,
    ...more,
  });
  return { dropbox, call: dropboxCaller(dropbox), clock };
}

type Entry = { ".tag": string; id?: string; name: string; path_lower: string; rev?: string };

async function drain(
  call: ReturnType<typeof dropboxCaller>,
  first: { path: string; recursive?: boolean; limit?: number } | string,
) {
  const entries: Entry[] = [];
  let pages = 0;
  let answer =
    typeof first === "string"
      ? await call("files/list_folder/continue", { cursor: first })
      : await call("files/list_folder", first);
  for (;;) {
    expect(answer.status).toBe(200);
    pages += 1;
    entries.push(...answer.body.entries);
    if (!answer.body.has_more) return { entries, cursor: String(answer.body.cursor), pages };
    answer = await call("files/list_folder/continue", { cursor: answer.body.cursor });
  }
}

const brief = (entries: Entry[]) => entries.map((entry) => `${entry[".tag"]} ${entry.path_lower}`);

describe("sandbox Dropbox: listings", () => {
  it("seven files, limit three → three pages with every file once, then nothing", async () => {
    const { dropbox, call } = linked();
    dropbox.files.addFiles(7, "/in/f");
    const listed = await drain(call, { path: "/in", limit: 3 });
    expect(listed.pages).toBe(3);
    expect(new Set(listed.entries.map((entry) => entry.id)).size).toBe(7);
    expect((await drain(call, listed.cursor)).entries).toEqual([]);
  });

  it("nested folders → plain listing has children only, recursive one has folders and all files", async () => {
    const { dropbox, call } = linked();
    dropbox.files.addFile("/in/sub/deep.jpg");
    dropbox.files.addFile("/in/Top.jpg");
    dropbox.files.addFile("/other/x.jpg");
    expect(brief((await drain(call, { path: "/In" })).entries)).toEqual(["folder /in/sub", "file /in/top.jpg"]);
    const all = brief((await drain(call, { path: "/in", recursive: true })).entries);
    expect(all).toEqual(["folder /in", "folder /in/sub", "file /in/sub/deep.jpg", "file /in/top.jpg"]);
    expect(brief((await drain(call, { path: "" })).entries)).toEqual(["folder /in", "folder /other"]);
  });

  it("latest cursor taken, then a file edited → one entry with the same id and another rev", async () => {
    const { dropbox, call } = linked();
    const before = dropbox.files.addFile("/in/a.txt", "one");
    const latest = await call("files/list_folder/get_latest_cursor", { path: "/in" });
    dropbox.files.editFile("/in/a.txt", "two");
    dropbox.files.editFile("/in/a.txt", "two");
    const { entries } = await drain(call, latest.body.cursor);
    expect(entries).toHaveLength(1);
    expect(entries[0]?.id).toBe(before.id);
    expect(entries[0]?.rev).not.toBe(before.rev);
  });

  it("file renamed → deleted and file with the same id; letter case alone → nothing", async () => {
    const { dropbox, call } = linked();
    const { id } = dropbox.files.addFile("/in/a.jpg");
    const { cursor } = await drain(call, { path: "/in" });
    dropbox.files.renameFile("/in/a.jpg", "/in/A.JPG");
    expect((await drain(call, cursor)).entries).toEqual([]);
    dropbox.files.renameFile("/in/a.jpg", "/in/b.jpg");
    const { entries } = await drain(call, cursor);
    expect(brief(entries)).toEqual(["deleted /in/a.jpg", "file /in/b.jpg"]);
    expect(entries.map((entry) => entry.id)).toEqual([undefined, id]);
  });

  it("file moved out and in again → deleted, then file with the old id", async () => {
    const { dropbox, call } = linked();
    const { id } = dropbox.files.addFile("/in/a.jpg");
    const first = await drain(call, { path: "/in" });
    dropbox.files.renameFile("/in/a.jpg", "/out/a.jpg");
    const second = await drain(call, first.cursor);
    expect(brief(second.entries)).toEqual(["deleted /in/a.jpg"]);
    dropbox.files.renameFile("/out/a.jpg", "/in/a.jpg");
    expect((await drain(call, second.cursor)).entries.map((entry) => entry.id)).toEqual([id]);
  });

  it("folder deleted with its files → one deletion; the folder back → deletion stays before it", async () => {
    const { dropbox, call } = linked();
    dropbox.files.addFiles(3, "/in/sub/f");
    const { cursor } = await drain(call, { path: "/in", recursive: true });
    dropbox.files.deletePath("/in/sub");
    expect(brief((await drain(call, cursor)).entries)).toEqual(["deleted /in/sub"]);
    dropbox.files.addFile("/in/sub/new.jpg");
    expect(brief((await drain(call, cursor)).entries)).toEqual([
      "deleted /in/sub",
      "folder /in/sub",
      "file /in/sub/new.jpg",
    ]);
  });

  it("first listing under way, a listed file deleted → its deletion arrives; earlier deletions do not", async () => {
    const { dropbox, call } = linked();
    dropbox.files.addFile("/in/gone.jpg");
    dropbox.files.deletePath("/in/gone.jpg");
    dropbox.files.addFiles(4, "/in/f");
    const page = await call("files/list_folder", { path: "/in", limit: 2 });
    dropbox.files.deletePath("/in/f000001.jpg");
    dropbox.files.deletePath("/in/f000004.jpg");
    const rest = await drain(call, page.body.cursor);
    expect(brief(rest.entries)).toEqual(["file /in/f000003.jpg", "deleted /in/f000001.jpg", "deleted /in/f000004.jpg"]);
  });

  it("watched folder missing, deleted or a file → 409 path/not_found or path/not_folder", async () => {
    const { dropbox, call } = linked();
    expect((await call("files/list_folder", { path: "/in" })).body.error).toEqual({
      ".tag": "path",
      path: { ".tag": "not_found" },
    });
    dropbox.files.addFile("/in/a.jpg");
    expect((await call("files/list_folder", { path: "/in/a.jpg" })).body.error.path).toEqual({ ".tag": "not_folder" });
    const { cursor } = await drain(call, { path: "/in" });
    dropbox.files.deletePath("/in");
    const gone = await call("files/list_folder/continue", { cursor });
    expect([gone.status, gone.body.error[".tag"]]).toEqual([409, "path"]);
  });

  it("folder listed by id, then renamed → the cursor goes on", async () => {
    const { dropbox, call } = linked();
    dropbox.files.addFile("/in/a.jpg");
    const { cursor } = await drain(call, { path: dropbox.files.at("/in")?.id ?? "" });
    dropbox.files.renameFile("/in", "/renamed");
    dropbox.files.addFile("/renamed/b.jpg");
    expect(brief((await drain(call, cursor)).entries)).toEqual(["file /renamed/a.jpg", "file /renamed/b.jpg"]);
  });

  it("cursors reset → old ones give 409 reset, a new listing works", async () => {
    const { dropbox, call } = linked();
    dropbox.files.addFiles(2, "/in/f");
    const { cursor } = await drain(call, { path: "/in" });
    dropbox.resetCursors();
    const refused = await call("files/list_folder/continue", { cursor });
    expect([refused.status, refused.body.error]).toEqual([409, { ".tag": "reset" }]);
    expect((await drain(call, { path: "/in" })).entries).toHaveLength(2);
  });

  it("bad root, unknown field, unreadable cursor → 400 in plain text", async () => {
    const { call } = linked();
    expect((await call("files/list_folder", { path: "/" })).status).toBe(400);
    const unknown = await call("files/list_folder/continue", { cursor: "AAEx", path: "" });
    expect([unknown.status, unknown.headers.get("content-type")]).toEqual([400, "text/plain; charset=utf-8"]);
    expect((await call("files/list_folder/continue", { cursor: "AAEx" })).status).toBe(400);
  });

  it("empty pages and small pages asked for → has_more says so and nothing is lost", async () => {
    const { dropbox, call } = linked();
    dropbox.files.addFiles(3, "/in/f");
    Object.assign(dropbox.listing, { emptyPages: 2, pageMax: 1 });
    const listed = await drain(call, { path: "/in", limit: 100 });
    expect([listed.pages, listed.entries.length]).toEqual([5, 3]);
  });

  it("100,000 files → all pages together take seconds", async () => {
    const { dropbox, call } = linked();
    dropbox.files.addFiles(100_000, "/in/f", "same");
    const started = performance.now();
    const listed = await drain(call, { path: "/in", limit: 2000 });
    expect(listed.entries).toHaveLength(100_000);
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it("longpoll open, a change comes → changes true; none for 30 s → false", async () => {
    const { dropbox, call, clock } = linked();
    dropbox.files.addFile("/in/a.jpg");
    const { cursor } = await drain(call, { path: "/in" });
    const woken = call("files/list_folder/longpoll", { cursor, timeout: 30 });
    await settle();
    dropbox.files.addFile("/in/b.jpg");
    expect((await woken).body).toEqual({ changes: true });
    const fresh = await drain(call, cursor);
    const quiet = call("files/list_folder/longpoll", { cursor: fresh.cursor, timeout: 30 });
    await clock.advance(30_000);
    expect((await quiet).body).toEqual({ changes: false });
  });

  it("the same listing twice at once → seen, and refused with 429 where asked for", async () => {
    const { dropbox, call, clock } = linked({ rejectParallel: true, latencyMs: 10 });
    dropbox.files.addFile("/a.jpg");
    const both = Promise.all([call("files/list_folder", { path: "" }), call("files/list_folder", { path: "" })]);
    await clock.advance(10);
    expect((await both).map((answer) => answer.status)).toEqual([200, 429]);
    expect(dropbox.parallelListings()).toBe(1);
  });
});
