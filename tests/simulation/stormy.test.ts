import { describe, expect, it } from "vitest";
import { checkHistories } from "./check-histories.ts";
import { stormy } from "./steps.ts";

describe("the whole relay under every misfortune at once", () => {
  it("random histories, many faults → nothing lost, doubled or out of order, and all comes to rest", async () => {
    const tried = await checkHistories("stormy", stormy);
    console.info("stormy:", tried);
    expect(tried.writes).toBeGreaterThan(0);
  });
});
