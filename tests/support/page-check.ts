/** What holds of every page of ours: no violation that axe finds, nothing wider than the window, not a word on the console. */
import type { BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import { isTooWide, violationsOn } from "./audit-page.ts";

export function watched(baseUrl: string) {
  const complaints: string[] = [];
  return {
    async open(context: BrowserContext, path: string): Promise<Page> {
      const page = await context.newPage();
      await page.addInitScript(countUntitled);
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
      expect(await violationsOn(page), where).toEqual([]);
      expect(await isTooWide(page), where).toBe(false);
      expect(await page.evaluate(() => Reflect.get(window, "untitled")), where).toBe(0);
      expect(complaints, where).toEqual([]);
    },
  };
}

/** Counts from within a page how often it stood without a title once it was there: a move within it must not take it away. */
function countUntitled(): void {
  Reflect.set(window, "untitled", 0);
  document.addEventListener("DOMContentLoaded", () => {
    const look = () => {
      if (document.title === "") Reflect.set(window, "untitled", Number(Reflect.get(window, "untitled")) + 1);
    };
    new MutationObserver(look).observe(document.head, { childList: true });
  });
}
