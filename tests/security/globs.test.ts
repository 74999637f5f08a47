/** Patterns are the operator's, names are anyone's who may write to the folder: no name makes a pattern slow, or means more than itself. */
import fc from "fast-check";
import picomatch from "picomatch";
import { describe, expect, it } from "vitest";
import { fits, lettersOf } from "@/lib/core/glob.ts";
import { parseGlob } from "@/lib/core/glob-parse.ts";
import { whyNotSelected } from "@/lib/core/selection.ts";
import { rules } from "../support/builders.ts";

/** Longest name that Dropbox takes. */
const NAME_MAX = 255;

const isMatch = (pattern: string, path: string) => fits(parseGlob(pattern), lettersOf(path));

/** How often a letter of the path is looked at until the answer is known. */
function looks(pattern: string, path: string): number {
  let count = 0;
  const letters = new Proxy(lettersOf(path), {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) count += 1;
      return Reflect.get(target, key);
    },
  });
  fits(parseGlob(pattern), letters);
  return count;
}

const { pattern: nested } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
  pattern: fc.array(tie("piece"), { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join("")),
  piece: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom("a", "*", "?", "**", "/", "[a-c]", "[!b]", "b"),
    fc
      .tuple(fc.constantFrom("@", "?", "*", "+", "!"), fc.array(tie("pattern"), { minLength: 1, maxLength: 3 }))
      .map(([repeat, choices]) => `${repeat}(${choices.join("|")})`),
    fc.array(tie("pattern"), { minLength: 2, maxLength: 3 }).map((choices) => `{${choices.join(",")}}`),
  ),
}));

describe("time", () => {
  it.each([
    "*a*a*a*a*a*a*a*a*b",
    "*-*-*-*-*.jpg",
    "**/a/**/a/**/a/**/b",
    "**a**a**a**b",
    "+(*a)b",
    "+(a|aa|a?)b",
    "*(*(*(*(a))))b",
    "+(+(+(a)))b",
    "{a,aa}{a,aa}{a,aa}{a,aa}*b",
    "?*?*?*?*?*b",
    "[a-]*[a-]*[a-]*[a-]*b",
  ])("%s and a path made for it → as many looks as it is long, a few times over", (pattern) => {
    for (const unit of ["a", "-", "a/", "a-"]) {
      const [short, long] = [unit.repeat(250), unit.repeat(1000)];
      expect(looks(pattern, `${long}c`), unit).toBeLessThanOrEqual(4.2 * looks(pattern, `${short}c`) + 50);
      expect(looks(pattern, `${long}c`), unit).toBeLessThan(40 * long.length);
    }
  });

  it.each(["!(*a*a)b", "*!(*a)*!(*a)*b", "+(!(+(a)b))c", "!(!(!(*a)))b"])(
    "%s, which asks at each letter anew → the square of a name, which is short, and never more",
    (pattern) => {
      expect(looks(pattern, `${"a".repeat(NAME_MAX)}c`)).toBeLessThan(6 * NAME_MAX ** 2);
      const folders = `${"a".repeat(20)}/`.repeat(200);
      expect(looks(pattern, folders)).toBeLessThan(60 * folders.length);
    },
  );

  it("any pattern, groups within groups, against one letter repeated → bounded by both lengths", () => {
    fc.assert(
      fc.property(nested, fc.constantFrom("a", "ab", "a/"), (pattern, unit) => {
        const path = `${unit.repeat(30)}c`;
        expect(looks(pattern, path)).toBeLessThan(4 * pattern.length * path.length ** 2);
      }),
      { numRuns: 300 },
    );
  });

  it("a pattern of nothing but brackets, closed or not → read, and matches itself", () => {
    for (const unit of ["[", "(", "{", "{,", "+(", "!(", "[]", "\\", "*(|", "}", "@(@(a)"]) {
      const pattern = unit.repeat(2_000);
      expect(() => isMatch(pattern, "a"), unit).not.toThrow();
      expect(
        whyNotSelected({ name: pattern, path: `/${pattern}`, size: 1 }, "", rules({ include: [pattern] })),
      ).toBeNull();
    }
  });
});

describe("meaning", () => {
  const name = fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom("a", "b", "A", "-", "x.y") },
        fc.constantFrom("*", "?", "[ab]", "[^a]", "[a-c]", "{a,bb}", "{a*,b}", "@(a|b)", "?(a)", "*(a|b)", "+(ab|c)"),
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((pieces) => pieces.join(""));
  const glob = fc
    .array(fc.oneof({ weight: 4, arbitrary: name }, fc.constant("**")), { minLength: 1, maxLength: 3 })
    .map((names) => names.join("/"));
  const word = fc
    .array(fc.constantFrom("a", "b", "c", "-", "A", "x.y", "ab"), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join(""));
  const path = fc.array(word, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));

  it("any pattern and path → as a well-known matcher sees them, but that `a/**` is not `a` itself", () => {
    fc.assert(
      fc.property(glob, path, (pattern, of) => {
        // There the well-known one takes a `?` behind a group for its repeat, `**` within a name for folders, a name for nothing.
        fc.pre(!/\)\?|[^/]\*\*|\*\*[^/]|(^|\/)([*?]\([^)]*\))+(\/|$)/.test(pattern));
        const theirs = picomatch.isMatch(of, [pattern], { nocase: true, dot: true });
        fc.pre(!(pattern.endsWith("/**") && picomatch.isMatch(`${of}/`, [pattern], { nocase: true, dot: true })));
        if (pattern !== of) expect(isMatch(pattern, of)).toBe(theirs);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ["!(a)*.jpg", ["b.jpg", "aa.jpg"], ["b/c.jpg", "b.png"]],
    ["[!a]?", ["bc", "Bc"], ["ac", "Ac", "b", "b/c"]],
    ["!*.raw", ["a.jpg", "x/a.raw"], ["a.raw", "A.RAW"]],
    ["!!*.raw", ["a.raw"], ["a.jpg"]],
    ["./a/*", ["a/b"], ["b/a"]],
    ["a\\+(b)", ["a+(b)"], ["ab", "abb"]],
    ["(a|b)", ["(a|b)"], ["a", "b"]],
    ["?.jpg", ["😀.jpg", "ä.jpg"], ["ab.jpg", ".jpg"]],
    ["[а-я]*", ["Жук"], ["Zoo"]],
    ["[z-a]", [], ["m", "-"]],
    ["[]a]", ["]", "a"], ["b"]],
    ["{a}", ["{a}"], ["a"]],
    ["{a,{b,c/d}}", ["a", "b", "c/d"], ["c", "d"]],
    ["{**/,}a", ["a", "x/y/a"], ["b"]],
  ])("%s → just what it says", (pattern, matching, other) => {
    for (const one of matching) expect(isMatch(pattern, one), one).toBe(true);
    for (const one of other) expect(isMatch(pattern, one), one).toBe(false);
  });

  it("a name full of glob letters → only its own letters, whatever the pattern; none gets past an exclusion", () => {
    const hostile = fc.string({ unit: fc.constantFrom(..."*?[]{}()!@+|\\,.^$a-"), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(hostile, (written) => {
        expect(isMatch("secret/**", `open/${written}`)).toBe(false);
        expect(isMatch("**/*.raw", `x/${written}.raw`)).toBe(true);
        expect(isMatch("**", `x/${written}`)).toBe(true);
      }),
    );
  });
});
