/** The form of an instance, by its routes: what is typed is stored by the rules of the compatible interface, or kept. */
import { parseHTML } from "linkedom";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readForm } from "@/lib/form/read-form.ts";
import type { Dropbox } from "../sandbox/dropbox.ts";
import { type Answer, type Browser, openBrowser } from "../support/browser.ts";
import { secret } from "../support/builders.ts";
import { aDraft, notify, recorded, storedOf } from "../support/instances.ts";
import { createWorld, type World } from "../support/world.ts";

let world: World;
vi.mock("@/lib/relay/context.ts", async (original) => ({
  ...(await original<typeof import("@/lib/relay/context.ts")>()),
  getContext: () => world.context,
}));
const token = secret();
const BASE = "https://relay.test";
const HOOKS = "https://receiver.example.org/hooks";
const RECORDS = "http://sandbox.test/facebook/v1/records";
let browser: Browser;
let account: Dropbox;
let id: string;
beforeEach(async () => {
  world = await createWorld({ accounts: 1, env: { ADMIN_TOKEN: token, PUBLIC_BASE_URL: BASE } });
  [account] = world.accounts as [Dropbox];
  const made = { destinations: [], account: account.accountId, accountLabel: "owner@example.com" };
  const draft = { ...aDraft(made), isSetUp: false, status: "paused" as const };
  const secrets = { source: { refreshToken: account.refreshToken } };
  id = storedOf(await world.context.instances.create(draft, secrets)).instance.id;
  browser = openBrowser(BASE);
  await browser.logIn(token);
});
afterEach(() => world.close());

const found = async () => {
  const stored = await world.context.instances.get(id);
  if (stored === null) throw new Error("no instance");
  return stored;
};

/** The form as a browser would send it: every field that is on the page, and what is typed into them. */
function fieldsOf(page: Answer): URLSearchParams {
  const { document } = parseHTML(page.text);
  const form = document.querySelector("form#instance");
  const fields = new URLSearchParams();
  for (const control of form?.querySelectorAll("input, select, textarea") ?? []) {
    const name = control.getAttribute("name") ?? "";
    const type = control.getAttribute("type");
    if (type === "checkbox" && !control.hasAttribute("checked")) continue;
    const chosen = control.querySelector("option[selected]") ?? control.querySelector("option");
    const text = control.tagName === "TEXTAREA" ? (control.textContent ?? "") : control.getAttribute("value");
    fields.append(name, (control.tagName === "SELECT" ? chosen?.getAttribute("value") : text) ?? "");
  }
  return fields;
}

async function send(changes: Record<string, string | null>, from = `/instances/${id}`): Promise<Answer> {
  const fields = fieldsOf(await browser.get(from));
  for (const [name, value] of Object.entries(changes))
    if (value === null) fields.delete(name);
    else fields.set(name, value);
  return browser.post(`/instances/${id}/save`, fields);
}
const open = (answer: Answer) => browser.get(answer.location);
const START = { intent: "start", "relay.environment": "on" };

describe("filled in and started", () => {
  it("to a callback → its files arrive there, signed by the key that was typed; what was there is old", async () => {
    account.files.addFile("/photos/old.jpg", "x");
    world.advance(60_000);
    const key = secret();
    world.receiver.knows(key);
    const sent = await send({
      ...{ intent: "start", name: "Harbour", tags: "night, customer-42, night", "relay.folder": "/photos/" },
      ...{ "event.notification.enabled": "on", "event.notification.callback.url": HOOKS },
      ...{ "event.notification.signature.key": key, "relay.extensions": "JPG, .png" },
    });
    expect(sent).toMatchObject({ status: 303, location: `/instances/${id}?did=started` });
    expect((await found()).instance).toMatchObject({
      ...{ name: "Harbour", tags: ["night", "customer-42"], folder: "/photos", status: "active", isSetUp: true },
      rules: { extensions: ["jpg", "png"] },
      destinations: [{ kind: "callback", id: "callback", url: HOOKS }],
    });
    await world.settle();
    account.files.addFile("/photos/new.jpg", "x");
    account.files.addFile("/photos/new.txt", "x");
    await notify(world, account);
    await world.settle();
    expect(world.receiver.events().map(({ path }) => path)).toEqual(["/photos/new.jpg"]);
    expect(world.receiver.unsigned()).toBe(0);
    expect((await open(sent)).text).not.toContain(key);
  });

  it("to a callback, no key typed → one is made, shown once on the page that follows, and signs", async () => {
    const on = { "event.notification.enabled": "on", "event.notification.callback.url": HOOKS };
    const sent = await send({ ...on, intent: "start" });
    const shown = /whsec_[A-Za-z0-9+/=]+/.exec((await open(sent)).text)?.[0];
    expect(shown).toBeDefined();
    expect((await browser.get(`/instances/${id}`)).text).not.toContain("whsec_");
    const secrets = await world.context.instances.secretsOf(await found(), "callback");
    expect(secrets).toEqual({ signingSecret: shown });
  });

  it("two records endpoints and a second callback → each stored with its own key, under an id of its own", async () => {
    let page = await send({ "relay.environment": "on", intent: "add:records" });
    for (const kind of ["records", "callback"]) page = await send({ intent: `add:${kind}` }, page.location);
    expect(page.location).toMatch(/#to-callback2$/);
    const sent = await send(
      {
        ...{ "records/relay.records.url": RECORDS, "records/relay.records.token": world.env.FACEBOOK_API_KEY },
        ...{
          "records2/relay.records.url": "https://b.example.org/r",
          "callback2/event.notification.callback.url": HOOKS,
        },
        intent: "start",
      },
      page.location,
    );
    expect(sent.location).toContain("did=started");
    const { instance } = await found();
    expect(instance.destinations.map((one) => `${one.id} ${"url" in one ? one.url : ""}`)).toEqual([
      "environment ",
      `records ${RECORDS}`,
      "records2 https://b.example.org/r",
      `callback2 ${HOOKS}`,
    ]);
    await world.runUntil(world.now());
    world.advance(60_000);
    account.files.addFile("/a.jpg", "x");
    await notify(world, account);
    expect(recorded(world)).toContain("a.jpg");
  });

  it("Page by number and token, with its choices → stored; taken out → gone, and nothing else with it", async () => {
    const added = await send({ intent: "add:page" });
    const page = {
      ...{ "page/relay.page.id": "701", "page/relay.page.token": secret(), "page/relay.page.on.delete": "hide" },
      ...{ "page/relay.page.message": "{{ stem | upcase }}", "page/relay.page.captions": null },
    };
    await send({ ...START, ...page }, added.location);
    expect((await found()).instance.destinations).toMatchObject([
      { kind: "environment" },
      { kind: "page", pageId: "701", settings: { onDelete: "hide", message: "{{ stem | upcase }}", captions: false } },
    ]);
    const dropped = await send({ intent: "drop:page" });
    expect((await found()).instance.destinations).toHaveLength(2);
    await send({ intent: "save" }, dropped.location);
    expect((await found()).instance.destinations).toMatchObject([{ kind: "environment" }]);
  });
});

describe("something is wrong", () => {
  it.each([
    ["name", { name: " " }, /Name: must not be empty/],
    ["relay.folder", { "relay.folder": "photos" }, /Folder: must begin with \//],
    ["relay.size.max", { "relay.size.max": "big" }, /Largest file, in bytes: must be a number/],
    ["event.notification.callback.url", { "event.notification.enabled": "on" }, /Callback URL: must be an http/],
    [
      "event.notification.callback.url",
      { "event.notification.enabled": "on", "event.notification.callback.url": "https://localhost/x" },
      /Callback URL: must /,
    ],
    [
      "event.notification.callback.headers",
      {
        ...{ "event.notification.enabled": "on", "event.notification.callback.url": HOOKS },
        "event.notification.callback.headers": "Host: evil",
      },
      /Headers: must be a JSON object/,
    ],
    [
      "event.poller.refresh_interval",
      { "event.vendor.type": "polling", "event.poller.refresh_interval": "often" },
      /interval \(mins\): must be a number/,
    ],
  ])(
    "%s, given %j → said at its field, nothing stored, and what was typed is still there",
    async (name, typed, words) => {
      const before = await found();
      const sent = await send({ ...START, tags: "kept as typed", ...typed });
      const page = await open(sent);
      const { document } = parseHTML(page.text);
      const control = document.querySelector(`[name="${name}"]`);
      expect(control?.getAttribute("aria-invalid")).toBe("true");
      const said = (control?.getAttribute("aria-describedby") ?? "")
        .split(" ")
        .map((one) => document.getElementById(one));
      expect(said.map((one) => one?.textContent).join(" ")).toMatch(words);
      expect(document.querySelector(`[role=alert] a[href="#${control?.id}"]`)).not.toBeNull();
      expect(fieldsOf(page).get("tags")).toBe("kept as typed");
      for (const [key, value] of Object.entries(typed))
        if (!/headers|enabled/.test(key)) expect(fieldsOf(page).get(key)?.trim()).toBe(value.trim());
      expect(await found()).toEqual(before);
    },
  );

  it("a template with a name there is not → refused with its line; mended → stored", async () => {
    const added = await send({ intent: "add:page" });
    const page = { "page/relay.page.id": "701", "page/relay.page.message": "Hello\n{{ nobody }}" };
    const sent = await send({ ...START, ...page }, added.location);
    expect((await open(sent)).text).toMatch(/Text of a post: line 2: there is no nobody; there are name, stem/);
    expect((await found()).instance.destinations).toEqual([]);
    await send({ ...START, "page/relay.page.message": "{{ name }}" }, sent.location);
    expect((await found()).instance.destinations).toMatchObject([{}, { settings: { message: "{{ name }}" } }]);
  });

  it("started with no place to go to → not begun, and said; saved all the same → kept for later", async () => {
    const sent = await send({ intent: "start", name: "Harbour" });
    expect((await open(sent)).text).toContain("say where its files go");
    expect((await found()).instance.isSetUp).toBe(false);
    await send({ intent: "save", name: "Harbour" });
    expect((await found()).instance).toMatchObject({ name: "Harbour", isSetUp: false });
  });

  it("other rules on a running instance → the way to a plan of what the former ones skipped; saved as it was → none", async () => {
    await send(START);
    const sent = await send({ intent: "save", "relay.extensions": "jpg" });
    const link = parseHTML((await open(sent)).text).document.querySelector('a[href*="/files/backfill"]');
    expect(link?.getAttribute("href")).toBe(`/files/backfill?link=${id}&which=rules`);
    const plan = parseHTML((await browser.get(link?.getAttribute("href") ?? "")).text).document;
    expect(plan.querySelector("select#which option[selected]")?.getAttribute("value")).toBe("rules");
    const again = await send({ intent: "save", name: "Pier" });
    expect((await open(again)).text).not.toContain("/files/backfill?link");
  });

  it("a destination without its address → said there, not left out in silence", async () => {
    const sent = await send({ ...START }, (await send({ intent: "add:records" })).location);
    expect((await open(sent)).text).toContain("Records endpoint: must not be empty: fill it in, or take");
    expect((await found()).instance.isSetUp).toBe(false);
  });

  it("a secret typed beside a fault → not on the page nor readable in Redis, and still meant when the rest is mended", async () => {
    const key = secret();
    const on = { "event.notification.enabled": "on", "event.notification.signature.key": key };
    const sent = await send({ ...on, intent: "start", "event.notification.callback.url": "nowhere" });
    const page = await open(sent);
    expect(page.text).not.toContain(key);
    const draft = new URL(sent.location, BASE).searchParams.get("draft") ?? "";
    const { form } = world.context;
    const read = form === null ? null : await readForm(form, id, { draft, made: "" });
    expect(JSON.stringify(read?.view)).toContain("nowhere");
    expect(JSON.stringify(read?.view)).not.toContain(key);
    const names = (await world.backend.command(["KEYS", "relay:form:*"])) as Buffer[];
    expect(names).toHaveLength(1);
    expect(String(await world.backend.command(["GET", String(names[0])]))).not.toContain(key);
    await send({ intent: "start", "event.notification.callback.url": HOOKS }, sent.location);
    expect(await world.context.instances.secretsOf(await found(), "callback")).toEqual({ signatureKey: key });
  });

  it("a draft of another instance, named in the form → its secrets are not taken over", async () => {
    const on = { "event.notification.enabled": "on", "event.notification.signature.key": secret() };
    const { location } = await send({ ...on, intent: "start", "event.notification.callback.url": "nowhere" });
    const draft = new URL(location, BASE).searchParams.get("draft") ?? "";
    const made = aDraft({ account: account.accountId, destinations: [] });
    const other = storedOf(
      await world.context.instances.create(made, { source: { refreshToken: account.refreshToken } }),
    );
    const fields = { draft, version: "1", name: "Other", "event.notification.enabled": "on" };
    await browser.post(`/instances/${other.instance.id}/save`, { ...fields, "event.notification.callback.url": HOOKS });
    const stored = await world.context.instances.get(other.instance.id);
    if (stored === null) throw new Error("not there");
    expect(stored.instance.destinations).toHaveLength(1);
    expect(await world.context.instances.secretsOf(stored, "callback")).not.toHaveProperty("signatureKey");
  });

  it("somebody else changed it meanwhile → not overwritten: shown again with what was typed", async () => {
    const fields = fieldsOf(await browser.get(`/instances/${id}`));
    await world.context.instances.change(id, { edit: (one) => ({ ...one, tags: ["theirs"] }) });
    fields.set("name", "Mine");
    const sent = await browser.post(`/instances/${id}/save`, fields);
    expect((await found()).instance).toMatchObject({ name: "Harbour", tags: ["theirs"] });
    const again = await open(sent);
    expect(again.text).toContain("Somebody else has changed this instance meanwhile");
    expect(fieldsOf(again).get("name")).toBe("Mine");
    await send({}, sent.location);
    expect((await found()).instance.name).toBe("Mine");
  });
});

describe("a change of what runs", () => {
  const on = { "event.notification.enabled": "on", "event.notification.callback.url": HOOKS };
  const key = secret();
  const started = () =>
    send({
      ...{ ...on, intent: "start", "event.notification.signature.key": key },
      "event.notification.callback.headers": "x-team: harbour-key",
    });

  it("the name alone → settings, keys, and what a program has kept there stay", async () => {
    await started();
    await world.context.instances.change(id, {
      edit: (one) => ({ ...one, configuration: { "event.metadata": "{}" } }),
    });
    const before = await found();
    await send({ name: "Renamed" });
    const after = await found();
    expect(after.instance).toEqual({
      ...before.instance,
      ...{ name: "Renamed", updatedAt: after.instance.updatedAt },
    });
    for (const side of ["source", "callback"])
      expect(await world.context.instances.secretsOf(after, side)).toEqual(
        await world.context.instances.secretsOf(before, side),
      );
  });

  it("the callback goes to another host → what it was sent stays behind, what signs goes on", async () => {
    await started();
    await send({ "event.notification.callback.url": "https://elsewhere.example.org/hooks" });
    expect(await world.context.instances.secretsOf(await found(), "callback")).toEqual({ signatureKey: key });
  });

  it("a kept secret forgotten → gone", async () => {
    await started();
    await send({ forget: "event.notification.callback.headers" });
    expect(await world.context.instances.secretsOf(await found(), "callback")).toEqual({ signatureKey: key });
  });

  it("fields that are none of the form's → change nothing", async () => {
    await started();
    const before = (await found()).instance;
    await send({
      account: "dbid:other",
      status: "disabled",
      "oauth.user.refresh_token": "x",
      "relay.signing.secret": "y",
    });
    expect((await found()).instance).toEqual({ ...before, updatedAt: (await found()).instance.updatedAt });
    expect(await world.context.instances.secretsOf(await found(), "callback")).not.toHaveProperty("signingSecret");
  });
});
