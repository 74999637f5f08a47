/** A sandbox in this process and a built relay in another, with what the tests ask of both. Ends with the test. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base, expect } from "vitest";
import { type Sandbox, type SandboxOptions, startSandbox } from "../sandbox/server.ts";
import { type RelayProcess, startRelay } from "../support/relay-process.ts";
import { endRedis, NOTHING_WAITS, sourcePhase, waiting } from "./kept.ts";
import { until } from "./until.ts";

export interface ScenarioOptions {
  sandbox?: SandboxOptions;
  env?: Record<string, string>;
  /** In the folder before the relay starts, and older than it. */
  oldFiles?: number;
  /** What happens to the sandbox before the relay starts. */
  prepare?: (sandbox: Sandbox) => void;
  /** False: the relay is only being started, and the webhook not yet registered. */
  wait?: boolean;
}

export type Scenario = Awaited<ReturnType<typeof startScenario>>;

/** `begin` starts a scenario that is closed after the test, whatever became of it. */
export const test = base.extend<{ begin: (options?: ScenarioOptions) => Promise<Scenario> }>({
  begin: async ({ task: _ }, use) => {
    const begun: Scenario[] = [];
    await use(async (options = {}) => {
      const scenario = await startScenario(options);
      begun.push(scenario);
      return scenario;
    });
    for (const scenario of begun) await scenario.close();
  },
});

/** The sandbox and the relay are up; the webhook is registered with the sandbox. */
async function startScenario(options: ScenarioOptions) {
  const dataDir = mkdtempSync(join(tmpdir(), "relay-built-"));
  const sandbox = await startSandbox(options.sandbox);
  options.prepare?.(sandbox);
  if (options.oldFiles !== undefined) sandbox.dropbox.files.addFiles(options.oldFiles, "/inbox/old-");
  const env = { LOG_LEVEL: "warn", ...sandbox.env, ...options.env };
  let relay = await startRelay({ env, dataDir });
  const printed: RelayProcess[] = [relay];
  const records = () => sandbox.facebook.records().length;

  const scenario = {
    sandbox,
    dataDir,
    records,
    get relay() {
      return relay;
    },
    /** Everything printed by every process of this scenario. */
    output: () => printed.map((one) => one.output()).join(""),
    tryRegister: () => sandbox.dropbox.register(`${relay.url}/api/dropbox/webhook`),
    async register() {
      const registered = await scenario.tryRegister();
      if (!registered.ok) throw new Error(`the webhook was refused: ${registered.reason}`);
    },
    /** The folder as it was at the start is known. */
    firstListing: () => until("the first listing", async () => (await sourcePhase(dataDir)) === "following", 20_000),
    /** A new process on the same port and data. */
    async restart() {
      relay = await startRelay({ env, dataDir, port: relay.port });
      printed.push(relay);
      await relay.ready();
    },
    recordsReach: (n: number, limitMs: number) =>
      until(
        `${n} records`,
        () => records() >= n,
        limitMs,
        () => `${records()} are there.`,
      ),
    /** In the time given: `files` records, none made twice, nothing waiting. */
    async eachOnce(files: number, limitMs: number) {
      await scenario.recordsReach(files, limitMs);
      const left = async () => JSON.stringify(await waiting(dataDir));
      await until("nothing waiting", async () => (await left()) === JSON.stringify(NOTHING_WAITS), limitMs);
      expect(records()).toBe(files);
      expect(sandbox.facebook.doubles()).toEqual([]);
    },
    async close() {
      await sandbox.close();
      await relay.end();
      await endRedis(dataDir);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  try {
    if (options.wait === false) return scenario;
    await relay.ready();
    await scenario.register();
    return scenario;
  } catch (cause) {
    await scenario.close();
    throw cause;
  }
}
