/** Two programs of the tests that shared a port would find it taken by each other, now and then. */
import { afterEach, expect, it, vi } from "vitest";
import { freePort } from "../support/free-port.ts";

afterEach(() => vi.unstubAllEnvs());

const MANY = 60;
const ports = () => Promise.all(Array.from({ length: MANY }, freePort));

it("many ports wanted at once, none used yet → all different, also from those of another worker", async () => {
  vi.stubEnv("VITEST_POOL_ID", "1");
  const ofOne = await ports();
  vi.stubEnv("VITEST_POOL_ID", "2");
  const ofAnother = await ports();
  expect(new Set([...ofOne, ...ofAnother]).size).toBe(2 * MANY);
});
