import { describe, expect } from "vitest";
import { dead } from "./kept.ts";
import { test } from "./scenario.ts";
import { until } from "./until.ts";

describe.concurrent("the built server with the environment alone", () => {
  test("webhook registered, 25 files dropped, signed notification → 25 records, each once", async ({ begin }) => {
    const scenario = await begin();
    scenario.sandbox.dropbox.files.addFiles(25, "/inbox/photo-");
    await scenario.eachOnce(25, 20_000);
    expect(scenario.sandbox.facebook.writes()).toHaveLength(25);
  });

  test("file dropped the moment the challenge is answered, 200 old ones there → that file alone is a record", async ({
    begin,
  }) => {
    const scenario = await begin({ wait: false, oldFiles: 200 });
    await until("the challenge answered", async () => (await scenario.tryRegister()).ok, 30_000);
    scenario.sandbox.dropbox.files.addFile("/inbox/new.jpg", "new");
    await scenario.eachOnce(1, 20_000);
    expect(scenario.sandbox.facebook.records().map((record) => record.name)).toEqual(["new.jpg"]);
  });

  test("BACKFILL=all, 200 old files and a new one → the new one first, all of them records", async ({ begin }) => {
    const scenario = await begin({ wait: false, oldFiles: 200, env: { BACKFILL: "all" } });
    scenario.sandbox.facebook.setLatency(20);
    await until("the challenge answered", async () => (await scenario.tryRegister()).ok, 30_000);
    scenario.sandbox.dropbox.files.addFile("/inbox/new.jpg", "new");
    await scenario.eachOnce(201, 60_000);
    const position = scenario.sandbox.facebook.records().findIndex((record) => record.name === "new.jpg");
    expect(position).toBeLessThan(100);
  });

  test("JSON edited, photo renamed, malformed JSON mended → three records with the last of each", async ({ begin }) => {
    const { sandbox, dataDir, ...scenario } = await begin();
    const { files } = sandbox.dropbox;
    files.addFile("/inbox/person.json", JSON.stringify({ name: "Ann", amount: 1 }));
    files.addFile("/inbox/a.jpg", "x");
    files.addFile("/inbox/broken.json", '{"name":');
    await scenario.recordsReach(2, 20_000);
    await until("the malformed file set aside", async () => (await dead(dataDir)) === 1, 20_000);
    files.editFile("/inbox/person.json", JSON.stringify({ name: "Ann B.", amount: "2.50", email: "ann@example.com" }));
    files.renameFile("/inbox/a.jpg", "/inbox/b.jpg");
    files.editFile("/inbox/broken.json", '{"name":"Bob"}');
    const names = () =>
      sandbox.facebook
        .records()
        .map((record) => record.name)
        .sort()
        .join();
    await until("all up to date", () => names() === "Ann B.,Bob,b.jpg", 20_000, names);
    await scenario.eachOnce(3, 20_000);
    expect(sandbox.facebook.records().find((record) => record.name === "Ann B.")).toMatchObject({
      amount: 2.5,
      email: "ann@example.com",
    });
    expect(await dead(dataDir)).toBe(0);
  });

  test("three notifications at once for 300 files, and again → 300 records, 300 writes", async ({ begin }) => {
    const { sandbox, ...scenario } = await begin();
    sandbox.dropbox.notifications.manners.repeat = 3;
    sandbox.dropbox.files.addFiles(300, "/inbox/photo-");
    await scenario.recordsReach(50, 20_000);
    await sandbox.dropbox.notifyNow(3);
    await scenario.eachOnce(300, 60_000);
    expect(sandbox.facebook.writes()).toHaveLength(300);
  });
});
