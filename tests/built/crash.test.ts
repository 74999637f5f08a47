import { afterEach, describe, expect, it } from "vitest";
import { NOTHING_WAITS, redisPid, redisRuns, type Scenario, startScenario, until, waiting } from "./scenario.ts";

/** Long enough that kills hit requests under way. */
const LATENCY_MS = 60;

let scenario: Scenario;
afterEach(() => scenario.close());

const records = () => scenario.sandbox.facebook.records().length;
const recordsReach = (n: number) =>
  until(
    `${n} records`,
    () => records() >= n,
    100_000,
    () => `${records()} so far`,
  );

async function start(files: number) {
  scenario = await startScenario();
  await scenario.firstListing();
  scenario.sandbox.facebook.setLatency(LATENCY_MS);
  scenario.sandbox.dropbox.files.addFiles(files, "/inbox/photo-");
}

async function expectEachOnce(files: number) {
  await scenario.settled(files, 120_000);
  expect(records()).toBe(files);
  expect(scenario.sandbox.facebook.doubles()).toEqual([]);
  expect(await waiting(scenario.dataDir)).toEqual(NOTHING_WAITS);
}

describe("the relay killed", () => {
  it("SIGKILL three times during 500 files, restarted each time → 500 records, no double, nothing waiting", async () => {
    await start(500);
    for (const reached of [60, 200, 350]) {
      await recordsReach(reached);
      await scenario.relay.kill();
      expect(records()).toBeLessThan(500);
      await scenario.restart();
    }
    await expectEachOnce(500);
  });

  it("SIGKILL in the first listing, before anything is a record → every file a record, once", async () => {
    scenario = await startScenario();
    await scenario.firstListing();
    scenario.sandbox.dropbox.setLatency(1_000);
    scenario.sandbox.dropbox.files.addFiles(40, "/inbox/photo-");
    const before = scenario.sandbox.dropbox.requests();
    await until("a listing under way", () => scenario.sandbox.dropbox.requests() > before, 20_000);
    await scenario.relay.kill();
    scenario.sandbox.dropbox.setLatency(0);
    await scenario.restart();
    await expectEachOnce(40);
  });

  it("redis-server SIGKILLed, then the relay, during 200 files, restarted → 200 records, no double, nothing waiting", async () => {
    await start(200);
    const server = await redisPid(scenario.dataDir);
    await recordsReach(60);
    process.kill(server, "SIGKILL");
    await until("redis-server gone", async () => !(await redisRuns(scenario.dataDir)), 10_000);
    await scenario.relay.kill();
    expect(records()).toBeLessThan(200);
    await scenario.restart();
    expect(await redisPid(scenario.dataDir)).not.toBe(server);
    await expectEachOnce(200);
  });

  it("relay and redis-server killed at once in the middle of 200 files → 200 records, no double", async () => {
    await start(200);
    const server = await redisPid(scenario.dataDir);
    await recordsReach(100);
    process.kill(server, "SIGKILL");
    await scenario.relay.kill();
    expect(records()).toBeLessThan(200);
    await scenario.restart();
    await expectEachOnce(200);
  });

  it("down while files drop, Dropbox's notification in vain → records after the restart", async () => {
    scenario = await startScenario();
    await scenario.firstListing();
    await scenario.relay.kill();
    scenario.sandbox.dropbox.files.addFiles(5, "/inbox/photo-");
    await until("a notification in vain", () => scenario.sandbox.dropbox.notifications.sentTotal() > 0, 10_000);
    await scenario.restart();
    await expectEachOnce(5);
  });
});

describe("the relay stopped", () => {
  it("SIGTERM in the middle of 300 files → exit 0 in seconds, redis-server gone; restarted → each once", async () => {
    await start(300);
    await recordsReach(60);
    const askedAt = Date.now();
    expect(await scenario.relay.end()).toEqual({ code: 0, signal: null });
    expect(Date.now() - askedAt).toBeLessThan(5_000);
    expect(await redisRuns(scenario.dataDir)).toBe(false);
    expect(records()).toBeLessThan(300);
    await scenario.restart();
    await expectEachOnce(300);
  });
});
