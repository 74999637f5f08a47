import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { NOTHING_WAITS, type Scenario, type ScenarioOptions, startScenario, until, waiting } from "./scenario.ts";

let scenario: Scenario;
const start = async (options: ScenarioOptions = {}) => {
  scenario = await startScenario(options);
  return scenario;
};
afterEach(() => scenario.close());

async function expectEachOnce(files: number) {
  const { facebook } = scenario.sandbox;
  expect(facebook.records()).toHaveLength(files);
  expect(facebook.doubles()).toEqual([]);
  expect(await waiting(scenario.dataDir)).toEqual(NOTHING_WAITS);
}

describe("the built server with the environment alone", () => {
  it("webhook registered, 25 files dropped, signed notification → 25 records, each once", async () => {
    const { sandbox } = await start();
    sandbox.dropbox.files.addFiles(25, "/inbox/photo-");
    await scenario.settled(25, 20_000);
    await expectEachOnce(25);
    expect(sandbox.facebook.writes()).toHaveLength(25);
  });

  it("file dropped the moment the challenge is answered, 200 old ones there → that file alone is a record", async () => {
    const { sandbox } = await start({ wait: false, oldFiles: 200 });
    await until("the challenge answered", async () => (await scenario.tryRegister()).ok, 30_000);
    sandbox.dropbox.files.addFile("/inbox/new.jpg", "new");
    await scenario.settled(1, 20_000);
    expect(sandbox.facebook.records().map((record) => record.name)).toEqual(["new.jpg"]);
  });

  it("one file edited, renamed and joined by a JSON file → two records with the last of each", async () => {
    const { sandbox } = await start();
    const { files } = sandbox.dropbox;
    files.addFile("/inbox/person.json", JSON.stringify({ name: "Ann", amount: 1 }));
    files.addFile("/inbox/a.jpg", "x");
    await scenario.settled(2, 20_000);
    files.editFile("/inbox/person.json", JSON.stringify({ name: "Ann B.", amount: "2.50", email: "ann@example.com" }));
    files.renameFile("/inbox/a.jpg", "/inbox/b.jpg");
    const names = () =>
      sandbox.facebook
        .records()
        .map((record) => record.name)
        .sort();
    await until(
      "both updated",
      () => names().join() === "Ann B.,b.jpg",
      20_000,
      () => names().join(),
    );
    expect(sandbox.facebook.records().find((record) => record.name === "Ann B.")).toMatchObject({
      amount: 2.5,
      email: "ann@example.com",
    });
    await expectEachOnce(2);
  });
});

describe("what the built server refuses", () => {
  it("wrong method, no challenge, no or a false signature → 405, 400, 403, 401, and no request to either side", async () => {
    const { relay, sandbox } = await start();
    await scenario.firstListing();
    const asked = { dropbox: sandbox.dropbox.requests(), facebook: sandbox.facebook.requests() };
    const webhook = `${relay.url}/api/dropbox/webhook`;
    const worker = `${relay.url}/api/relay`;
    const body = JSON.stringify({ list_folder: { accounts: [sandbox.dropbox.accountId] } });
    const signed = createHmac("sha256", sandbox.dropbox.appSecret).update(body).digest("hex");
    const status = async (url: string, method: string, headers: Record<string, string> = {}, content = body) => {
      const init = { method, headers: { "content-type": "application/json", ...headers } };
      const response = await fetch(url, method === "GET" ? init : { ...init, body: content });
      await response.arrayBuffer();
      return response.status;
    };

    for (const method of ["PUT", "PATCH", "DELETE"]) {
      expect(await status(webhook, method, { "x-dropbox-signature": signed })).toBe(405);
    }
    expect(await status(webhook, "GET")).toBe(400);
    expect(await status(`${webhook}?challenge=`, "GET")).toBe(400);
    expect(await status(`${webhook}?challenge=${"c".repeat(1025)}`, "GET")).toBe(400);
    expect(await status(webhook, "POST")).toBe(403);
    for (const forged of ["", "0".repeat(64), signed.slice(1), `${signed}00`, "é"]) {
      expect(await status(webhook, "POST", { "x-dropbox-signature": encodeURIComponent(forged) })).toBe(403);
    }
    expect(await status(webhook, "POST", { "x-dropbox-signature": signed }, `${body} `)).toBe(403);
    const garbage = "\0{\uFFFD";
    const signedGarbage = createHmac("sha256", sandbox.dropbox.appSecret).update(garbage).digest("hex");
    expect(await status(webhook, "POST", { "x-dropbox-signature": signedGarbage }, garbage)).toBe(400);
    expect(await status(webhook, "POST", { "x-dropbox-signature": signed }, "x".repeat(5_000_000))).toBe(413);
    expect(await status(webhook, "POST", { "content-type": "text/html" })).toBe(415);

    expect(await status(worker, "POST")).toBe(401);
    expect(await status(worker, "POST", { "upstash-signature": "a.b.c" }, '{"job":"sweep"}')).toBe(401);
    expect(await status(worker, "GET")).toBe(401);
    expect(await status(worker, "PUT")).toBe(405);
    expect(await status(`${worker}/failure`, "POST")).toBe(401);
    expect({ dropbox: sandbox.dropbox.requests(), facebook: sandbox.facebook.requests() }).toEqual(asked);
  });
});

describe("the other side in trouble", () => {
  it("60 files, 20 % 429 with Retry-After 1, 10 % created but answered 500 → each once", async () => {
    const { sandbox } = await start();
    sandbox.facebook.trouble("tooMany", { rate: 0.2, retryAfter: 1 });
    sandbox.facebook.trouble("createdBut500", { rate: 0.1 });
    sandbox.dropbox.files.addFiles(60, "/inbox/photo-");
    await scenario.settled(60, 150_000);
    await expectEachOnce(60);
  });

  it("Dropbox answers 503 for six seconds, then works → delivered without another notification", async () => {
    const { sandbox } = await start();
    await scenario.firstListing();
    sandbox.dropbox.fail({ status: 503, rate: 1 });
    sandbox.dropbox.files.addFiles(10, "/inbox/photo-");
    await until("the notification", () => sandbox.dropbox.notifications.sentTotal() === 1, 10_000);
    await until("Dropbox asked in vain", () => sandbox.dropbox.log().at(-1)?.status === 503, 10_000);
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(sandbox.facebook.records()).toEqual([]);
    sandbox.dropbox.faults.clear();
    await scenario.settled(10, 60_000);
    await expectEachOnce(10);
    expect(sandbox.dropbox.notifications.sentTotal()).toBe(1);
  });

  it("records endpoint answers 500 to everything for six seconds, then works → each once", async () => {
    const { sandbox } = await start();
    sandbox.facebook.trouble("serverError", { rate: 1 });
    sandbox.dropbox.files.addFiles(20, "/inbox/photo-");
    await until("the endpoint asked in vain", () => sandbox.facebook.requests() > 0, 10_000);
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    sandbox.facebook.faults.clear();
    await scenario.settled(20, 90_000);
    await expectEachOnce(20);
  });

  it("Dropbox down while the relay starts, a file dropped meanwhile → delivered when it is back", async () => {
    const { sandbox } = await start({ wait: false, prepare: ({ dropbox }) => dropbox.fail({ status: 503, rate: 1 }) });
    await scenario.relay.ready();
    await scenario.register();
    sandbox.dropbox.files.addFile("/inbox/new.jpg", "new");
    await until("Dropbox asked in vain", () => sandbox.dropbox.requests() > 1, 20_000);
    sandbox.dropbox.faults.clear();
    await scenario.settled(1, 60_000);
    await expectEachOnce(1);
  });
});
