import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const alias = { "@": fileURLToPath(new URL(".", import.meta.url)) };
const project = (name: string, include: string[], timeoutMs = 20_000, isolate = true) => ({
  resolve: { alias },
  test: { name, include, testTimeout: timeoutMs, hookTimeout: timeoutMs, isolate },
});
/** Tests that keep nothing in a module or in the environment: they share what is loaded, which was half of their time. */
const shared = (name: string, include: string[], timeoutMs?: number) => project(name, include, timeoutMs, false);

/** What needs another program (a real Redis, Chromium, a build) is a project of its own. */
export default defineConfig({
  test: {
    // Of two cores Vitest would leave one idle; much of the time here goes by in waits.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      shared("unit", ["tests/unit/**/*.test.ts"]),
      shared("contract", ["tests/contract/**/*.test.ts"]),
      shared("relay", ["tests/relay/**/*.test.ts"], 60_000),
      // Each has the process's own context, as the route handlers take it.
      project("routes", ["tests/routes/**/*.test.ts"], 60_000),
      project("security", ["tests/security/**/*.test.ts"]),
      project("faults", ["tests/faults/**/*.test.ts"], 600_000),
      project("simulation", ["tests/simulation/**/*.test.ts"], 3_600_000),
      project("redis", ["tests/redis/**/*.test.ts"], 60_000),
      project("built", ["tests/built/**/*.test.ts"], 300_000),
      project("chaos", ["tests/chaos/**/*.test.ts"], 600_000),
      project("browser", ["tests/browser/**/*.test.ts"], 120_000),
    ],
  },
});
