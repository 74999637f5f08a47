import { describe, expect, it } from "vitest";
import { checkHistories } from "./check-histories.ts";
import { leaving } from "./leaving.ts";

describe("a Page whose files leave and return", () => {
  it("random histories → posts go with their files and only with them, and all comes to rest", async () => {
    const tried = await checkHistories("page-leaving", leaving, { page: true });
    console.info("page-leaving:", tried);
    expect(tried.requests).toBeGreaterThan(0);
  });
});
