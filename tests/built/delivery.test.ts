import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { NOTHING_WAITS, type Scenario, startScenario, waiting } from "./scenario.ts";

let scenario: Scenario | undefined;
afterEach(async () => {
  await scenario?.close();
  scenario = undefined;
});

describe("the built server with the environment alone", () => {
  it("webhook registered, 25 files dropped, signed notification → 25 records, each once", async () => {
    scenario = await startScenario();
    const { sandbox, dataDir } = scenario;
    sandbox.dropbox.files.addFiles(25, "/inbox/photo-");
    await scenario.settled(25, 20_000);
    expect(sandbox.facebook.records()).toHaveLength(25);
    expect(sandbox.facebook.doubles()).toEqual([]);
    expect(sandbox.facebook.writes()).toHaveLength(25);
    expect(await waiting(dataDir)).toEqual(NOTHING_WAITS);
  });
});
