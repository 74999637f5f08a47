import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NOTE } from "@/lib/local/build-note.ts";
import { buildStateOf } from "@/lib/local/build-once.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "relay-build-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

function write(path: string, changedAt: number): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), "");
  utimesSync(join(dir, path), changedAt, changedAt);
}

describe("build of the application", () => {
  it("none → missing", () => {
    write("app/page.tsx", 100);
    expect(buildStateOf(dir)).toBe("missing");
  });

  it("broken off half way: its id is there, its note is not → missing", () => {
    write("app/page.tsx", 100);
    write(".next/BUILD_ID", 200);
    expect(buildStateOf(dir)).toBe("missing");
  });

  it("after all its sources → current, whatever else has changed since", () => {
    write("app/api/route.ts", 100);
    write("next.config.ts", 100);
    write(NOTE, 200);
    for (const path of ["README.md", "tests/unit/a.test.ts", "node_modules/a/index.js"]) write(path, 300);
    const folders = [join(dir, "app"), join(dir, "app/api")];
    for (const folder of folders) utimesSync(folder, 100, 100);
    expect(buildStateOf(dir)).toBe("current");
  });

  it("a source changed since, or one taken away → older", () => {
    write("lib/core/plan.ts", 100);
    write(NOTE, 200);
    for (const folder of ["lib", "lib/core"]) utimesSync(join(dir, folder), 100, 100);
    expect(buildStateOf(dir)).toBe("current");
    rmSync(join(dir, "lib/core/plan.ts")); // its folder's time changes
    expect(buildStateOf(dir)).toBe("older");
    for (const folder of ["lib", "lib/core"]) utimesSync(join(dir, folder), 100, 100);
    write("package.json", 300);
    expect(buildStateOf(dir)).toBe("older");
  });
});
