/** Each rule with the file's value: the lines say what the rules decide, and never something else. */
import { describe, expect, it } from "vitest";
import { rulesOf } from "@/lib/core/explained.ts";
import { NO_CONTENT } from "@/lib/core/plan.ts";
import { ruleLines } from "@/lib/core/rule-lines.ts";
import { notSelectedBy, type Rules } from "@/lib/core/selection.ts";
import type { Story } from "@/lib/core/story.ts";

const rules = (changes: Partial<Rules> = {}): Rules => ({
  ...{ include: [], exclude: [], extensions: [], sizeMaxBytes: 4_000_000_000 },
  ...changes,
});
const of = (folder: string, changes: Partial<Rules> = {}, backfill: "none" | "all" = "none") => ({
  ...{ folder, backfill, rules: rules(changes) },
});
const file = (path: string, size: number | null = 10) => ({ path, size, age: "new", isEmpty: false }) as const;
const said = (lines: ReturnType<typeof ruleLines>) =>
  lines.map(({ rule, file: value, fits }) => `${fits === null ? "?" : fits ? "+" : "-"} ${rule}: ${value}`);

describe("each rule with a file's value", () => {
  it("a file that fits → every rule, its value, and that it fits", () => {
    const link = of("/Photos", { extensions: ["png", "jpg"], include: ["2026/**"], exclude: ["**/raw/**"] });
    expect(said(ruleLines(file("/Photos/2026/a.PNG", 3_400_000), link))).toEqual([
      "+ Only files that came after the relay: it came later",
      "+ Only in the folder /Photos: it is in /Photos/2026",
      "+ No temporary files: it is named a.PNG",
      "+ No hidden files or folders: it is not hidden",
      "+ Only these kinds: png, jpg: it is png",
      "+ Only paths like 2026/**: it is 2026/a.PNG",
      "+ No paths like **/raw/**: it is 2026/a.PNG",
      "+ Not larger than 4 GB: it has 3.4 MB",
    ]);
  });

  it("outside the folder → the patterns, which are of paths within it, are not looked at", () => {
    const lines = said(ruleLines(file("/b/a.png", null), of("/a", { include: ["*.png"] }, "all")));
    expect(lines).toContain("- Only in the folder /a: it is in /b");
    expect(lines).toContain("? Only paths like *.png: it is outside the folder");
    expect(lines).toContain("? Not larger than 4 GB: its size was not kept");
    expect(lines.join()).not.toContain("after the relay");
  });

  const FILES = [
    "/in/a.jpg",
    "/out/a.jpg",
    "/in/~$a.jpg",
    "/in/.x/a.jpg",
    "/in/raw/a.jpg",
    "/in/sub/b.png",
    "/in/none",
  ];
  const RULES: Partial<Rules>[] = [
    {},
    { extensions: ["jpg"] },
    { include: ["*.jpg"] },
    { exclude: ["raw/**"] },
    { sizeMaxBytes: 9 },
    { extensions: ["png"], include: ["sub/**"], exclude: ["*.jpg"] },
  ];
  it.each(FILES)("%s under any of the rules → a line does not fit exactly when the rules leave it out", (path) => {
    for (const changes of RULES) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      const left = notSelectedBy({ name, path, size: 10 }, "/in", rules(changes)) !== null;
      const lines = ruleLines(file(path), of("/in", changes));
      expect(
        lines.some(({ fits }) => fits === false),
        JSON.stringify(changes),
      ).toBe(left);
    }
  });
});

describe("the rules of a story", () => {
  const common = { file: { id: "id:a", path: "/in/a.jpg", rev: "r", size: 10 } };
  const left = (reason: string): Story => ({ ...common, state: "notSelected", reason, rule: null });

  it("left out by rules that have changed since → says which, and that a backfill publishes it", () => {
    expect(rulesOf(left("its extension is not among png"), of("/in")).rulesNote).toMatch(
      /its extension is not among png\. A backfill/,
    );
    expect(rulesOf(left("its extension is not among png"), of("/in", { extensions: ["png"] })).rulesNote).toBeNull();
  });

  it("there before the relay, without content, or asked for by a person → the rule about just that", () => {
    const lines = (story: Story) => said(rulesOf(story, of("/in")).rules);
    expect(lines({ ...common, state: "old" })[0]).toBe("- Only files that came after the relay: it was there before");
    expect(lines(left(NO_CONTENT))[1]).toMatch(/^- Only files with content/);
    const delivered = { ...common, state: "delivered", at: 1, seenAt: 1, seenBy: "backfill", gone: null } as const;
    expect(lines({ ...delivered, attempts: [], held: null })[0]).toMatch(/^\+ .*: a person had it published$/);
  });

  it("delivered, and the rules of now would leave it out → says that they have changed; gone → no rules", () => {
    const story = { ...common, state: "delivered", at: 1, seenAt: 1, seenBy: "poll", held: null } as const;
    expect(rulesOf({ ...story, attempts: [], gone: null }, of("/in", { extensions: ["png"] })).rulesNote).toMatch(
      /have changed/,
    );
    expect(rulesOf({ ...story, attempts: [], gone: "deleted" }, of("/in"))).toEqual({ rules: [], rulesNote: null });
  });
});
