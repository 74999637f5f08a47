/** The documents say what the code does: variables, commands, durations, and the tests they name. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { EnvError, variables as known, parseEnv } from "@/lib/env.ts";
import { RECORDS_TIMING } from "@/lib/relay/timing.ts";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? "");
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

const readme = read("README.md");
const example = read(".env.example");
const schema = read("lib/env.ts");

const inSchema = Object.keys(known.shape);
/** Named in the schema so that setting it is refused: no line of .env.example may offer it. */
const refused = all(schema, /^ +([A-Z][A-Z0-9_]+): z\.never\b/gm);
/** What the launcher reads besides, on one machine. */
const inLauncher = [
  "lib/local/place.ts",
  "lib/local/start.ts",
  "lib/local/launch.ts",
  "lib/local/check-environment.ts",
].flatMap((path) => all(read(path), /\benv\.([A-Z][A-Z0-9_]+)\b/g));
const variables = sorted([...inSchema, ...inLauncher]);

const inExample = all(example, /^#?([A-Z][A-Z0-9_]+)=/gm);
/** Offered without a comment sign: to be filled in. */
const toFillIn = all(example, /^([A-Z][A-Z0-9_]+)=/gm);
const inTable = all(section(readme, "Environment"), /^\| `([A-Z][A-Z0-9_]+)` +\|/gm);

function section(text: string, title: string): string {
  return text.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
}

describe("environment", () => {
  it("every variable the code reads → in .env.example, and no other", () => {
    expect(variables.length).toBeGreaterThan(30);
    expect(sorted(inExample)).toEqual(variables.filter((name) => !refused.includes(name)));
  });

  it("every variable the code reads → a row of the README's table, and no other", () => {
    expect(sorted(inTable)).toEqual(variables);
    expect(inTable).toHaveLength(variables.length);
  });

  it("what .env.example asks for, filled in → complete; any of it missing that the schema needs → named", () => {
    const filled = Object.fromEntries(toFillIn.map((name) => [name, valueFor(name)]));
    expect(() => parseEnv(filled)).not.toThrow();
    const needed = toFillIn.filter((name) => name !== "CRON_SECRET");
    for (const name of needed) expect(faultsOf({ ...filled, [name]: "" }), name).toContain(faultName(name));
  });

  it("defaults in the README's table and in .env.example → those of the schema", () => {
    const filled = Object.fromEntries(toFillIn.map((name) => [name, valueFor(name)]));
    const env = z.record(z.string(), z.unknown()).parse(parseEnv(filled));
    for (const [, name, value] of example.matchAll(/^#([A-Z][A-Z0-9_]+)=(.+)$/gm)) {
      if (name !== undefined && name in env) expect(value, name).toBe(String(env[name]));
    }
    for (const [, name, value] of readme.matchAll(/^\| `([A-Z][A-Z0-9_]+)` +\| no +\| `([^`]+)` +\|/gm)) {
      if (name !== undefined && name in env) expect(value, name).toBe(String(env[name]));
    }
  });
});

/** Valid by shape, and plainly not a secret of anyone's. */
function valueFor(name: string): string {
  if (name === "ENCRYPTION_KEY") return Buffer.alloc(32, 1).toString("base64");
  return name.endsWith("_URL") ? "https://example.org" : "placeholder";
}

/** One of the two tokens is needed: the fault is reported under the other's name. */
const faultName = (name: string) => (name === "DROPBOX_REFRESH_TOKEN" ? "DROPBOX_ACCESS_TOKEN" : name);

function faultsOf(env: Record<string, string>): string[] {
  try {
    parseEnv(env);
    return [];
  } catch (cause) {
    if (cause instanceof EnvError) return cause.faults.map((fault) => fault.split(":")[0] ?? "");
    throw cause;
  }
}

describe("README", () => {
  it("the two commands → before line 30", () => {
    const start = readme.split("\n").slice(0, 29);
    expect(start).toContain("npm install && npm run demo");
    expect(start).toContain("npm install && npm test");
  });

  it("every npm script it names → in package.json", () => {
    const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read("package.json")));
    const named = [...all(readme, /npm run ([a-z][a-z:]*)/g), ...all(readme, /npm (start|test)\b/g)];
    expect(named.length).toBeGreaterThan(10);
    expect(sorted(named).filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it("what notify prints → quoted as it is", () => {
    const meanings = all(read("lib/local/notify.ts"), /^ +\d{3}: "([^"]+)"/gm);
    expect(meanings.length).toBeGreaterThan(3);
    for (const meaning of meanings) expect(readme).toContain(meaning);
  });

  it("links within the repository → lead somewhere", () => {
    const headings = all(readme, /^#+ (.+)$/gm).map((title) =>
      title
        .toLowerCase()
        .replace(/[^a-z0-9 -]/g, "")
        .replaceAll(" ", "-"),
    );
    for (const target of all(readme, /\]\((?!https?:)([^)]+)\)/g)) {
      if (target.startsWith("#")) expect(headings).toContain(target.slice(1));
      else expect(() => read(target), target).not.toThrow();
    }
  });
});

describe("vercel.json", () => {
  const vercel = z
    .object({
      functions: z.record(z.string(), z.object({ maxDuration: z.number() })),
      crons: z.array(z.object({ path: z.string(), schedule: z.string() })),
    })
    .parse(JSON.parse(read("vercel.json")));
  const route = "app/api/relay/route.ts";

  it("duration of the worker → the route's literal, and JOB_SECONDS", () => {
    const literal = Number(/^export const maxDuration = (\d+);$/m.exec(read(route))?.[1]);
    const jobSeconds = Number(/^export const JOB_SECONDS = (\d+);$/m.exec(read("lib/relay/context.ts"))?.[1]);
    expect(literal).toBeGreaterThan(0);
    expect(vercel.functions[route]?.maxDuration).toBe(literal);
    expect(jobSeconds).toBe(literal);
  });

  it("one cron → asks the worker route, once a day", () => {
    expect(vercel.crons).toHaveLength(1);
    expect(vercel.crons[0]?.path).toBe("/api/relay");
    expect(vercel.crons[0]?.schedule).toMatch(/^\d+ \d+ \* \* \*$/);
  });
});

describe("lib/relay/README.md", () => {
  const notes = read("lib/relay/README.md");

  it("every test it names → exists under that title", () => {
    const cited = [...notes.matchAll(/`(tests\/[^`]+\.ts)`((?:,?\s+"[^"]+")+)/g)];
    expect(cited.length).toBeGreaterThan(10);
    for (const [, file = "", titles = ""] of cited) {
      const source = read(file);
      for (const title of all(titles, /"([^"]+)"/g)) expect(source).toContain(title.replace(/\s+/g, " "));
    }
  });

  it("numbers of the claim → those of the code", () => {
    expect(RECORDS_TIMING).toEqual({ claimMs: 30_000, startWithinMs: 8_000, requestMs: 7_000 });
    expect(notes).toContain("Claim 30 s, start within 8 s, request 7 s");
  });
});
