/** One log line stays one line of valid JSON, and orders nothing of a terminal, whatever file names and answers hold. */
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { createLog } from "@/lib/log.ts";
import { secret } from "../support/builders.ts";
import { createWorld, type World } from "../support/world.ts";

/** What a terminal or a log viewer would act on, or would hide from the reader. */
const COMMANDS = /[\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
const HOSTILE = [
  '\n{"level":30,"msg":"delivery.attempted","kind":"delivered"}',
  "\r\nSet-Cookie: a=b",
  "\u001b[2J\u001b]0;owned\u0007",
  "\u009b31m",
  '","msg":"forged","x":"',
  "\u2028\u2029\u0085",
  "\u202egpj.exe",
  "\u200b\ufeff\u2066",
  "\u0000\u0008\u007f",
  "%0d%0a",
  "$(id)`id`",
  "\\u000a\\",
  "\ud800",
];

function isOneLine(line: string): void {
  expect(line.endsWith("\n")).toBe(true);
  expect(line.slice(0, -1)).not.toMatch(COMMANDS);
  expect(() => JSON.parse(line)).not.toThrow();
}

describe("a log line", () => {
  it("any text in a field, a nested field or the message → one line, and the text itself when it is parsed", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.constantFrom(...HOSTILE));
    const lines: string[] = [];
    const log = createLog("info", { write: (line) => void lines.push(line) }, [secret()]);
    fc.assert(
      fc.property(text, text, (path, message) => {
        lines.length = 0;
        log.info({ path, inner: { path } }, "file.skipped");
        log.warn(message);
        expect(lines).toHaveLength(2);
        for (const line of lines) isOneLine(line);
        expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: 30, path, inner: { path }, msg: "file.skipped" });
      }),
      { numRuns: 150 },
    );
  });

  it("a secret of the environment, quoted by whatever we call → taken out, the line still JSON", () => {
    const secrets = [`${secret()}"\\`, secret()];
    const lines: string[] = [];
    const log = createLog("info", { write: (line) => void lines.push(line) }, secrets);
    for (const hushed of secrets) {
      const inBase64 = Buffer.from(`user:${hushed}`).toString("base64");
      log.error({ reason: `WRONGPASS ${hushed}`, address: `/a?t=${encodeURIComponent(hushed)}`, inBase64 }, hushed);
    }
    for (const line of lines) {
      isOneLine(line);
      for (const hushed of secrets) {
        expect(line).not.toContain(hushed.slice(0, 12));
        expect(line).not.toContain(Buffer.from(hushed).toString("base64").slice(4, 16));
      }
    }
  });

  it("a secret of a few letters → no line is cut up for it", () => {
    const lines: string[] = [];
    createLog("info", { write: (line) => void lines.push(line) }, ["a", "level"]).info({ path: "/a" }, "sync.ended");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: 30, path: "/a", msg: "sync.ended" });
  });
});

describe("the relay's log", () => {
  let world: World;
  afterEach(() => world.close());

  it("hostile file names, delivered, skipped, rejected and refused with hostile words → every line one line", async () => {
    world = await createWorld({ env: { EXCLUDE: "skipped/**" } });
    await world.sweep();
    world.advance(60_000);
    for (const [n, text] of HOSTILE.entries()) {
      const name = `${n} ${text.replaceAll("/", "_")}`;
      world.dropbox.files.addFile(`/in/${name}`, "x");
      world.dropbox.files.addFile(`/skipped/${name}`, "x");
      world.dropbox.files.addFile(`/in/${name}.json`, `{"${text}": `);
      const body = JSON.stringify({ error: text });
      world.facebook.fail({ route: "POST /v1/records", status: n % 2 === 0 ? 400 : 500, body, count: 1 });
    }
    await world.notify();
    world.dropbox.fail({ route: "files/list_folder/continue", status: 400, body: HOSTILE.join(""), count: 1 });
    await world.notify();
    await world.settle();
    const { settled, dead } = await world.counts();
    expect(settled + dead).toBe(2 * HOSTILE.length);
    expect(dead).toBeGreaterThanOrEqual(HOSTILE.length);
    expect(world.logged.length).toBeGreaterThan(3 * HOSTILE.length);
    for (const line of world.logged) isOneLine(line);
    const messages = new Set(world.logged.map((line) => JSON.parse(line).msg));
    for (const msg of messages) expect(msg).toMatch(/^[a-z_]+\.[a-z_]+$/);
  });
});
