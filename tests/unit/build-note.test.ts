import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { damageOf, NOTE, noteBuild } from "@/lib/local/build-note.ts";

const PAGE = ".next/server/app/page.js";
let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "relay-note-"));
  write(".next/required-server-files.json", JSON.stringify({ files: [".next/BUILD_ID"] }));
  for (const path of [".next/BUILD_ID", PAGE, `${PAGE}.map`, ".next/static/a.css", ".next/relay/start.mjs"])
    write(path, "x".repeat(200_000));
});
afterEach(() => rmSync(dir, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}

describe("a noted build", () => {
  it("as it was made → no damage; what nobody reads may change", () => {
    noteBuild(dir);
    write(`${PAGE}.map`, "");
    write(".next/cache/a", "");
    expect(damageOf(dir)).toEqual([]);
  });

  it.each([".next/BUILD_ID", PAGE, ".next/static/a.css", ".next/relay/start.mjs", ".next/required-server-files.json"])(
    "%s longer, another byte at its end, empty or gone → named",
    (path) => {
      noteBuild(dir);
      appendFileSync(join(dir, path), "y");
      expect(damageOf(dir)).toEqual([path]);
      write(path, `${"x".repeat(199_999)}y`);
      expect(damageOf(dir)).toEqual([path]);
      write(path, "");
      expect(damageOf(dir)).toEqual([path]);
      rmSync(join(dir, path));
      expect(damageOf(dir)).toEqual([path]);
    },
  );

  it("a note cut short → the note named", () => {
    write(NOTE, '{".next');
    expect(damageOf(dir)).toEqual([NOTE]);
  });

  it("a file that Next names was not made → no note", () => {
    rmSync(join(dir, ".next/BUILD_ID"));
    expect(() => noteBuild(dir)).toThrow("BUILD_ID");
    expect(damageOf(dir)).toEqual([NOTE]);
  });
});
