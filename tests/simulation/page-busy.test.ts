import { describe, expect, it } from "vitest";
import { checkHistories } from "./check-histories.ts";
import { busy } from "./steps.ts";

describe("a Page while files change all the time", () => {
  it("random histories → no file lost or posted twice, and all comes to rest", async () => {
    const tried = await checkHistories("page-busy", busy, { page: true });
    console.info("page-busy:", tried);
    expect(tried.requests).toBeGreaterThan(0);
  });
});
