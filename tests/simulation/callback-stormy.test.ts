import { describe, expect, it } from "vitest";
import { checkHistories } from "./check-histories.ts";
import { stormy } from "./steps.ts";

describe("a receiver of events under every misfortune at once", () => {
  it("random histories → each file told as it is, in order, each event once, and all comes to rest", async () => {
    const tried = await checkHistories("callback-stormy", stormy, { callback: true });
    console.info("callback-stormy:", tried);
    expect(tried.requests).toBeGreaterThan(0);
  });
});
