import { describe, expect, it } from "vitest";
import { checkHistories } from "./check-histories.ts";
import { stormy } from "./steps.ts";

describe("a Page under every misfortune at once", () => {
  it("random histories → no file lost or posted twice, and all comes to rest", async () => {
    const tried = await checkHistories("page-stormy", stormy, { page: true });
    console.info("page-stormy:", tried);
    expect(tried.requests).toBeGreaterThan(0);
  });
});
