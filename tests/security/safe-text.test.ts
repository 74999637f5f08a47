/** Whatever encoding a secret comes back in, it does not get into a text of ours. */
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hiding, safeText } from "@/lib/core/safe-text.ts";
import { secret } from "../support/builders.ts";

/** Long enough, and of any letters: people paste what their provider gave them. */
const secrets = fc.string({ unit: "binary", minLength: 10, maxLength: 60 }).filter((text) => text.trim() === text);
const around = fc.string({ maxLength: 12 });

describe("an echoed secret", () => {
  it("plain, in an address, in JSON, in hex or base64, whatever stands around it → replaced", () => {
    fc.assert(
      fc.property(secrets, around, around, (hushed, before, after) => {
        const whole = Buffer.from(`${before}${hushed}${after}`);
        const own = Buffer.from(hushed);
        for (const [echo, form] of [
          [`${before}${hushed}${after}`, hushed],
          [`${before}${encodeURIComponent(hushed.toWellFormed())}`, encodeURIComponent(hushed.toWellFormed())],
          [JSON.stringify({ at: `${before}${hushed}` }), JSON.stringify(hushed).slice(1, -1)],
          [whole.toString("hex"), own.toString("hex")],
          [whole.toString("hex").toUpperCase(), own.toString("hex").toUpperCase()],
          [own.toString("base64"), own.toString("base64").slice(0, 12)],
        ] as const) {
          expect(hiding([hushed])(echo).includes(form)).toBe(false);
        }
        // Whoever decodes what is left does not find it either.
        const left = hiding([hushed])(whole.toString("base64"));
        expect(left).toContain("[secret]");
        expect(Buffer.from(left.replaceAll("[secret]", "AAAA"), "base64").includes(own)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it("one secret that begins with another → nothing of the longer one is left", () => {
    const short = secret();
    const long = `${short}${secret()}`;
    expect(hiding([short, long])(`<${long}>`)).toBe("<[secret]>");
  });

  it("no secrets, or an empty one → the text as it is", () => {
    for (const none of [[], [""]]) expect(hiding(none)("as it is")).toBe("as it is");
  });
});

describe("a text from outside", () => {
  it("any text → one line of at most 200 letters, without controls, and the same when made safe again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 500 }), (text) => {
        const safe = safeText(text, []);
        expect(safe.length).toBeLessThanOrEqual(200);
        expect(safe).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(safeText(safe, [])).toBe(safe.trim());
      }),
    );
  });

  it("a bearer value that is none of ours → not quoted", () => {
    const hushed = secret();
    for (const echo of [`Authorization: Bearer ${hushed}`, `{"h":"bearer\t${hushed}"}`, `BEARER  ${hushed}\n`]) {
      expect(safeText(echo, [])).not.toContain(hushed);
    }
  });

  it("a secret across the place where the text is cut → not even a part of it", () => {
    const hushed = secret();
    expect(safeText(`${"x".repeat(190)}${hushed}`, [hushed])).not.toContain(hushed.slice(0, 4));
  });
});
