/** What holds of every page: no violation that axe finds, nothing wider than the window, not a word on the console. */
import axe from "axe-core";
import type { BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";

export function watched(baseUrl: string) {
  const complaints: string[] = [];
  return {
    async open(context: BrowserContext, path: string): Promise<Page> {
      const page = await context.newPage();
      page.on("console", (message) => {
        // Dropbox's own page is not ours to mend.
        if (!message.location().url.startsWith(baseUrl)) return;
        if (message.type() === "error" || message.type() === "warning") complaints.push(`${path}: ${message.text()}`);
      });
      page.on("pageerror", (error) => complaints.push(`${path}: ${error.message}`));
      await page.goto(baseUrl + path);
      return page;
    },
    async looksRight(page: Page): Promise<void> {
      const where = page.url();
      await page.evaluate(axe.source);
      const violations = await page.evaluate(async () => {
        const found = await (globalThis as unknown as { axe: typeof axe }).axe.run();
        return found.violations.map(
          ({ id, nodes }) =>
            `${id}: ${nodes
              .map((node) => node.html)
              .join(" ")
              .slice(0, 300)}`,
        );
      });
      expect(violations, where).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), where).toBe(true);
      expect(complaints, where).toEqual([]);
    },
  };
}
