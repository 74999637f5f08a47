import { request as httpRequest } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startSandbox } from "../sandbox/server.ts";

type Sandbox = Awaited<ReturnType<typeof startSandbox>>;

describe("sandbox server", () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(() => sandbox.close());

  const control = async (name: string, given: unknown) => {
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(given) };
    const response = await fetch(`${sandbox.url}/control/${name}`, init);
    return { status: response.status, body: await response.json() };
  };
  const state = async () => (await fetch(`${sandbox.url}/control/state`)).json();

  const dropbox = (route: string, argument: unknown) =>
    fetch(`${sandbox.env.DROPBOX_API_URL}/2/${route}`, {
      method: "POST",
      headers: { authorization: `Bearer ${sandbox.env.DROPBOX_ACCESS_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify(argument),
    });
  const post = (record: unknown, more: RequestInit = {}) =>
    fetch(sandbox.env.FACEBOOK_API_URL ?? "", {
      method: "POST",
      headers: { authorization: `Bearer ${sandbox.env.FACEBOOK_API_KEY}`, "content-type": "application/json" },
      body: JSON.stringify(record),
      ...more,
    });

  it("file added by the controls → listed, and its temporary link works from outside", async () => {
    expect((await control("add", { path: "/in/a.txt", content: "hello" })).status).toBe(200);
    const listed = await (await dropbox("files/list_folder", { path: "/in" })).json();
    expect(listed.entries[0].name).toBe("a.txt");
    const { link } = await (await dropbox("files/get_temporary_link", { path: listed.entries[0].id })).json();
    expect(link.startsWith(`${sandbox.url}/dropbox/`)).toBe(true);
    expect(await (await fetch(link)).text()).toBe("hello");
  });

  it("edited, renamed, moved, deleted by the controls → the folder follows; a missing path → 409 with the reason", async () => {
    await control("add", { path: "/in/p-", count: 3 });
    await control("rename", { from: "/in/p-000001.jpg", to: "/in/q.jpg" });
    await control("move", { from: "/in/q.jpg", to: "/out/q.jpg" });
    await control("edit", { path: "/out/q.jpg", base64: "AAEC" });
    await control("delete", { path: "/in/p-000002.jpg" });
    const { files } = (await state()).dropbox;
    expect(files.map((file: { path: string }) => file.path).sort()).toEqual(["/in/p-000003.jpg", "/out/q.jpg"]);
    const refused = await control("delete", { path: "/none" });
    expect([refused.status, refused.body]).toEqual([409, { error: { message: "nothing at /none" } }]);
  });

  it("record posted → in the state, with doubles named; unchanged state → 204", async () => {
    const record = { id: "facebook_x", status: "active", name: "<b>x</b>" };
    expect([(await post(record)).status, (await post(record)).status]).toEqual([201, 201]);
    const seen = await state();
    expect([seen.facebook.total, seen.facebook.doubles]).toEqual([2, ["facebook_x"]]);
    expect((await fetch(`${sandbox.url}/control/state?after=${seen.version}`)).status).toBe(204);
  });

  it("lost and hanging answers asked for → the connection breaks, or nothing comes until the caller leaves", async () => {
    await control("faults", { service: "facebook", trouble: "createdButLost" });
    await expect(post({ id: "x", status: "active", name: "x" })).rejects.toThrow();
    expect(sandbox.facebook.records()).toHaveLength(1);
    await control("faults", { service: "facebook", trouble: "hangs" });
    await expect(post({ id: "y", status: "active", name: "y" }, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
    expect(sandbox.facebook.records()).toHaveLength(1);
  });

  it("faults of a status, then cleared → works again", async () => {
    await control("faults", {
      service: "dropbox",
      fault: { route: "files/list_folder", status: 429, count: 5, retryAfter: 3 },
    });
    const refused = await dropbox("files/list_folder", { path: "" });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "3"]);
    await control("faults", { service: "dropbox", clear: true });
    expect((await dropbox("files/list_folder", { path: "" })).status).toBe(200);
  });

  it("unknown control, trouble, field or content type → refused", async () => {
    expect((await control("nothing", {})).status).toBe(404);
    expect((await control("faults", { service: "facebook", trouble: "toString" })).status).toBe(409);
    expect((await control("delete", { path: "/a", all: true })).status).toBe(400);
    const plain = await fetch(`${sandbox.url}/control/reset`, { method: "POST", body: "{}" });
    expect(plain.status).toBe(415);
  });

  it("body over the limit → refused, and the server goes on", async () => {
    const big = await dropbox("files/list_folder", { path: "x".repeat(2_000_000) }).then(
      (response) => response.status,
      () => "cut",
    );
    expect([413, "cut"]).toContain(big);
    expect((await dropbox("files/list_folder", { path: "" })).status).toBe(200);
  });

  it("page asked for → self-contained under a policy; under another site's name → refused", async () => {
    const page = await fetch(sandbox.url);
    const html = await page.text();
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(html).not.toContain("/* script */");
    const status = await new Promise((resolve, reject) => {
      const headers = { host: "evil.example" };
      httpRequest(`${sandbox.url}/control/state`, { headers }, (answer) => resolve(answer.resume().statusCode))
        .on("error", reject)
        .end();
    });
    expect(status).toBe(421);
  });

  it("renewable asked for → settings renew both tokens", async () => {
    const renewable = await startSandbox({ renewable: true });
    const { env } = renewable;
    const grant = async (url: string, id: string, secret: string, token: string) => {
      const form = { grant_type: "refresh_token", client_id: id, client_secret: secret, refresh_token: token };
      return (await fetch(url, { method: "POST", body: new URLSearchParams(form) })).status;
    };
    const take = (name: string) => env[name] ?? "";
    const facebook = [
      take("FACEBOOK_CLIENT_ID"),
      take("FACEBOOK_CLIENT_SECRET"),
      take("FACEBOOK_REFRESH_TOKEN"),
    ] as const;
    expect(await grant(take("FACEBOOK_REFRESH_URL"), ...facebook)).toBe(200);
    const dropboxClient = [take("DROPBOX_APP_KEY"), take("DROPBOX_APP_SECRET"), take("DROPBOX_REFRESH_TOKEN")] as const;
    expect(await grant(`${take("DROPBOX_API_URL")}/oauth2/token`, ...dropboxClient)).toBe(200);
    await renewable.close();
  });

  it("settings for a relay → each is there, secrets differ from start to start", async () => {
    const other = await startSandbox();
    await other.close();
    expect(Object.keys(sandbox.env)).toEqual(Object.keys(other.env));
    for (const name of ["DROPBOX_APP_SECRET", "DROPBOX_ACCESS_TOKEN", "FACEBOOK_API_KEY"]) {
      expect(sandbox.env[name]).not.toBe(other.env[name]);
    }
  });
});
