import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkHistories } from "./check-histories.ts";
import { leaving } from "./leaving.ts";
import { stormy } from "./steps.ts";

describe("a receiver of events under every misfortune at once", () => {
  it("random histories → each file told as it is, in order, each event once, and all comes to rest", async () => {
    const tried = await checkHistories("callback-stormy", fc.oneof(stormy, leaving), { callback: true });
    console.info("callback-stormy:", tried);
    expect(tried.requests).toBeGreaterThan(0);
  });
});
