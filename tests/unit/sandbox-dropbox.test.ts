import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { dropboxCaller, postForm } from "../sandbox/callers.ts";
import { createManualClock } from "../sandbox/clock.ts";
import { createDropbox } from "../sandbox/dropbox.ts";

function linked() {
  const clock = createManualClock();
  const fetch = () => Promise.reject(new Error("no network here"));
  const dropbox = createDropbox({ now: clock.now, after: clock.after, appKey: "key", appSecret: "secret", fetch });
  return { dropbox, call: dropboxCaller(dropbox), clock };
}

type Dropbox = ReturnType<typeof linked>["dropbox"];

const download = (dropbox: Dropbox, path: string) =>
  dropbox.handle(
    new Request("https://content.test/2/files/download", {
      method: "POST",
      headers: { authorization: `Bearer ${dropbox.accessToken}`, "dropbox-api-arg": JSON.stringify({ path }) },
    }),
  );

const refresh = (dropbox: Dropbox, more: Record<string, string> = {}) =>
  postForm(dropbox, "https://api.test/oauth2/token", {
    grant_type: "refresh_token",
    refresh_token: dropbox.refreshToken,
    client_id: "key",
    client_secret: "secret",
    ...more,
  });

describe("sandbox Dropbox: tokens", () => {
  it("token expired → expired_access_token, then refresh → a new token works and the refresh token stays", async () => {
    const { dropbox, call } = linked();
    dropbox.expireToken();
    const refused = await call("files/list_folder", { path: "" });
    expect([refused.status, refused.body.error]).toEqual([401, { ".tag": "expired_access_token" }]);
    const granted = await refresh(dropbox);
    expect(Object.keys(granted.body)).toEqual(["access_token", "token_type", "expires_in"]);
    expect((await dropboxCaller(dropbox, granted.body.access_token)("files/list_folder", { path: "" })).status).toBe(
      200,
    );
    expect((await refresh(dropbox)).status).toBe(200);
    expect(dropbox.refreshes()).toBe(2);
  });

  it("granted token, four hours later → expired_access_token", async () => {
    const { dropbox, clock } = linked();
    const { access_token } = (await refresh(dropbox)).body;
    await clock.advance(14_400_000);
    expect((await dropboxCaller(dropbox, access_token)("files/list_folder", { path: "" })).body.error[".tag"]).toBe(
      "expired_access_token",
    );
  });

  it("unknown token → invalid_access_token; wrong client or refresh token → 400 with its error", async () => {
    const { dropbox } = linked();
    expect((await dropboxCaller(dropbox, "other")("files/list_folder", { path: "" })).body.error[".tag"]).toBe(
      "invalid_access_token",
    );
    expect((await refresh(dropbox, { client_secret: "other" })).body.error).toBe("invalid_client");
    expect((await refresh(dropbox, { refresh_token: "other" })).body.error).toBe("invalid_grant");
  });

  it("revoked → access and refresh token are dead", async () => {
    const { dropbox, call } = linked();
    expect((await call("users/get_current_account", null)).body.account_id).toBe(dropbox.accountId);
    expect((await call("auth/token/revoke", {})).status).toBe(400);
    expect((await call("auth/token/revoke", null)).status).toBe(200);
    expect((await call("users/get_current_account", null)).body.error[".tag"]).toBe("invalid_access_token");
    expect((await refresh(dropbox)).body.error).toBe("invalid_grant");
  });
});

describe("sandbox Dropbox: faults", () => {
  it("429 with and without Retry-After, one each → header and body say the seconds, or neither does; then it works", async () => {
    const { dropbox, call } = linked();
    dropbox.fail({ route: "files/list_folder", status: 429, retryAfter: 7 });
    dropbox.fail({ route: "files/list_folder", status: 429 });
    const said = await call("files/list_folder", { path: "" });
    expect([said.headers.get("retry-after"), said.body.error.retry_after]).toEqual(["7", 7]);
    const silent = await call("files/list_folder", { path: "" });
    expect([silent.status, silent.headers.get("retry-after"), silent.body.error]).toEqual([
      429,
      null,
      { reason: { ".tag": "too_many_requests" } },
    ]);
    expect((await call("files/list_folder", { path: "" })).status).toBe(200);
    expect(dropbox.requestsIntoHold()).toBe(2);
  });

  it("5xx twice on continue → other routes work, the third continue works", async () => {
    const { dropbox, call } = linked();
    dropbox.fail({ route: "files/list_folder/continue", status: 503, count: 2 });
    const { cursor } = (await call("files/list_folder", { path: "" })).body;
    const statuses = [];
    for (let turn = 0; turn < 3; turn += 1)
      statuses.push((await call("files/list_folder/continue", { cursor })).status);
    expect(statuses).toEqual([503, 503, 200]);
    expect(dropbox.requests("files/list_folder/continue")).toBe(3);
    expect(dropbox.requests()).toBe(4);
  });

  it("rate of a half with the same seed → the same requests fail", async () => {
    const run = async () => {
      const { dropbox, call } = linked();
      dropbox.fail({ status: 500, rate: 0.5 });
      const statuses = [];
      for (let turn = 0; turn < 40; turn += 1) statuses.push((await call("files/list_folder", { path: "" })).status);
      return statuses;
    };
    const statuses = await run();
    expect(new Set(statuses)).toEqual(new Set([200, 500]));
    expect(await run()).toEqual(statuses);
  });
});

describe("sandbox Dropbox: content", () => {
  it("downloaded by path, id and rev → bytes and an ASCII header with the metadata", async () => {
    const { dropbox } = linked();
    const file = dropbox.files.addFile("/Ä 😀.txt", "hello");
    for (const path of ["/ä 😀.txt", file.id, `rev:${file.rev}`]) {
      const answer = await dropbox.handle(
        new Request("https://content.test/2/files/download", {
          method: "POST",
          headers: {
            authorization: `Bearer ${dropbox.accessToken}`,
            "dropbox-api-arg": JSON.stringify({ path }).replace(
              /[\u007f-\uffff]/g,
              (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
            ),
          },
        }),
      );
      expect(await answer.text()).toBe("hello");
      expect(JSON.parse(answer.headers.get("dropbox-api-result") ?? "").path_display).toBe("/Ä 😀.txt");
    }
  });

  it("edited and moved → rev still gives the old bytes, id the new ones; deleted for good → 409", async () => {
    const { dropbox } = linked();
    const { id, rev } = dropbox.files.addFile("/a.txt", "old");
    dropbox.files.editFile("/a.txt", "new");
    dropbox.files.renameFile("/a.txt", "/b.txt");
    expect(await (await download(dropbox, `rev:${rev}`)).text()).toBe("old");
    expect(await (await download(dropbox, id)).text()).toBe("new");
    dropbox.files.deletePath("/b.txt", { forGood: true });
    expect([(await download(dropbox, `rev:${rev}`)).status, (await download(dropbox, id)).status]).toEqual([409, 409]);
  });

  it("deleted and restored → listed again with its id and revision; while it was away, not found", async () => {
    const { dropbox, call } = linked();
    const file = dropbox.files.addFile("/inbox/a.txt", "abc");
    const listed = await call("files/list_folder", { path: "", recursive: true });
    dropbox.files.deletePath("/inbox/a.txt");
    expect((await call("files/get_metadata", { path: file.id })).status).toBe(409);
    dropbox.files.restoreFile(file);
    expect(() => dropbox.files.restoreFile(file)).toThrow("exists");
    const { body } = await call("files/list_folder/continue", { cursor: listed.body.cursor });
    expect(body.entries).toMatchObject([{ ".tag": "file", id: file.id, rev: file.rev, path_lower: "/inbox/a.txt" }]);
  });

  it("temporary link followed → bytes with the type of the file; four hours later → 410", async () => {
    const { dropbox, call, clock } = linked();
    const { id } = dropbox.files.addFile("/a.jpg", { size: 5_000_000 });
    const { link, metadata } = (await call("files/get_temporary_link", { path: id })).body;
    expect(metadata[".tag"]).toBeUndefined();
    const followed = await dropbox.handle(new Request(link));
    expect(followed.headers.get("content-type")).toBe("image/jpeg");
    expect((await followed.arrayBuffer()).byteLength).toBe(5_000_000);
    await clock.advance(4 * 3_600_000);
    expect((await dropbox.handle(new Request(link))).status).toBe(410);
  });

  it("content hash of abc and of nothing → the documented values; a Google document → unsupported_file", async () => {
    const { dropbox, call } = linked();
    dropbox.files.addFile("/abc", "abc");
    dropbox.files.addFile("/empty", "");
    dropbox.files.addFile("/doc.gdoc", "x", { downloadable: false });
    const hash = async (path: string) => (await call("files/get_metadata", { path })).body.content_hash;
    expect(await hash("/abc")).toBe("4f8b42c22dd3729b519ba6f68d2da7cc5b2d606d05daed5ad5128cc03e6c6358");
    expect(await hash("/empty")).toBe(createHash("sha256").digest("hex"));
    expect((await call("files/get_temporary_link", { path: "/doc.gdoc" })).body.error).toEqual({
      ".tag": "unsupported_file",
    });
    expect((await call("files/get_metadata", { path: "/none" })).status).toBe(409);
  });
});
