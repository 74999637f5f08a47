import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { pictureOf } from "../sandbox/picture.ts";
import { type Sandbox, startSandbox } from "../sandbox/server.ts";
import { photoForm } from "../support/graph-page.ts";

describe("sandbox server: a Page as destination", () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ destination: "page", pageManners: { processingMs: 3_600_000 } });
  });
  afterEach(() => sandbox.close());

  const control = async (name: string, given: unknown) => {
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(given) };
    return (await fetch(`${sandbox.url}/control/${name}`, init)).status;
  };
  const state = async () => (await fetch(`${sandbox.url}/control/state`)).json();
  const at = (path: string) => `${sandbox.env.FACEBOOK_GRAPH_URL}/v26.0/${path}`;
  const authorization = () => ({ authorization: `Bearer ${sandbox.env.FACEBOOK_API_KEY}` });

  async function post(edge: string, given: FormData | Record<string, unknown>) {
    const isForm = given instanceof FormData;
    const headers = isForm ? authorization() : { ...authorization(), "content-type": "application/json" };
    const body = isForm ? given : JSON.stringify(given);
    const answered = await fetch(at(`${sandbox.env.FACEBOOK_PAGE_ID}/${edge}`), { method: "POST", headers, body });
    return { status: answered.status, body: await answered.json() };
  }

  it("settings → the Graph API's, and none of the records endpoint", () => {
    const names = Object.keys(sandbox.env).filter((name) => name.startsWith("FACEBOOK_"));
    expect(names.sort()).toEqual(["FACEBOOK_API_KEY", "FACEBOOK_GRAPH_URL", "FACEBOOK_PAGE_ID"]);
  });

  it("photo staged and posted over HTTP → in the state with its file, its bytes at the media address", async () => {
    const picture = pictureOf(5, 40, 30);
    sandbox.dropbox.files.addFile("/in/hill.png", picture);
    const staged = await post("photos", photoForm(picture, "hill.png", { published: "false" }));
    const posted = await post("feed", { message: "Three", attached_media: [{ media_fbid: staged.body.id }] });
    expect(posted.status).toBe(200);
    const { page, dropbox } = await state();
    expect(page.posts).toMatchObject([
      { id: posted.body.id, message: "Three", photos: [{ id: staged.body.id, text: "hill.png" }], state: "published" },
    ]);
    expect(dropbox.files[0].records).toBe(1);
    const media = await fetch(`${sandbox.env.FACEBOOK_GRAPH_URL}/media/${staged.body.id}`);
    expect(new Uint8Array(await media.arrayBuffer())).toEqual(picture);
  });

  it("picture put by the controls, its link given as url → fetched from the emulated Dropbox", async () => {
    await control("add", { path: "/in/a.png", picture: 4 });
    const link = await fetch(`${sandbox.env.DROPBOX_API_URL}/2/files/get_temporary_link`, {
      method: "POST",
      headers: { authorization: `Bearer ${sandbox.env.DROPBOX_ACCESS_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify({ path: "/in/a.png" }),
    });
    const { status } = await post("photos", { url: (await link.json()).link });
    expect([status, sandbox.graph.photos()[0]?.bytes.byteLength]).toEqual([200, pictureOf(4).byteLength]);
  });

  it("video finished → shown as being processed, with a poster; unchanged state → 204", async () => {
    const form = photoForm(new Uint8Array(5000), "a.mp4", { description: "film" });
    const { body } = await post("videos", form);
    const seen = await state();
    expect(seen.page.posts).toMatchObject([{ id: body.id, state: "processing", message: "film" }]);
    expect((await fetch(`${sandbox.url}/control/state?after=${seen.version}`)).status).toBe(204);
    const poster = await fetch(`${sandbox.env.FACEBOOK_GRAPH_URL}/media/${body.id}/poster`);
    expect(poster.headers.get("content-type")).toBe("image/svg+xml");
  });

  it("trouble, throttle, usage, manners and token by the controls → each takes effect, and ends", async () => {
    expect(await control("faults", { service: "graph", trouble: "publishedBut500", route: "{page}/feed" })).toBe(200);
    const headers = { ...authorization(), "content-type": "application/json" };
    const feed = at(`${sandbox.env.FACEBOOK_PAGE_ID}/feed`);
    const refused = await fetch(feed, { method: "POST", headers, body: JSON.stringify({ message: "m" }) });
    expect([refused.status, sandbox.graph.posts().length]).toEqual([500, 1]);
    expect(await control("faults", { service: "graph", fault: { error: "368/1390008" } })).toBe(200);
    expect((await post("feed", { message: "n" })).body.error.error_subcode).toBe(1390008);
    expect(await control("throttle", { seconds: 3600 })).toBe(200);
    expect((await post("feed", { message: "n" })).body.error.code).toBe(80001);
    expect(await control("throttle", { seconds: 0 })).toBe(200);
    expect(await control("usage", { business: 95, regainMinutes: 0 })).toBe(200);
    const read = await fetch(at("me"), { headers: authorization() });
    expect([read.status, read.headers.get("x-business-use-case-usage")]).toEqual([200, expect.stringContaining("95")]);
    expect(await control("page", { photoMaxBytes: 10 })).toBe(200);
    const form = photoForm(pictureOf(1, 12, 9), "a.png");
    expect((await post("photos", form)).body.error.error_subcode).toBe(1366046);
    expect(await control("token", { service: "graph", action: "expire", error: "190/460" })).toBe(200);
    expect((await post("feed", { message: "n" })).body.error.error_subcode).toBe(460);
  });

  it("error, trouble or manner nobody knows → refused", async () => {
    expect(await control("faults", { service: "graph", fault: { error: "nothing" } })).toBe(409);
    expect(await control("faults", { service: "graph", trouble: "tooMany" })).toBe(409);
    expect(await control("throttle", { seconds: 1, error: "nothing" })).toBe(409);
    expect(await control("page", { colour: "red" })).toBe(400);
  });
});

describe("sandbox server: records as destination", () => {
  it("no page in the state, yet the Graph API answers", async () => {
    const sandbox = await startSandbox();
    expect((await (await fetch(`${sandbox.url}/control/state`)).json()).page).toBeNull();
    expect((await fetch(`${sandbox.url}/facebook/graph/v26.0/me`)).status).toBe(400);
    await sandbox.close();
  });
});
