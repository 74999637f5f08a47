import { describe, expect } from "vitest";
import { redisPid, redisRuns } from "./kept.ts";
import { type Scenario, test } from "./scenario.ts";
import { until } from "./until.ts";

/** Long enough that kills hit requests under way. */
const LATENCY_MS = 60;
/** A claim and a lease of a dead process end after 30 seconds; nothing else may take this long. */
const LIMIT_MS = 120_000;

async function dropped(scenario: Scenario, files: number): Promise<void> {
  await scenario.firstListing();
  scenario.sandbox.facebook.setLatency(LATENCY_MS);
  scenario.sandbox.dropbox.files.addFiles(files, "/inbox/photo-");
}

describe.concurrent("the relay killed", () => {
  test("SIGKILL three times during 500 files, restarted each time → 500 records, none doubled, nothing waiting", async ({
    begin,
  }) => {
    const scenario = await begin();
    await dropped(scenario, 500);
    for (const reached of [60, 200, 350]) {
      await scenario.recordsReach(reached, LIMIT_MS);
      await scenario.relay.end("SIGKILL");
      expect(scenario.records()).toBeLessThan(500);
      await scenario.restart();
    }
    await scenario.eachOnce(500, LIMIT_MS);
  });

  test("SIGKILL during the listing, nothing delivered yet → 40 records", async ({ begin }) => {
    const scenario = await begin();
    const { dropbox } = scenario.sandbox;
    await scenario.firstListing();
    dropbox.setLatency(1_000);
    dropbox.files.addFiles(40, "/inbox/photo-");
    const before = dropbox.requests();
    await until("a listing under way", () => dropbox.requests() > before, 20_000);
    await scenario.relay.end("SIGKILL");
    dropbox.setLatency(0);
    await scenario.restart();
    await scenario.eachOnce(40, LIMIT_MS);
  });

  test("redis-server SIGKILLed, then the relay, during 200 files, restarted → 200 records, nothing waiting", async ({
    begin,
  }) => {
    const scenario = await begin();
    await dropped(scenario, 200);
    const server = await redisPid(scenario.dataDir);
    await scenario.recordsReach(60, LIMIT_MS);
    process.kill(server, "SIGKILL");
    await until("redis-server gone", async () => !(await redisRuns(scenario.dataDir)), 10_000);
    await scenario.relay.end("SIGKILL");
    expect(scenario.records()).toBeLessThan(200);
    await scenario.restart();
    expect(await redisPid(scenario.dataDir)).not.toBe(server);
    await scenario.eachOnce(200, LIMIT_MS);
  });

  test("relay and redis-server killed at once during 200 files → 200 records, nothing waiting", async ({ begin }) => {
    const scenario = await begin();
    await dropped(scenario, 200);
    const server = await redisPid(scenario.dataDir);
    await scenario.recordsReach(100, LIMIT_MS);
    process.kill(server, "SIGKILL");
    await scenario.relay.end("SIGKILL");
    expect(scenario.records()).toBeLessThan(200);
    await scenario.restart();
    await scenario.eachOnce(200, LIMIT_MS);
  });

  test("redis-server alone SIGKILLed during 200 files → started again by the relay, said, 200 records", async ({
    begin,
  }) => {
    const scenario = await begin();
    await dropped(scenario, 200);
    const server = await redisPid(scenario.dataDir);
    await scenario.recordsReach(60, LIMIT_MS);
    process.kill(server, "SIGKILL");
    await until(
      "redis-server back",
      async () => (await redisPid(scenario.dataDir).catch(() => server)) !== server,
      20_000,
    );
    await scenario.eachOnce(200, LIMIT_MS);
    expect(scenario.output()).toContain("redis.gone");
    expect(scenario.output()).toContain("redis.started_again");
    expect(await scenario.relay.end()).toEqual({ code: 0, signal: null });
    expect(await redisRuns(scenario.dataDir)).toBe(false);
  });

  test("down while files drop, Dropbox's notification in vain → records after the restart", async ({ begin }) => {
    const scenario = await begin();
    const { dropbox } = scenario.sandbox;
    await scenario.firstListing();
    await scenario.relay.end("SIGKILL");
    dropbox.files.addFiles(5, "/inbox/photo-");
    await until("a notification in vain", () => dropbox.notifications.sentTotal() > 0, 10_000);
    await scenario.restart();
    await scenario.eachOnce(5, LIMIT_MS);
  });
});

describe.concurrent("the relay stopped", () => {
  test("SIGTERM during 300 files → exit 0 in seconds, redis-server gone; restarted → each once", async ({ begin }) => {
    const scenario = await begin();
    await dropped(scenario, 300);
    await scenario.recordsReach(60, LIMIT_MS);
    const askedAt = Date.now();
    expect(await scenario.relay.end()).toEqual({ code: 0, signal: null });
    expect(Date.now() - askedAt).toBeLessThan(5_000);
    expect(await redisRuns(scenario.dataDir)).toBe(false);
    expect(scenario.records()).toBeLessThan(300);
    await scenario.restart();
    await scenario.eachOnce(300, LIMIT_MS);
  });
});
