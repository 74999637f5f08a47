/** What people do is written down: every act, by whom, how it ended, never a secret, and never so that it hinders them. */
import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { ACTS, type AuditEntry, BY_DASHBOARD, COMMAND_HEADER } from "@/lib/core/audit.ts";
import { actWords, auditRows } from "@/lib/dashboard/audit-view.ts";
import { ROUTES } from "@/lib/elements/router.ts";
import { audited, METHODS } from "@/lib/instances/audited.ts";
import { actOnBulk } from "@/lib/relay/act-on-bulk.ts";
import { actOnDelivery } from "@/lib/relay/act-on-delivery.ts";
import { answerAct, answerReplay } from "@/lib/relay/answer-act.ts";
import { answerAudit } from "@/lib/relay/audit.ts";
import { callAgain } from "@/lib/relay/call-again.ts";
import { revokeShare, shareStory, sharesOf } from "@/lib/relay/share-story.ts";
import { tryNotification } from "@/lib/relay/try-notification.ts";
import { AUDIT_KEPT, AUDIT_KEPT_MS } from "@/lib/store/audit-store.ts";
import { ALL } from "../support/bulk.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
afterEach(() => world?.close());

const secret = () => randomBytes(24).toString("hex");
const [token, user, organization] = [secret(), secret(), secret()];
const withToken = {
  env: { ADMIN_TOKEN: token, ELEMENTS_USER_SECRET: user, ELEMENTS_ORGANIZATION_SECRET: organization },
};
const entries = async (): Promise<AuditEntry[]> => (await world.context.services.audit.page(0, 200)).entries;
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  new Request(`http://relay.test${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const dead = async () => {
  await world.sweep();
  world.advance(60_000);
  const id = world.dropbox.files.addFile("/inbox/bad.json", '{"email":7}');
  await world.notify();
  return id;
};

describe("acts of people", () => {
  it("one of each → an entry of each, the newest first, and words for it", async () => {
    world = await createWorld(withToken);
    await dead();
    const { context } = world;
    const [listed] = (await world.context.services.links[0]?.desk.inspection.page("dead", null, 1, false)) ?? [];
    const id = listed?.id ?? "";
    const link = context.services.links[0];
    if (link === undefined) throw new Error("no link");
    await context.operator.logIn(token);
    await tryNotification(context, BY_DASHBOARD);
    for (const action of ["isThere", "post", "replay"] as const)
      await actOnDelivery(context.services, link, id, { action }, BY_DASHBOARD);
    await answerReplay(context, post("/api/deliveries", { action: "replay", filter: {}, preview: false }));
    const plan = { action: "plan", ask: ALL, link: "" } as const;
    const planned = await actOnBulk(context.services, plan, BY_DASHBOARD);
    if (!("id" in planned)) throw new Error(planned.kind);
    for (const action of ["start", "cancel"] as const)
      await actOnBulk(context.services, { action, id: planned.id }, BY_DASHBOARD);
    const at = { link: "", file: id };
    expect(await shareStory(context, at, 7)).toBe("shared");
    for (const { id: shared } of (await sharesOf(context, at)) ?? []) await revokeShare(context, at, shared);
    expect(await callAgain(context.services, link, BY_DASHBOARD)).toBe("isCalled");
    const { instances } = context;
    const draft = {
      name: "Ann's",
      tags: [],
      account: "dbid:a",
      accountLabel: "",
      folder: "",
      destinations: [],
      pollSeconds: null,
    };
    const made = await instances.create(draft, {});
    if (made.kind !== "stored") throw new Error(made.kind);
    const instance = made.stored.instance.id;
    await context.form?.test(made.stored, "main");
    await instances.change(instance, { edit: (one) => ({ ...one, name: "Bob's" }) });
    await instances.setStatus(instance, "paused");
    await instances.reconnect(instance, "source", { refreshToken: secret() });
    await instances.remove(instance);
    const all = await entries();
    expect(all.map(({ act }) => act).reverse()).toEqual([
      ...["login", "testNotification", "isThere", "post", "replay", "replayMany"],
      ...["planMany", "startMany", "cancelMany", "share", "revokeShare", "callAgain"],
      ...["instance.create", "testEvent", "instance.change", "instance.status", "instance.connect", "instance.remove"],
    ]);
    expect(new Set(all.map(({ act }) => act))).toEqual(new Set(ACTS));
    expect(all.find(({ act }) => act === "replay")).toMatchObject({ who: BY_DASHBOARD, ended: "done" });
    expect(all.find(({ act }) => act === "post")).toMatchObject({ ended: "notThere" });
    expect(all.find(({ act }) => act === "instance.remove")).toMatchObject({
      ended: "removed",
      on: `instance ${instance}`,
    });
    for (const act of ACTS) expect(actWords(act), act).not.toBe(act);
    const hrefs = new Map(auditRows(all).map(({ act, href }) => [act, href]));
    expect(hrefs.get(actWords("replay"))).toMatch(/^\/files\/[^/]+\?link=env$/);
    expect(hrefs.get(actWords("share"))).toMatch(/^\/files\/[^/]+\?link=/);
    expect(hrefs.get(actWords("startMany"))).toMatch(/^\/files\/bulk\/[\w-]+$/);
    expect(hrefs.get(actWords("instance.status"))).toBe(`/instances/${instance}`);
    expect(hrefs.get(actWords("testEvent"))).toBe(`/instances/${instance}`);
    for (const act of ["login", "planMany", "replayMany", "instance.create", "instance.remove"])
      expect(hrefs.get(actWords(act)), act).toBeNull();
    expect(all.find(({ act }) => act === "planMany")?.on).not.toContain("{");
    expect(auditRows(all).every(({ who, ended }) => who === "Dashboard" || ended !== "")).toBe(true);
  });

  it("every method that changes an instance → recorded as whoever holds it, also when it throws; none of the others", async () => {
    const seen: string[] = [];
    const fails = Object.fromEntries(
      Object.keys(METHODS).map((name) => [name, async () => Promise.reject(new Error("down"))]),
    );
    const who = { kind: "element", instance: "7" } as const;
    // biome-ignore lint/suspicious/noExplicitAny: each method alike, whatever it takes.
    const held: Record<string, any> = audited(
      fails as never,
      async (deed) => void seen.push(`${deed.act} ${deed.ended}`),
      who,
    );
    const expected: string[] = [];
    for (const [name, kind] of Object.entries(METHODS)) {
      const before = seen.length;
      await expect(held[name]("7", {}, {}), name).rejects.toThrow("down");
      expect(seen.length - before, name).toBe(kind === "act" ? 1 : 0);
      if (kind === "act") expected.push("failed");
    }
    expect(seen.map((one) => one.split(" ")[1])).toEqual(expected);
  });

  it("every route of the compatible interface that is no question → an entry with who called and the answer's status", async () => {
    world = await createWorld(withToken);
    const authorization = `User ${user}, Organization ${organization}`;
    const routes = ROUTES.filter(({ audience }) => audience !== "anyone");
    let acts = 0;
    for (const { method, path } of routes) {
      const address = `/elements/api-v2${path
        .replace("{keyOrId}", "dropbox")
        .replace(/\{id\}/g, "999")
        .replace(/\{\w+\}/g, "a")}`;
      const response = await world.context.elements.answer(
        new Request(`http://relay.test${address}`, {
          method,
          headers: { authorization, "content-type": "application/json" },
          ...(method === "GET" ? {} : { body: "{}" }),
        }),
      );
      const all = await entries();
      if (method !== "GET") acts += 1;
      expect(all, `${method} ${path}`).toHaveLength(acts);
      if (method !== "GET")
        expect(all.some((one) => one.act === `${method} ${path}` && one.ended === `${response.status}`)).toBe(true);
      world.advance(1_000);
    }
    expect(acts).toBeGreaterThan(5);
    const refused = await world.context.elements.answer(
      new Request("http://relay.test/elements/api-v2/instances/1", {
        method: "DELETE",
        headers: { authorization: "User x" },
      }),
    );
    expect(refused.status).toBe(401);
    expect(await entries()).toHaveLength(acts);
  });

  it("a program with the token, a command of ours, a preview, a wrong login → the first two alone", async () => {
    world = await createWorld(withToken);
    await answerAct(world.context, post("/api/deliveries/x", { action: "replay" }), "x");
    await answerAct(world.context, post("/api/deliveries/x", { action: "replay" }, { [COMMAND_HEADER]: "1" }), "x");
    await answerReplay(world.context, post("/api/deliveries", { action: "replay", filter: {}, preview: true }));
    await world.context.operator.logIn(secret());
    expect((await entries()).map(({ who }) => who.kind).sort()).toEqual(["bearer", "commandLine"]);
  });

  it("a secret in what a person names → taken out, in the list and in the log", async () => {
    world = await createWorld(withToken);
    const filter = { path: token };
    await answerReplay(world.context, post("/api/deliveries", { action: "replay", filter, preview: false }));
    const kept = JSON.stringify(await entries());
    expect(kept).toContain("[secret]");
    expect(kept + world.logged.join("")).not.toContain(token);
  });
});

describe("the list", () => {
  it("more than it holds, and older than ninety days → the newest thousand", async () => {
    world = await createWorld(withToken);
    const { record, page } = world.context.services.audit;
    const deed = (n: number) => ({ who: BY_DASHBOARD, act: "login" as const, on: `${n}`, ended: "done" });
    for (let n = 0; n < AUDIT_KEPT + 3; n += 1) {
      world.advance(1);
      await record(deed(n));
    }
    const first = await page(0, 200);
    expect([first.entries[0]?.on, first.after]).toEqual([`${AUDIT_KEPT + 2}`, 200]);
    const last = await page(AUDIT_KEPT - 100, 200);
    expect([last.entries.length, last.entries.at(-1)?.on, last.after]).toEqual([100, "3", null]);
    world.advance(AUDIT_KEPT_MS + 1);
    await record(deed(-1));
    expect((await entries()).map(({ on }) => on)).toEqual(["-1"]);
  });

  it("Redis away → the act is done all the same, and the log has it", async () => {
    world = await createWorld(withToken);
    await world.close();
    await world.context.services.audit.record({ who: BY_DASHBOARD, act: "login", on: "", ended: "done" });
    expect(world.logged.filter((line) => line.includes('"audit"') || line.includes('"audit.not_kept"'))).toHaveLength(
      2,
    );
  });

  it("asked over HTTP → with the token alone, a page at a time", async () => {
    world = await createWorld(withToken);
    const { context } = world;
    for (const on of ["a", "b", "c"]) {
      world.advance(1);
      await context.services.audit.record({ who: BY_DASHBOARD, act: "login", on, ended: "done" });
    }
    const ask = (query: string, authorization: string) =>
      answerAudit(context, new Request(`http://relay.test/api/audit${query}`, { headers: { authorization } }));
    expect((await ask("", `Bearer ${secret()}`)).status).toBe(401);
    expect((await ask("?limit=9999", `Bearer ${token}`)).status).toBe(400);
    const answer = await ask("?limit=2", `Bearer ${token}`);
    expect(await answer.json()).toMatchObject({ entries: [{ on: "c" }, { on: "b" }], after: 2 });
    expect(await (await ask("?limit=2&after=2", `Bearer ${token}`)).json()).toMatchObject({
      entries: [{ on: "a" }],
      after: null,
    });
  });
});
