import { describe, expect } from "vitest";
import { test } from "./scenario.ts";
import { until } from "./until.ts";

describe.concurrent("the other side in trouble", () => {
  test("60 files, 20 % 429 with Retry-After 1, 10 % created but answered 500 → each once", async ({ begin }) => {
    const { sandbox, ...scenario } = await begin();
    sandbox.facebook.trouble("tooMany", { rate: 0.2, retryAfter: 1 });
    sandbox.facebook.trouble("createdBut500", { rate: 0.1 });
    sandbox.dropbox.files.addFiles(60, "/inbox/photo-");
    await scenario.eachOnce(60, 150_000);
    expect(sandbox.facebook.log().some(({ status }) => status === 429)).toBe(true);
    expect(sandbox.facebook.log().some(({ label, status }) => label.startsWith("POST") && status === 500)).toBe(true);
  });

  test("Dropbox answers 503 four times over, then works → delivered without another notification", async ({
    begin,
  }) => {
    const { sandbox, ...scenario } = await begin();
    await scenario.firstListing();
    sandbox.dropbox.fail({ status: 503, rate: 1 });
    sandbox.dropbox.files.addFiles(10, "/inbox/photo-");
    const inVain = () => sandbox.dropbox.log().filter(({ status }) => status === 503).length;
    await until(
      "Dropbox asked four times",
      () => inVain() >= 4,
      60_000,
      () => `${inVain()} times.`,
    );
    expect(sandbox.facebook.records()).toEqual([]);
    sandbox.dropbox.faults.clear();
    await scenario.eachOnce(10, 60_000);
    expect(sandbox.dropbox.notifications.sentTotal()).toBe(1);
  });

  test("Dropbox down while the relay starts, a file dropped meanwhile → delivered when it is back", async ({
    begin,
  }) => {
    const { sandbox, ...scenario } = await begin({ prepare: ({ dropbox }) => dropbox.fail({ status: 503, rate: 1 }) });
    sandbox.dropbox.files.addFile("/inbox/new.jpg", "new");
    await until("Dropbox asked in vain", () => sandbox.dropbox.requests() > 2, 20_000);
    sandbox.dropbox.faults.clear();
    await scenario.eachOnce(1, 60_000);
  });

  test("records endpoint answers 500 to 60 requests, then works → 20 files, each once", async ({ begin }) => {
    const { sandbox, ...scenario } = await begin();
    sandbox.facebook.trouble("serverError", { count: 60 });
    sandbox.dropbox.files.addFiles(20, "/inbox/photo-");
    await scenario.eachOnce(20, 120_000);
  });

  test("answers to writes lost, and some that hang → 30 files, each once", async ({ begin }) => {
    const { sandbox, ...scenario } = await begin();
    sandbox.facebook.trouble("createdButLost", { count: 5 });
    sandbox.facebook.trouble("createdButHangs", { count: 3 });
    sandbox.dropbox.files.addFiles(30, "/inbox/photo-");
    await scenario.eachOnce(30, 120_000);
  });

  test("both tokens run out half way, both renewable → renewed once each, delivered, also after a restart", async ({
    begin,
  }) => {
    const scenario = await begin({ sandbox: { renewable: true } });
    const { sandbox } = scenario;
    await scenario.firstListing();
    sandbox.facebook.setLatency(40);
    sandbox.dropbox.files.addFiles(200, "/inbox/a-");
    await scenario.recordsReach(50, 30_000);
    sandbox.facebook.expireToken();
    sandbox.dropbox.expireToken();
    sandbox.dropbox.files.addFiles(50, "/inbox/b-");
    await scenario.eachOnce(250, 90_000);
    await scenario.relay.end();
    await scenario.restart();
    sandbox.dropbox.files.addFile("/inbox/c.jpg", "c");
    await scenario.eachOnce(251, 60_000);
    expect(sandbox.facebook.refreshes()).toBe(1);
    expect(sandbox.dropbox.refreshes()).toBe(1);
  });
});
