/** Sizes as people read them. */
import { describe, expect, it } from "vitest";
import { overLimit, sizesApart, sizeWords } from "@/lib/core/sizes.ts";

describe("a size in words", () => {
  it.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1_000, "1 kB"],
    [3_400_000, "3.4 MB"],
    [99_949, "99.9 kB"],
    [123_456, "123 kB"],
    [999_949, "1 MB"],
    [4_000_000_000, "4 GB"],
    [4 * 1024 ** 3, "4.3 GB"],
    [9e15, "9000 TB"],
  ])("%d bytes → %s", (bytes, words) => {
    expect(sizeWords(bytes)).toBe(words);
  });

  it("two that would read the same → to the byte; two equal ones, or two that differ → in short", () => {
    expect(sizesApart(4_000_001, 4_000_000)).toEqual(["4,000,001 bytes", "4,000,000 bytes"]);
    expect(sizesApart(4_000_000, 4_000_000)).toEqual(["4 MB", "4 MB"]);
    expect(overLimit(3_400_000, 2_000_000)).toBe("3.4 MB, more than the limit of 2 MB");
  });
});
