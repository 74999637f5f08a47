import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { pictureOf } from "../sandbox/picture.ts";
import { errorIn, graphPage, photoForm } from "../support/graph-page.ts";

describe("sandbox graph: who may", () => {
  it.each(["user", "system"] as const)("%s token publishes → 200 with 403, nothing there", async (kind) => {
    const { graph, call, pageId } = graphPage();
    const token = graph.tokens.current(kind);
    const asForm = photoForm(pictureOf(1, 12, 9), "a.png", { published: "false" });
    const staged = await call("POST", `${pageId}/photos`, asForm, { token });
    expect(errorIn(staged)).toEqual([403, 200, undefined]);
    expect(staged.body.error.message).toContain("as the page itself");
    expect(errorIn(await call("POST", `${pageId}/feed`, { message: "m" }, { token }))).toEqual([403, 200, undefined]);
    expect([graph.posts(), graph.photos()]).toEqual([[], []]);
  });

  it.each(["user", "system"] as const)("%s token asks for the Page → its token, good for publishing", async (kind) => {
    const { graph, call, pageId } = graphPage();
    const token = graph.tokens.current(kind);
    const given = (await call("GET", pageId, { fields: "id,access_token" }, { token })).body;
    expect(given).toEqual({ id: pageId, access_token: graph.tokens.current("page") });
    const listed = (await call("GET", "me/accounts", { fields: "id,access_token,tasks" }, { token })).body;
    expect(listed.data).toMatchObject([{ id: pageId, access_token: given.access_token }]);
    expect(listed.data[0].tasks).toContain("PROFILE_PLUS_CREATE_CONTENT");
    expect((await call("POST", `${pageId}/feed`, { message: "m" }, { token: given.access_token })).status).toBe(200);
  });

  it("Page reached through a portfolio only, or its own token → no token given", async () => {
    const { graph, call, pageId } = graphPage({ manners: { givesPageToken: false } });
    const token = graph.tokens.current("system");
    expect((await call("GET", pageId, { fields: "access_token" }, { token })).body).toEqual({ id: pageId });
    graph.manners.givesPageToken = true;
    expect((await call("GET", pageId, { fields: "access_token" })).body).toEqual({ id: pageId });
  });

  it("in the body → accepted; in the address → accepted and counted; nowhere → 104", async () => {
    const { graph, pageId } = graphPage();
    const token = graph.tokens.current("page");
    const send = (path: string, init: RequestInit = {}) =>
      graph.handle(new Request(`https://graph.test/${path}`, init));
    const body = new URLSearchParams({ access_token: token, message: "m" });
    expect((await send(`${pageId}/feed`, { method: "POST", body })).status).toBe(200);
    expect(graph.tokensInUrl()).toBe(0);
    expect((await send(`${pageId}?access_token=${token}`)).status).toBe(200);
    expect(graph.tokensInUrl()).toBe(1);
    expect(await (await send(pageId)).json()).toMatchObject({ error: { code: 104 } });
  });
});

describe("sandbox graph: how tokens die", () => {
  it("Page token expired → 190/463 with 400 until it is derived anew", async () => {
    const { graph, call, pageId } = graphPage();
    const former = graph.tokens.current("page");
    graph.tokens.end("page");
    const refused = await call("POST", `${pageId}/feed`, { message: "m" });
    expect(errorIn(refused)).toEqual([400, 190, 463]);
    expect(refused.headers.get("www-authenticate")).toContain("invalid_token");
    expect(graph.posts()).toEqual([]);
    const token = graph.tokens.current("user");
    const fresh = (await call("GET", pageId, { fields: "access_token" }, { token })).body.access_token;
    expect(fresh).not.toBe(former);
    expect(graph.tokens.derived()).toBe(1);
    expect((await call("POST", `${pageId}/feed`, { message: "m" }, { token: fresh })).status).toBe(200);
  });

  it.each([
    ["190/460", 460],
    ["loggedOut", 467],
    ["noGrant", 492],
    ["badToken", undefined],
  ])("ended by %s → that subcode; revived → good again", async (how, subcode) => {
    const { graph, call, pageId } = graphPage();
    graph.tokens.end("page", how);
    expect(errorIn(await call("GET", pageId))).toEqual([400, 190, subcode]);
    graph.tokens.revive("page");
    expect((await call("GET", pageId)).status).toBe(200);
  });

  it("end set for later → refused from then on; unknown token → 190", async () => {
    const { graph, call, pageId, clock } = graphPage();
    graph.tokens.expireAt("page", clock.now() + 1000);
    expect((await call("GET", pageId)).status).toBe(200);
    await clock.advance(1000);
    expect(errorIn(await call("GET", pageId))).toEqual([400, 190, 463]);
    expect(errorIn(await call("GET", pageId, {}, { token: "EAAother" }))).toEqual([400, 190, undefined]);
  });
});

describe("sandbox graph: proof and debug_token", () => {
  const appSecret = "app-secret-of-this-test";
  const proofOf = (message: string) => createHmac("sha256", appSecret).update(message).digest("hex");

  it("app secret set → a call without its proof, or with another token's, is refused", async () => {
    const { graph, call, feed, pageId } = graphPage({ appSecret });
    const right = proofOf(graph.tokens.current("page"));
    expect(errorIn(await call("GET", pageId))).toEqual([400, 100, undefined]);
    const wrong = await call("GET", pageId, { appsecret_proof: proofOf("another") });
    expect(wrong.body.error.message).toContain("appsecret_proof");
    expect((await call("GET", pageId, { appsecret_proof: right })).status).toBe(200);
    expect((await feed({ message: "m", appsecret_proof: right })).status).toBe(200);
  });

  it("proof with a time → good for five minutes", async () => {
    const { graph, call, pageId, clock } = graphPage({ appSecret });
    const time = clock.now() / 1000;
    const given = { appsecret_proof: proofOf(`${graph.tokens.current("page")}|${time}`), appsecret_time: time };
    expect((await call("GET", pageId, given)).status).toBe(200);
    await clock.advance(301_000);
    expect((await call("GET", pageId, given)).status).toBe(400);
  });

  it("debug_token → what the token is; ended → is_valid false with the reason, HTTP 200", async () => {
    const { graph, call, pageId } = graphPage({ appSecret });
    const token = `${graph.appId}|${appSecret}`;
    const asked = { input_token: graph.tokens.current("page") };
    expect((await call("GET", "debug_token", asked, { token })).body.data).toMatchObject({
      type: "PAGE",
      is_valid: true,
      expires_at: 0,
      profile_id: pageId,
      granular_scopes: [{ scope: "pages_manage_posts", target_ids: [pageId] }],
    });
    graph.tokens.end("page", "190/460");
    const dead = await call("GET", "debug_token", asked, { token });
    expect(dead.status).toBe(200);
    expect(dead.body.data).toMatchObject({ is_valid: false, error: { code: 190, subcode: 460 } });
    expect(errorIn(await call("GET", "debug_token", asked, { token: "nobody" }))[1]).toBe(190);
    expect(graph.tokensInUrl()).toBe(0);
  });
});
